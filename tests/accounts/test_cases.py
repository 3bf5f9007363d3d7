"""Reports and cases: they add up, propose, and restrict nobody (upstage/7.1, 7.3, 22.9)."""

from datetime import date, datetime, timedelta

import pytest

from accounts.enums import CaseKind
from accounts.errors import NotAGround
from accounts.models import Case, Member, Notice, Report, Restriction, Sanction, User
from accounts.rules import sanctions as rules
from accounts.services import cases, sanctions
from accounts.services.cases import Told
from tests.accounts.conduct import GROUND, measure
from tests.admin.verbs import everything
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db

THRESHOLDS = {"review": 5, "suspension": 10, "termination": 20}


@pytest.mark.parametrize(
    ("score", "proposed"),
    [
        (4, ()),
        (5, ("review",)),
        (10, ("review", "suspension")),
        (20, ("review", "suspension", "termination")),
    ],
)
def test_a_score_proposes_from_its_threshold_on(score: int, proposed: tuple[str, ...]) -> None:
    assert rules.proposals(score, THRESHOLDS) == proposed


@pytest.mark.clause("upstage/7.1", "upstage/26.1")
def test_reports_add_up_in_one_case_and_restrict_nobody(member: Member, amy: User, at: datetime) -> None:
    found = [cases.report_conduct(member.pk, Told(GROUND, score=score), by=amy, at=at) for score in (4, 3, 4)]
    assert [(one.score, one.proposals) for one in found] == [(4, ()), (7, ("review",)), (11, ("review", "suspension"))]
    assert Case.objects.count() == 1
    assert DueItem.objects.filter(kind="conduct_review").count() == 2
    assert (Restriction.objects.count(), Sanction.objects.count(), Notice.objects.count()) == (0, 0, 0)


def test_reports_count_for_ninety_days(member: Member, amy: User, at: datetime) -> None:
    cases.report_conduct(member.pk, Told(GROUND, score=4), by=amy, at=at)
    scores = [cases.score_of(member, at=at + timedelta(days=days)) for days in (0, 90, 91)]
    assert scores == [4, 4, 0]


def test_dismissed_reports_do_not_count(member: Member, amy: User, at: datetime) -> None:
    found = cases.report_conduct(member.pk, Told(GROUND, score=6), by=amy, at=at)
    cases.dismiss(found.case.pk, outcome="오해였습니다.", by=amy, at=at)
    assert cases.report_conduct(member.pk, Told(GROUND), by=amy, at=at).score == 1
    assert DueItem.objects.get(kind="conduct_review").state == "done"


@pytest.mark.parametrize("score", [0, 101])
def test_a_score_outside_its_bounds_is_refused(member: Member, amy: User, at: datetime, score: int) -> None:
    before = everything()
    with pytest.raises(Invalid):
        cases.report_conduct(member.pk, Told(GROUND, score=score), by=amy, at=at)
    assert everything() == before


def test_conduct_rests_on_a_ground(member: Member, amy: User, at: datetime) -> None:
    with pytest.raises(NotAGround):
        cases.report_conduct(member.pk, Told("upstage/15.1"), by=amy, at=at)
    with pytest.raises(NotFound):
        cases.report_conduct(0, Told(GROUND), by=amy, at=at)


@pytest.mark.clause("upstage/7.3", "upstage/7.3.1", "upstage/7.3.2")
def test_a_member_tells_of_a_leak_and_a_clock_runs(member: Member, at: datetime) -> None:
    told = Told("upstage/7.3.2", text="키가 공개 저장소에 올라갔습니다.", reporter=member)
    case = cases.report_incident(member, told, by=member.user, at=at)
    item = DueItem.objects.get(kind="case")
    assert (item.subject, item.due_at, item.clause) == (case.public_id, day_end(date(2026, 11, 19)), "upstage/7.3.2")


@pytest.mark.clause("upstage/22.9")
def test_anybody_tells_of_an_infringement(at: datetime) -> None:
    told = Told("upstage/22.9", text="제 사진입니다.", item="https://example.com/1", contact="who@example.com")
    case = cases.report_rights(told, member=None, by=None, at=at)
    report = Report.objects.get(case=case)
    assert (case.kind, case.member, report.reporter_contact) == (CaseKind.RIGHTS, None, "who@example.com")
    assert DueItem.objects.get(kind="case").due_at == day_end(date(2026, 11, 23))


def test_an_empty_report_is_refused(member: Member, at: datetime) -> None:
    before = everything()
    with pytest.raises(Invalid):
        cases.report_incident(member, Told("upstage/7.3.1", reporter=member), by=member.user, at=at)
    with pytest.raises(Invalid):
        cases.report_rights(Told("upstage/22.9", text="글", item="1"), member=None, by=None, at=at)
    assert everything() == before


def test_a_decided_case_closes_its_tasks_and_thanks_the_reporter(member: Member, amy: User, at: datetime) -> None:
    told = Told("upstage/7.3.1", text="접속이 되지 않습니다.", reporter=member)
    case = cases.report_incident(member, told, by=member.user, at=at)
    cases.decide(case.pk, outcome="장애를 고쳤습니다.", by=amy, at=at)
    case.refresh_from_db()
    assert (case.status, case.closed_by, DueItem.objects.get(kind="case").state) == ("decided", amy, "done")
    notice = Notice.objects.get(about="report")
    assert (notice.member, "장애를 고쳤습니다." in notice.body_ko) == (member, False)
    with pytest.raises(AlreadyDone):
        cases.decide(case.pk, outcome="다시", by=amy, at=at)


def test_a_measure_from_a_case_decides_it(member: Member, amy: User, at: datetime) -> None:
    case = cases.report_conduct(member.pk, Told(GROUND, score=5), by=amy, at=at).case
    sanctions.impose(member.pk, measure("warning", case=case), by=amy, at=at)
    case.refresh_from_db()
    assert (case.status, DueItem.objects.get(kind="conduct_review").state) == ("decided", "done")


def test_a_closing_needs_words(member: Member, amy: User, at: datetime) -> None:
    case = cases.open_case(CaseKind.THEFT, Told("upstage/6.4"), member=member, by=amy, at=at)
    with pytest.raises(Invalid):
        cases.decide(case.pk, outcome=" ", by=amy, at=at)


def test_a_theft_is_one_case(member: Member, amy: User, at: datetime) -> None:
    told = Told("upstage/6.4", reporter=member)
    opened = {cases.open_case(CaseKind.THEFT, told, member=member, by=member.user, at=at).pk for _ in range(2)}
    assert (len(opened), Report.objects.count(), DueItem.objects.filter(kind="case").count()) == (1, 2, 1)


def test_a_case_gets_its_member_once(member: Member, stranger: Member, amy: User, at: datetime) -> None:
    told = Told("upstage/22.9", text="제 글입니다.", item="응답 12", contact="who@example.com")
    case = cases.report_rights(told, member=None, by=None, at=at)
    cases.name_member(case.pk, member_id=member.public_id, reason="응답의 회원", by=amy, at=at)
    assert DueItem.objects.get(subject=case.public_id).about == member.public_id
    with pytest.raises(AlreadyDone):
        cases.name_member(case.pk, member_id=stranger.public_id, reason="다시", by=amy, at=at)
    with pytest.raises(NotFound):
        cases.name_member(case.pk, member_id="mem_nobody", reason="없음", by=amy, at=at)

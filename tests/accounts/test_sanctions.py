"""The ladder, its statement of reasons, the second person; measures that end, are lifted, overlap (upstage/11, 26)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.errors import (
    NotActive,
    NotAGround,
    NoticeRequired,
    SecondPersonNeeded,
    StageSkipped,
    StatementIncomplete,
)
from accounts.models import Member, Notice, Restriction, Sanction, Statement, User
from accounts.queries import standing
from accounts.services import restoring, sanctions, terms
from accounts.services.statements import Finding
from tests.accounts.conduct import FINDING, imposed, measure, suspended
from tests.admin.verbs import everything
from tests.conftest import MakeMember
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.errors import AlreadyDone, Refusal, SamePerson
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db

SKIP = "악성코드를 올렸습니다."


# Imposing


@pytest.mark.clause("upstage/26.1")
def test_a_warning_closes_nothing(member: Member, amy: User, at: datetime) -> None:
    warning = imposed(member, by=amy, at=at)
    assert (warning.status, warning.ends_at, standing(member, at=at).may_use) == ("in_force", None, True)
    assert not Restriction.objects.exists()


@pytest.mark.clause("upstage/26.1")
def test_a_suspension_closes_use_until_its_last_day_is_over(member: Member, amy: User, at: datetime) -> None:
    suspended(member, by=amy, at=at)
    end = day_end(date(2026, 11, 25))
    seen = [standing(member, at=moment).may_use for moment in (at, end - timedelta(microseconds=1), end)]
    assert seen == [False, False, True]


@pytest.mark.clause("upstage/26.1")
def test_a_termination_has_no_end(member: Member, amy: User, at: datetime) -> None:
    suspended(member, by=amy, at=at)
    imposed(member, "termination", by=amy, at=at)
    assert not standing(member, at=at + timedelta(days=9999)).may_use
    with pytest.raises(AlreadyDone):
        imposed(member, "termination", by=amy, at=at)


@pytest.mark.clause("upstage/11.1", "upstage/11.2")
def test_a_stop_needs_no_stage_before(member: Member, amy: User, at: datetime) -> None:
    stop = imposed(member, "stop", by=amy, at=at)
    assert stop.clauses == ["upstage/11.1.2", "upstage/11.2"]
    assert [one.kind for one in standing(member, at=at).restrictions] == ["stop"]


@pytest.mark.clause("upstage/26.3")
def test_the_notice_holds_the_whole_statement_in_both_languages(member: Member, amy: User, at: datetime) -> None:
    terms.load_digests(by=None, at=at)
    sanction = suspended(member, by=amy, at=at)
    statement, notice = sanction.statement, sanction.notice
    for language in ("ko", "en"):
        body = getattr(notice, f"body_{language}")
        told = [getattr(statement, f"{part}_{language}") for part in ("measure", "facts", "scope", "redress")]
        assert [part for part in told if part not in body] == []
    assert "2026년 11월 18일부터 2026년 11월 25일 24:00까지" in notice.body_ko
    assert "from 18 Nov 2026 to the end of 25 Nov 2026" in notice.body_en
    assert "제7조 제1항 제7호 – " in notice.body_ko
    assert "2027년 5월 18일" in notice.body_ko
    assert (notice.about, sanction.object_until) == ("sanction", date(2027, 5, 18))


def test_the_notice_says_how_it_was_found(member: Member, amy: User, at: datetime) -> None:
    finding = Finding("사실", "Facts", "authority", found_automatically=True, is_unlawful=True)
    notice = imposed(member, by=amy, at=at, finding=finding).notice
    assert [text in notice.body_ko for text in ("관계 기관의 요청", "자동화된 수단", "관계 법령에도")] == [True] * 3


def test_a_statement_never_changes(member: Member, amy: User, at: datetime) -> None:
    statement = imposed(member, by=amy, at=at).statement
    with pytest.raises(TypeError):
        Statement.objects.filter(pk=statement.pk).update(facts_ko="다른 사실")


@pytest.mark.clause("upstage/26.1", "upstage/26.3", "upstage/11.1", "upstage/18.2")
@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": "suspension"}, StageSkipped),
        ({"kind": "termination"}, StageSkipped),
        ({"kind": "suspension", "skip_reason": SKIP}, SecondPersonNeeded),
        ({"kind": "warning", "ground": "upstage/11.1.1"}, NotAGround),
        ({"kind": "stop", "ground": "upstage/7.1.1"}, NotAGround),
        ({"kind": "stop", "days": None}, StatementIncomplete),
        ({"kind": "warning", "finding": Finding("", "")}, StatementIncomplete),
        ({"kind": "suspension", "ground": "upstage/18.2", "skip_reason": SKIP}, NoticeRequired),
    ],
)
def test_what_is_refused_leaves_nothing(
    member: Member, amy: User, at: datetime, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    before = everything()
    with pytest.raises(refusal):
        sanctions.impose(member.pk, measure(**fields), by=amy, at=at)
    assert everything() == before


def test_only_an_active_member_is_sanctioned(make_member: MakeMember, amy: User, at: datetime) -> None:
    gone = make_member(status="withdrawn", withdrawn_at=at)
    with pytest.raises(NotActive):
        imposed(gone, by=amy, at=at)
    assert not Sanction.objects.exists()


# A stage skipped


@pytest.mark.clause("upstage/26.1")
def test_a_skipped_stage_keeps_its_reason_and_both_people(member: Member, amy: User, ben: User, at: datetime) -> None:
    wanted = measure("suspension", skip_reason=SKIP)
    sanction = sanctions.impose(member.pk, wanted, by=amy, at=at, approver=ben)
    assert (sanction.skip_reason, sanction.decided_by, sanction.approved_by) == (SKIP, amy, ben)


@pytest.mark.clause("upstage/26.1")
def test_nobody_approves_their_own(member: Member, amy: User, ben: User, at: datetime) -> None:
    wanted = measure("suspension", skip_reason=SKIP)
    with pytest.raises(SamePerson):
        sanctions.impose(member.pk, wanted, by=amy, at=at, approver=amy)
    proposed = sanctions.propose(member.pk, wanted, by=amy, at=at)
    with pytest.raises(SamePerson):
        sanctions.approve(proposed.pk, by=amy, at=at)
    assert standing(member, at=at).may_use


@pytest.mark.clause("upstage/26.1")
def test_a_proposal_tells_and_closes_nothing_until_it_is_approved(
    member: Member, amy: User, ben: User, at: datetime
) -> None:
    proposed = sanctions.propose(member.pk, measure("suspension", skip_reason=SKIP), by=amy, at=at)
    assert (proposed.status, standing(member, at=at).may_use, Notice.objects.count()) == ("proposed", True, 0)
    assert DueItem.objects.get(kind="sanction_approval").subject == proposed.public_id
    later = at + timedelta(days=1)
    sanctions.approve(proposed.pk, by=ben, at=later)
    row = Sanction.objects.get()
    assert (row.status, row.starts_at, row.ends_at, row.draft) == ("in_force", later, day_end(date(2026, 11, 26)), {})
    assert row.statement.facts_ko == FINDING.facts_ko
    assert DueItem.objects.get(kind="sanction_approval").state == "done"
    with pytest.raises(AlreadyDone):
        sanctions.approve(proposed.pk, by=ben, at=later)


def test_a_dropped_proposal_never_reaches_the_member(member: Member, amy: User, ben: User, at: datetime) -> None:
    proposed = sanctions.propose(member.pk, measure("termination", skip_reason=SKIP), by=amy, at=at)
    sanctions.drop(proposed.pk, reason="증거 부족", by=ben, at=at)
    assert (Sanction.objects.get().status, Notice.objects.count(), Statement.objects.count()) == ("dropped", 0, 0)


def test_what_skips_nothing_needs_no_proposal(member: Member, amy: User, at: datetime) -> None:
    with pytest.raises(AlreadyDone):
        sanctions.propose(member.pk, measure("warning"), by=amy, at=at)


def test_an_overturned_warning_is_no_stage(member: Member, amy: User, ben: User, at: datetime) -> None:
    restoring.overturn(imposed(member, by=amy, at=at).pk, why="잘못 봤습니다.", by=ben, at=at)
    with pytest.raises(StageSkipped):
        imposed(member, "suspension", by=amy, at=at)


# Ending


@pytest.mark.clause("upstage/11.2")
def test_lifting_restores_in_the_same_instant_and_tells(member: Member, amy: User, at: datetime) -> None:
    stop = imposed(member, "stop", by=amy, at=at)
    restoring.lift(stop.pk, why="원인이 없어졌습니다.", by=amy, at=at)
    assert (standing(member, at=at).may_use, Sanction.objects.get().status) == (True, "lifted")
    assert Notice.objects.filter(about="restored").count() == 1
    with pytest.raises(AlreadyDone):
        restoring.lift(stop.pk, why="다시", by=amy, at=at)


def test_what_is_over_is_not_lifted(member: Member, amy: User, at: datetime) -> None:
    stop = imposed(member, "stop", by=amy, at=at)
    with pytest.raises(AlreadyDone):
        restoring.lift(stop.pk, why="늦음", by=amy, at=at + timedelta(days=30))


@pytest.mark.clause("upstage/11.2", "upstage/26.1")
def test_one_measure_that_ends_frees_nothing_another_closes(member: Member, amy: User, at: datetime) -> None:
    suspension = suspended(member, by=amy, at=at, days=3)
    stop = imposed(member, "stop", by=amy, at=at, days=20)
    restoring.lift(suspension.pk, why="끝", by=amy, at=at)
    assert [one.sanction_id for one in standing(member, at=at).restrictions] == [stop.pk]
    assert "Another one still holds" in Notice.objects.get(about="restored").body_en


@pytest.mark.clause("upstage/26.1")
def test_the_end_is_noted_once(member: Member, amy: User, at: datetime) -> None:
    suspended(member, by=amy, at=at)
    later = at + timedelta(days=8)
    assert [restoring.note_ended(at=moment) for moment in (at, later, later)] == [0, 1, 0]
    assert [row.status for row in Sanction.objects.order_by("pk")] == ["in_force", "ended"]
    assert Restriction.objects.get().end_noted_at == later
    assert Notice.objects.filter(about="restored").count() == 1


def test_noting_ends_asks_the_same_number_of_questions(
    make_member: MakeMember, amy: User, at: datetime, django_assert_num_queries: Any
) -> None:
    for members in (1, 3):
        for _ in range(members):
            imposed(make_member(), "stop", by=amy, at=at)
        with django_assert_num_queries(12):
            assert restoring.note_ended(at=at + timedelta(days=30)) == members


def test_who_left_is_not_told_that_use_is_open_again(member: Member, amy: User, at: datetime) -> None:
    imposed(member, "stop", by=amy, at=at)
    Member.objects.filter(pk=member.pk).update(status="withdrawn", withdrawn_at=at)
    assert restoring.note_ended(at=at + timedelta(days=30)) == 1
    assert not Notice.objects.filter(about="restored").exists()

"""Conduct at the desk: composing a measure with its mail in both languages, the second person, cases, objections."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import CaseKind
from accounts.errors import NobodyKnown
from accounts.models import Case, Member, Objection, Report, Sanction, User
from accounts.queries import standing
from accounts.services import cases, objections, sanctions
from accounts.services.cases import Told
from tests.accounts.conduct import FINDING, GROUND, imposed, measure, suspended
from tests.admin.conftest import desk_of
from tests.admin.verbs import everything, page_of, preview, use, verb_of

STATEMENT = {"facts_ko": FINDING.facts_ko, "facts_en": FINDING.facts_en, "source": "own"}
WARNING = {"stage": "warning", "ground": GROUND, **STATEMENT}
SUSPENSION = {"stage": "suspension", "ground": GROUND, "days": "7", **STATEMENT}


@pytest.fixture
def bens(ben: User) -> Client:
    return desk_of(ben)


@pytest.fixture
def case(member: Member, amy: User, at: datetime) -> Case:
    return cases.report_conduct(member.pk, Told(GROUND, "요청 120만 건", score=6), by=amy, at=at).case


@pytest.fixture
def objection(member: Member, amy: User, at: datetime) -> Objection:
    sanction = suspended(member, by=amy, at=at)
    return objections.object(
        member_id=member.pk, sanction_id=sanction.public_id, text="부하 시험이었습니다.", by=member.user, at=at
    )


@pytest.mark.clause("upstage/26.3")
def test_the_preview_shows_the_whole_notice_in_both_languages(office: Client, member: Member) -> None:
    before = everything()
    page = preview(office, verb_of(member, "sanction"), **WARNING)
    bodies = {mail.language: mail.body for mail in page.context["effect"].mails}
    assert (FINDING.facts_ko in bodies["ko"], FINDING.facts_en in bodies["en"]) == (True, True)
    assert {name: rows for name, rows in everything().items() if rows != before[name]}.keys() <= {"accounts.DataView"}


@pytest.mark.parametrize(("language", "words"), [("ko", "적용 중"), ("en", "in force")])
def test_the_preview_says_states_as_people_read_them(office: Client, member: Member, language: str, words: str) -> None:
    office.cookies["django_language"] = language
    page = preview(office, verb_of(member, "sanction"), **WARNING)
    assert words in [row.after for row in page.context["effect"].rows]


def test_a_confirmed_measure_holds(office: Client, member: Member, at: datetime) -> None:
    use(office, verb_of(member, "sanction"), **WARNING)
    use(office, verb_of(member, "sanction"), **SUSPENSION)
    assert [row.kind for row in Sanction.objects.order_by("pk")] == ["warning", "suspension"]
    assert not standing(member, at=at).may_use


def test_the_form_offers_every_ground_with_what_it_says(office: Client, member: Member) -> None:
    choices = office.get(verb_of(member, "sanction")).context["form"].fields["ground"].choices
    assert len(choices) == 28
    assert choices[6] == (GROUND, choices[6][1])


@pytest.mark.clause("upstage/26.1")
def test_a_skipped_stage_waits_for_somebody_else(office: Client, bens: Client, member: Member, at: datetime) -> None:
    refused = preview(office, verb_of(member, "sanction"), **SUSPENSION)
    assert refused.context["refused"].code == "stage_skipped"
    use(office, verb_of(member, "sanction"), skip_reason="악성코드", **SUSPENSION)
    proposed = Sanction.objects.get()
    assert (proposed.status, standing(member, at=at).may_use) == ("proposed", True)
    assert preview(office, verb_of(proposed, "approve")).context["refused"].code == "same_person"
    use(bens, verb_of(proposed, "approve"))
    assert not standing(member, at=at).may_use


def test_a_proposal_can_be_dropped(office: Client, bens: Client, member: Member, amy: User, at: datetime) -> None:
    proposed = sanctions.propose(member.pk, measure("suspension", skip_reason="급함"), by=amy, at=at)
    assert FINDING.facts_ko in office.get(page_of(proposed)).content.decode()
    use(bens, verb_of(proposed, "drop"))
    proposed.refresh_from_db()
    assert proposed.status == "dropped"


@pytest.mark.clause("upstage/11.1", "upstage/11.2")
def test_use_is_stopped_and_given_back(office: Client, member: Member, at: datetime) -> None:
    use(office, verb_of(member, "stop"), ground="upstage/11.1.2", days="5", **STATEMENT)
    assert not standing(member, at=at).may_use
    use(office, verb_of(Sanction.objects.get(), "lift"))
    assert standing(member, at=at).may_use


def test_the_members_file_shows_what_is_restricted(office: Client, member: Member, amy: User, at: datetime) -> None:
    sanction = suspended(member, by=amy, at=at)
    text = office.get(page_of(member)).content.decode()
    assert sanction.statement.measure_en in text
    assert page_of(sanction) in text


def test_conduct_is_noted_with_its_score(office: Client, member: Member) -> None:
    use(office, verb_of(member, "report"), ground=GROUND, score="3", text="이상한 요청")
    assert Report.objects.get().score == 3
    assert Case.objects.get().kind == CaseKind.CONDUCT


def test_a_case_is_decided_with_a_measure(office: Client, case: Case, at: datetime) -> None:
    assert "6" in office.get(page_of(case)).context["headline"]
    use(office, verb_of(case, "sanction"), **WARNING)
    case.refresh_from_db()
    assert (case.status, Sanction.objects.get().case) == ("decided", case)
    assert preview(office, verb_of(case, "sanction"), **WARNING).context["refused"].code == "already_done"


@pytest.mark.parametrize(("verb", "status"), [("decide", "decided"), ("dismiss", "dismissed")])
def test_a_case_is_closed_in_words(office: Client, case: Case, verb: str, status: str) -> None:
    use(office, verb_of(case, verb), reason="더 볼 것이 없습니다.")
    case.refresh_from_db()
    assert (case.status, case.outcome) == (status, "더 볼 것이 없습니다.")


def test_a_case_about_nobody_known_takes_no_measure(office: Client, at: datetime) -> None:
    told = Told("upstage/22.9", text="내 글입니다.", item="응답 12", contact="who@example.com")
    case = cases.report_rights(told, member=None, by=None, at=at)
    assert preview(office, verb_of(case, "sanction"), **WARNING).context["refused"].code == "nobody_known"
    assert office.get(page_of(case)).status_code == 200


def test_who_reported_an_incident_takes_no_measure(office: Client, member: Member, amy: User, at: datetime) -> None:
    told = Told("upstage/7.3.1", text="접속이 되지 않습니다.", reporter=member)
    case = cases.report_incident(member, told, by=member.user, at=at)
    assert preview(office, verb_of(case, "sanction"), **WARNING).context["refused"].code == "nobody_known"
    with pytest.raises(NobodyKnown):
        sanctions.impose(member.pk, measure(case=case), by=amy, at=at)
    assert not Sanction.objects.exists()


def test_the_member_of_a_case_is_named(office: Client, member: Member, at: datetime) -> None:
    told = Told("upstage/22.9", text="내 글입니다.", item="응답 12", contact="who@example.com")
    case = cases.report_rights(told, member=None, by=None, at=at)
    use(office, verb_of(case, "member"), member=member.public_id)
    use(office, verb_of(case, "sanction"), **WARNING)
    case.refresh_from_db()
    assert (case.member, case.status) == (member, "decided")


@pytest.mark.clause("upstage/26.4")
def test_an_objection_is_decided_by_somebody_else(
    office: Client, bens: Client, objection: Objection, member: Member, at: datetime
) -> None:
    asked = {"uphold": "yes", "answer": "저희 잘못입니다."}
    assert preview(office, verb_of(objection, "decide"), **asked).context["refused"].code == "same_person"
    assert "부하 시험이었습니다." in bens.get(page_of(objection)).content.decode()
    use(bens, verb_of(objection, "decide"), **asked)
    assert standing(member, at=at).may_use
    assert preview(bens, verb_of(objection, "decide"), **asked).context["refused"].code == "already_decided"


@pytest.mark.parametrize("table", ["case", "sanction", "objection", "restriction"])
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    table: str, rows: int, office: Client, make_member: Any, amy: User, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        member = make_member()
        cases.report_conduct(member.pk, Told(GROUND), by=amy, at=at)
        sanction = suspended(member, by=amy, at=at)
        objections.object(member_id=member.pk, sanction_id=sanction.public_id, text="아님", by=member.user, at=at)
    url = reverse(f"admin:accounts_{table}_changelist")
    office.get(url)
    with django_assert_max_num_queries(16):
        assert office.get(url).status_code == 200


@pytest.mark.parametrize(
    ("verb", "permission"),
    [
        ("sanction", "accounts.impose_sanction"),
        ("stop", "accounts.impose_sanction"),
        ("report", "accounts.add_report"),
    ],
)
def test_each_verb_has_its_own_permission(
    verb: str, permission: str, clerk: Callable[..., Client], member: Member
) -> None:
    desk = clerk("accounts.view_member")
    assert desk.get(verb_of(member, verb)).status_code == 403
    assert permission not in {"accounts.view_member"}


@pytest.mark.parametrize("verb", ["approve", "drop", "lift"])
def test_looking_at_a_sanction_is_not_changing_it(
    verb: str, clerk: Callable[..., Client], member: Member, amy: User, at: datetime
) -> None:
    sanction = imposed(member, by=amy, at=at)
    desk = clerk("accounts.view_sanction")
    assert (desk.get(page_of(sanction)).status_code, desk.get(verb_of(sanction, verb)).status_code) == (200, 403)


def test_what_ends_tonight_equals_its_list(office: Client, member: Member, amy: User, at: datetime) -> None:
    suspended(member, by=amy, at=at - timedelta(days=7))
    imposed(member, "stop", by=amy, at=at)
    page = office.get(reverse("admin:index"))
    figure = next(one for one in page.context["tonight"] if "restriction" in one.url)
    assert (figure.value, office.get(figure.url).context["cl"].result_count) == (1, 1)

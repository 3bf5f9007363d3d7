"""Meetings with minutes that both sides confirm; they are final then, and amend nothing (rift/2.4, 9.2)."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from contracts.enums import MeetingKind, MeetingStatus, MinutesStatus, PaperKind, Side
from contracts.models import Contract, CustomerNotice, Meeting, Minutes, MinutesAnswer
from contracts.queries.governing import governing, topics_of
from contracts.queries.meetings import awaits, current_of, meetings_of
from contracts.rules.meetings import AMENDS_NOTHING, standing
from contracts.services import meetings, minutes
from contracts.services.meetings import Plan
from contracts.services.minutes import Decision, Written
from tests.contracts import making, working
from tests.contracts.making import staff
from tests.contracts.working import MONDAY, seated
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db
SAID = Written("Amy, 이담당", "야간 상담을 논의함.", [Decision("send the logs", Side.COMPANY, date(2027, 3, 31))])
LATER = MONDAY + timedelta(days=1)


@pytest.fixture
def contract() -> Contract:
    return working.building()


@pytest.fixture
def meeting(contract) -> Meeting:
    return planned(contract)


def planned(contract: Contract, **more) -> Meeting:
    given = {"kind": MeetingKind.OPERATIONS, "title": "3월 운영 회의", "held_at": MONDAY, **more}
    return meetings.plan(contract.public_id, Plan(**given), by=staff("amy"), at=MONDAY)


def written(meeting: Meeting, said: Written = SAID, **more) -> Minutes:
    return minutes.write(meeting.public_id, said, **{"by": staff("amy"), "at": MONDAY, **more})


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    return caught.value.code


def open_kinds() -> list[str]:
    kinds = DueItem.objects.filter(kind__startswith="minutes", closed_at__isnull=True).values_list("kind", flat=True)
    return sorted(kinds)


def told() -> list[str]:
    rows = CustomerNotice.objects.filter(about="meeting").order_by("pk")
    return [key.partition(":")[0] for key in rows.values_list("key", flat=True)]


def test_of_a_meeting_to_come_the_customer_is_told_with_what_it_provides(contract):
    row = planned(contract, held_at=LATER, place="서울", needs="지난달 통화 목록")
    letter = CustomerNotice.objects.get(key=f"meeting:{row.public_id}")
    assert ["지난달 통화 목록" in letter.body_ko, "서울" in letter.body_ko, "9 Mar 2027" in letter.body_en] == [
        True
    ] * 3
    assert refused(written, row) == "not_held"
    meetings.put_off(row.public_id, LATER + timedelta(days=1), reason="ill", by=staff("amy"), at=MONDAY)
    meetings.call_off(row.public_id, reason="ill", by=staff("amy"), at=MONDAY)
    assert told() == ["meeting", "put_off", "called_off"]
    assert refused(written, row, at=LATER + timedelta(days=2)) == "not_held"
    assert refused(meetings.put_off, row.public_id, LATER, reason="x", by=staff("amy"), at=MONDAY) == "already_done"


def test_of_a_meeting_that_was_held_nobody_is_invited(meeting):
    assert told() == []


@pytest.mark.clause("rift/9.2")
def test_minutes_are_final_once_both_sides_confirmed(meeting):
    row = written(meeting)
    assert (row.written_side, awaits(row), open_kinds()) == (Side.COMPANY, Side.CUSTOMER, ["minutes"])
    assert refused(minutes.confirm, row.public_id, by=staff("ben"), at=MONDAY) == "already_done"
    done = minutes.confirm(row.public_id, by=seated(meeting.contract), at=LATER)
    meeting.refresh_from_db()
    assert (done.status, meeting.status) == (MinutesStatus.CONFIRMED, MeetingStatus.HELD)
    assert refused(written, meeting) == "minutes_final"
    assert (open_kinds(), told()) == (["minutes_action"], ["minutes", "confirmed"])


@pytest.mark.clause("rift/9.2")
def test_an_objection_leads_to_a_new_version(meeting):
    user, first = seated(meeting.contract), written(meeting)
    assert refused(minutes.object_to, first.public_id, reason="\u3164", by=user, at=LATER) == "reasons_needed"
    minutes.object_to(first.public_id, reason="the day shift was meant", by=user, at=LATER)
    assert open_kinds() == ["minutes_objection"]
    assert refused(minutes.confirm, first.public_id, by=user, at=LATER) == "already_done"
    second = written(meeting, at=LATER)
    assert (second.version, current_of(meeting), open_kinds()) == (2, second, ["minutes"])
    assert minutes.confirm(second.public_id, by=user, at=LATER).status == MinutesStatus.CONFIRMED


def test_the_customer_may_write_them_and_the_company_confirms(meeting):
    user = seated(meeting.contract)
    first = written(meeting)
    second = written(meeting, by=user)
    first.refresh_from_db()
    assert (first.status, second.written_side, awaits(second)) == ("replaced", Side.CUSTOMER, Side.COMPANY)
    assert minutes.confirm(second.public_id, by=staff("amy"), at=LATER).status == MinutesStatus.CONFIRMED


@pytest.mark.clause("rift/9.2")
def test_staff_write_the_customers_word_down_only_with_proof(meeting):
    row = written(meeting)
    given = {"by": staff("amy"), "at": LATER, "for_customer": True}
    assert refused(minutes.confirm, row.public_id, **given) == "proof_needed"
    assert Minutes.objects.get().status == MinutesStatus.PROPOSED
    minutes.confirm(row.public_id, reason="mail of 9 March", **given)
    answer = MinutesAnswer.objects.get(side=Side.CUSTOMER)
    assert (answer.is_recorded, answer.reason) == (True, "mail of 9 March")


@pytest.mark.parametrize("said", [Written(" ", "text"), Written("Amy", "\u200b")])
def test_minutes_say_something_and_name_who_was_there(meeting, said):
    assert (refused(written, meeting, said), Minutes.objects.exists()) == ("nothing_said", False)


@pytest.mark.clause("rift/2.4", "rift/9.2")
def test_what_minutes_decide_amends_nothing(meeting):
    contract, on = meeting.contract, LATER.date()
    before = {topic: governing(contract, topic, on=on) for topic in topics_of(contract)}
    said = Written("Amy", "cure_days = 5", [Decision("payment_days = 90", Side.CUSTOMER)])
    row = written(meeting, said)
    minutes.confirm(row.public_id, by=seated(contract), at=LATER)
    assert {topic: governing(contract, topic, on=on) for topic in topics_of(contract)} == before
    assert AMENDS_NOTHING.clauses == ("rift/2.4", "rift/9.2")
    letter = CustomerNotice.objects.get(key=f"minutes:{row.public_id}")
    assert AMENDS_NOTHING.ko in letter.body_ko
    assert AMENDS_NOTHING.en in letter.body_en
    assert "minutes" not in PaperKind.values


@pytest.mark.parametrize(
    ("confirmed", "objected", "found"),
    [([], [], "proposed"), ([Side.COMPANY], [], "proposed"), ([Side.COMPANY, Side.CUSTOMER], [], "confirmed"),
     ([Side.COMPANY], [Side.CUSTOMER], "objected")],
)  # fmt: skip
def test_how_minutes_stand(confirmed, objected, found):
    assert standing(confirmed, objected) == found


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_meetings_asks_the_same_for_many(contract, number, django_assert_num_queries):
    for _ in range(number):
        written(planned(contract))
    with django_assert_num_queries(3):
        assert [awaits(current_of(row)) for row in meetings_of(contract)] == [Side.CUSTOMER] * number


@pytest.mark.parametrize("change", [{"text": "x"}, {"status": "proposed"}, {"closed_at": None}, {"attendees": "x"}])
def test_the_database_keeps_what_was_confirmed(meeting, change):
    row = written(meeting)
    minutes.confirm(row.public_id, by=seated(meeting.contract), at=LATER)
    acts = [
        lambda: Minutes.objects.filter(pk=row.pk).update(**change),
        lambda: MinutesAnswer.objects.first().delete(),
        lambda: Meeting.objects.filter(pk=meeting.pk).delete(),
    ]
    for act in acts:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_one_version_counts_and_each_side_answers_once(meeting):
    row = written(meeting)
    with pytest.raises(DatabaseError), transaction.atomic():
        Minutes.objects.create(
            customer=row.customer, meeting=meeting, version=2, attendees="x", text="x", written_side="company",
            written_at=MONDAY,
        )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        MinutesAnswer.objects.create(
            customer=row.customer, minutes=row, side="company", is_confirmed=True, at=MONDAY
        )  # fmt: skip


# Joint projects

JOINT = {"outputs": "both", "know_how": "each its own", "metrics": "with consent"}


@pytest.mark.clause("rift/9.3")
@pytest.mark.parametrize("lacking", ["outputs", "know_how", "metrics"])
def test_a_joint_project_says_how_its_results_are_used(contract, lacking):
    says = {topic: value for topic, value in JOINT.items() if topic != lacking}
    assert refused(making.offered, contract, "joint_project", at=MONDAY, says=says) == "joint_project_incomplete"


@pytest.mark.clause("rift/14.2")
def test_a_joint_campaign_also_says_who_obtains_consent_and_answers_claims(contract):
    says = {**JOINT, "project": "campaign"}
    assert refused(making.offered, contract, "joint_project", at=MONDAY, says=says) == "joint_project_incomplete"
    whole = says | {"recipient_consent": "the customer", "claims": "each for its own messages"}
    assert making.offered(contract, "joint_project", at=MONDAY, says=whole).status == "offered"


@pytest.mark.clause("rift/9.3")
def test_a_signed_agreement_on_a_joint_project_governs_its_topics(contract):
    document = making.offered(contract, "joint_project", at=MONDAY, says=JOINT)
    assert governing(contract, "outputs", on=MONDAY.date()) is None
    working.conclusion.file_signed(
        document.public_id, making.SCAN, on=MONDAY.date(), signers="둘", reason="", by=staff("amy"), at=MONDAY
    )
    found = governing(contract, "outputs", on=MONDAY.date())
    assert (found.value, found.kind) == ("both", "joint_project")

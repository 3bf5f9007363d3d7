"""Deliverables: inspected within the agreed days, accepted by silence only where that was agreed (rift/5.2)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contracts.enums import DecidedBy, DeliveryStatus
from contracts.models import Contract, CustomerNotice, Deliverable, Delivery, DeliveryFile, MilestoneAcceptance
from contracts.queries.deliverables import expected_of, inspection_of, standing_of
from contracts.queries.month_fees import due_fees
from contracts.rules.deliverables import is_milestone_reached
from contracts.services import changing, deliverables, ending, invoicing, planning, silence
from contracts.services.deliverables import Handed, Work
from contracts.services.files import Given
from tests.contracts import making, working
from tests.contracts.making import staff
from tests.contracts.working import MONDAY, delivered, seated, sow
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import AuditEvent, DueItem, Transition

pytestmark = pytest.mark.django_db
FILE = Given("design.pdf", "application/pdf", b"%PDF design")
AFTER = datetime(2027, 3, 16, 0, 10, tzinfo=KST)


@pytest.fixture
def contract() -> Contract:
    return working.building()


def open_kinds() -> list[str]:
    found = DueItem.objects.filter(kind__in=("deliverable", "inspection", "rework"), closed_at__isnull=True)
    return sorted(found.values_list("kind", flat=True))


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    return caught.value.code


@pytest.mark.clause("rift/5.2")
def test_the_agreed_days_run_from_the_day_after_hand_over_and_end_on_a_working_day(contract):
    sow(contract, "design", days=12)
    row = delivered(contract)
    assert row.inspect_by == date(2027, 3, 22), "the 12th day, 20 March, is a Saturday"
    assert (row.silence_accepts, row.said_by.title, row.why["facts"]["days"]) == (False, "SOW", 12)
    assert open_kinds() == ["inspection"]
    letter = CustomerNotice.objects.get(key=f"handed_over:{row.public_id}")
    assert "22 Mar 2027" in letter.body_en
    assert "Silence accepts nothing" in letter.body_en


def test_without_agreed_days_no_period_runs(contract):
    row = delivered(contract)
    assert (row.inspect_by, row.silence_accepts, open_kinds()) == (None, False, [])
    assert deliverables.accept(row.public_id, by=staff("amy"), at=MONDAY).status == DeliveryStatus.ACCEPTED


@pytest.mark.clause("rift/5.2")
def test_a_statement_of_work_speaks_of_the_deliverables_it_names(contract):
    sow(contract, "design", days=7)
    sow(contract, "Manual", days=20, silence=True)
    on = MONDAY.date()
    found = [inspection_of(contract, name, on=on) for name in ("design", "manual", "other")]
    assert [(one.until, one.silence_accepts) for one in found] == [
        (date(2027, 3, 15), False), (date(2027, 3, 29), True), (None, False)
    ]  # fmt: skip


def test_only_a_statement_of_work_or_a_change_order_lets_silence_accept(contract):
    for kind, accepts in (("order", False), ("change_order", True)):
        document = making.offered(contract, kind, at=MONDAY, says={"inspection_days": 5, "silence_accepts": "yes"})
        working.conclusion.file_signed(
            document.public_id, making.SCAN, on=MONDAY.date(), signers="둘", reason="", by=staff("amy"), at=MONDAY
        )
        assert inspection_of(contract, "design", on=MONDAY.date()).silence_accepts is accepts


@pytest.mark.clause("rift/5.2")
def test_a_rejection_says_why_and_a_new_hand_over_starts_a_new_period(contract):
    sow(contract, "design")
    first = delivered(contract)
    assert (
        refused(deliverables.reject, first.public_id, reason=" \u200b", by=staff("amy"), at=MONDAY) == "reasons_needed"
    )
    deliverables.reject(first.public_id, reason="no night shift", by=staff("amy"), at=MONDAY)
    assert open_kinds() == ["rework"]
    second = delivered(contract, at=MONDAY + timedelta(days=2))
    assert (second.number, second.inspect_by, open_kinds()) == (2, date(2027, 3, 17), ["inspection"])
    assert refused(deliverables.accept, first.public_id, by=staff("amy"), at=MONDAY) == "already_done"


def test_a_hand_over_under_inspection_is_replaced_by_the_next(contract):
    sow(contract, "design")
    first, second = delivered(contract), delivered(contract, at=MONDAY + timedelta(days=1))
    first.refresh_from_db()
    assert (first.status, second.status) == (DeliveryStatus.REPLACED, DeliveryStatus.DELIVERED)
    assert DueItem.objects.get(kind="inspection", closed_at__isnull=True).key == second.public_id


def test_what_was_accepted_is_not_handed_over_again(contract):
    row = delivered(contract)
    deliverables.accept(row.public_id, by=staff("amy"), at=MONDAY)
    assert refused(delivered, contract) == "already_done"
    assert Delivery.objects.count() == 1


@pytest.mark.clause("rift/5.2")
def test_silence_accepts_once_the_period_has_ended_where_that_was_agreed(contract):
    sow(contract, "design", "manual", silence=True)
    silent, spoken = delivered(contract), delivered(contract, "manual")
    deliverables.reject(spoken.public_id, reason="chapter 3", by=staff("amy"), at=MONDAY)
    assert silence.accept_due(at=AFTER - timedelta(minutes=11)) == 0
    assert (silence.accept_due(at=AFTER), silence.accept_due(at=AFTER)) == (1, 0)
    silent.refresh_from_db()
    assert (silent.status, silent.decided_how) == (DeliveryStatus.ACCEPTED, DecidedBy.SILENCE)
    assert silent.decided_at == datetime(2027, 3, 16, tzinfo=KST), "24:00 of the last day"
    assert CustomerNotice.objects.filter(key=f"silence:{silent.public_id}").count() == 1
    assert Transition.objects.filter(subject=silent.public_id, to_state="accepted").count() == 1
    assert open_kinds() == ["rework"]


@pytest.mark.clause("rift/5.2")
def test_silence_has_accepted_even_before_the_job_says_so(contract):
    sow(contract, "design", silence=True)
    row, midnight = delivered(contract), datetime(2027, 3, 16, tzinfo=KST)
    assert standing_of(row, on=midnight.date()) == DeliveryStatus.ACCEPTED
    assert refused(deliverables.reject, row.public_id, reason="late", by=staff("amy"), at=midnight) == "already_done"
    assert refused(delivered, contract, at=midnight) == "already_done"


@pytest.mark.clause("rift/5.2")
def test_silence_means_nothing_where_nothing_was_agreed(contract):
    sow(contract, "design")
    row = delivered(contract)
    assert silence.accept_due(at=AFTER) == 0
    done = deliverables.reject(row.public_id, reason="late, but still", by=staff("amy"), at=AFTER)
    assert done.status == DeliveryStatus.REJECTED


@pytest.mark.parametrize("number", [1, 3])
def test_statements_grow_with_days_not_with_deliveries(contract, number):
    names = [f"item {place}" for place in range(number)]
    sow(contract, *names, silence=True)
    for name in names:
        delivered(contract, name)
    with CaptureQueriesContext(connection) as caught:
        assert silence.accept_due(at=AFTER) == number
    assert len(caught) <= 15


@pytest.mark.clause("rift/7.1")
def test_a_milestone_is_billed_once_all_its_deliverables_are_accepted(contract):
    deliverables.expect(contract.public_id, Work("manual", "launch"), by=staff("amy"), at=MONDAY)
    first = delivered(contract, milestone="launch")
    deliverables.accept(first.public_id, by=staff("amy"), at=MONDAY)
    assert not MilestoneAcceptance.objects.exists()
    assert refused(changing.accept_milestone, contract.public_id, "launch", by=staff("amy"), at=MONDAY) == (
        "deliverables_open"
    )
    second = delivered(contract, "manual")
    deliverables.accept(second.public_id, by=staff("amy"), at=MONDAY)
    assert MilestoneAcceptance.objects.get().accepted_on == MONDAY.date()
    due = due_fees(contract, date(2027, 3, 1), over_on=date(2027, 3, 9))
    assert [(line.fee.kind, line.billed.charged) for line in due] == [("project", 7_600_000)]
    assert refused(delivered, contract, "more", milestone="launch") == "already_done"


def test_a_deliverable_called_like_a_milestone_belongs_to_it(contract):
    row = delivered(contract, "launch")
    assert row.deliverable.fee.milestone == "launch"
    assert refused(delivered, contract, "x", milestone="landing") == "not_found"
    delivered(contract, "x")
    assert refused(delivered, contract, "x", milestone="launch") == "other_milestone"


@pytest.mark.clause("rift/7.1")
def test_silence_reaches_a_milestone_too(contract):
    sow(contract, "launch", silence=True)
    delivered(contract, "launch")
    silence.accept_due(at=AFTER)
    assert MilestoneAcceptance.objects.get().accepted_on == AFTER.date()


@pytest.mark.parametrize("standings", [[], [None], ["accepted", None], ["accepted", "rejected"], ["delivered"]])
def test_a_milestone_is_not_reached_by_less(standings):
    assert is_milestone_reached(standings) is False


@pytest.mark.clause("rift/7.1")
def test_a_milestone_accepted_after_the_term_is_billed_with_its_last_month(contract):
    row = delivered(contract, "launch", at=datetime(2028, 1, 28, 10, tzinfo=KST))
    deliverables.accept(row.public_id, by=staff("amy"), at=datetime(2028, 2, 4, 10, tzinfo=KST))
    due = due_fees(contract, date(2028, 1, 1), over_on=date(2028, 2, 5))
    assert ("project", 7_600_000) in [(line.fee.kind, line.billed.charged) for line in due]


@pytest.mark.clause("rift/7.1")
@pytest.mark.parametrize("accepted_on", [datetime(2028, 2, 4, 10, tzinfo=KST), datetime(2028, 9, 4, 10, tzinfo=KST)])
def test_a_milestone_accepted_after_the_last_invoice_asks_to_be_billed(contract, accepted_on):
    """However long after the term: once, by its own task, which the invoice closes."""
    amy, january = staff("amy"), date(2028, 1, 1)
    first = datetime(2028, 2, 1, 0, 20, tzinfo=KST)
    planning.open_due(at=first)
    invoicing.issue_month(contract.public_id, january, by=amy, at=first)
    row = delivered(contract, "launch", at=first)
    deliverables.accept(row.public_id, by=amy, at=accepted_on)
    planning.open_due(at=accepted_on)
    task = DueItem.objects.get(kind="contract_invoice", key__contains="milestone")
    mine = DueItem.objects.filter(kind="contract_invoice", subject=contract.public_id, closed_at__isnull=True)
    assert [one.key for one in mine.filter(key__contains="2028-01")] == []
    assert (task.closed_at, task.title_en) == (None, "Issue an invoice: 콜봇 구축, 2028-01, launch")
    tenth = date(accepted_on.year, accepted_on.month + 1, 10)
    assert task.due_at == datetime(tenth.year, tenth.month, tenth.day + 1, tzinfo=KST)
    made = invoicing.issue_month(contract.public_id, january, by=amy, at=accepted_on)
    assert [line.amount for line in made.invoice.lines.all()] == [7_600_000]
    task.refresh_from_db()
    assert task.outcome == made.invoice.number


def test_a_milestone_accepted_within_the_term_has_the_task_of_its_month(contract):
    row = delivered(contract, "launch")
    deliverables.accept(row.public_id, by=staff("amy"), at=MONDAY)
    assert not DueItem.objects.filter(kind="contract_invoice", key__contains="milestone").exists()


@pytest.mark.clause("rift/15.3")
def test_after_a_termination_work_is_accepted_but_nothing_more_is_billed(contract):
    row = delivered(contract, "launch")
    end = ending.End(making.Side.CUSTOMER, "request", working.won(0))
    ending.terminate(contract.public_id, end, by=staff("amy"), at=MONDAY)
    done = deliverables.accept(row.public_id, by=staff("amy"), at=MONDAY)
    assert (done.status, MilestoneAcceptance.objects.exists()) == (DeliveryStatus.ACCEPTED, False)


def test_people_of_the_customer_decide_themselves(contract):
    user, row = seated(contract), delivered(contract)
    done = deliverables.accept(row.public_id, by=user, at=MONDAY)
    assert (done.decided_by, done.decided_how) == (user, DecidedBy.CUSTOMER)
    other = delivered(contract, "manual")
    assert deliverables.accept(other.public_id, by=staff("amy"), at=MONDAY).decided_how == DecidedBy.RECORDED
    assert AuditEvent.objects.filter(action="deliverable.accepted", actor=user).count() == 1


def test_files_belong_to_a_hand_over_until_it_is_decided(contract):
    made = deliverables.deliver(
        contract.public_id, Handed(Work("design"), "by mail", [FILE]), by=staff("amy"), at=MONDAY
    )
    deliverables.attach(made.public_id, FILE, by=seated(contract), at=MONDAY)
    deliverables.reject(made.public_id, reason="incomplete", by=staff("amy"), at=MONDAY)
    assert refused(deliverables.attach, made.public_id, FILE, by=staff("amy"), at=MONDAY) == "already_done"
    assert [one.file.size for one in DeliveryFile.objects.all()] == [len(FILE.content)] * 2


def test_what_is_due_by_a_day_is_a_task_until_it_is_handed_over(contract):
    work = Work("design", due_on=date(2027, 3, 31))
    deliverables.expect(contract.public_id, work, by=staff("amy"), at=MONDAY)
    assert open_kinds() == ["deliverable"]
    assert refused(deliverables.expect, contract.public_id, work, by=staff("amy"), at=MONDAY) == "already_done"
    delivered(contract)
    assert open_kinds() == []


def test_what_a_statement_of_work_names_is_expected_until_it_is_written_down(contract):
    sow(contract, "design", "manual")
    delivered(contract, "Design")
    assert [one.name for one in expected_of(contract)] == ["manual"]


def test_nothing_is_delivered_before_a_contract_or_after_its_end(contract):
    with pytest.raises(Refusal) as caught:
        delivered(making.drafted(making.customer(making.NUMBERS[1])))
    assert caught.value.code == "not_concluded"
    end = ending.End(making.Side.CUSTOMER, "request", working.won(0))
    ending.terminate(contract.public_id, end, by=staff("amy"), at=MONDAY)
    assert refused(delivered, contract) == "not_active"
    assert not Deliverable.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"status": "rejected", "decided_how": "recorded", "decision": ""}, {"inspect_by": date(2029, 1, 1)},
     {"status": "accepted", "decided_how": "silence"}, {"status": "accepted", "decided_how": ""},
     {"how": "otherwise"}],
)  # fmt: skip
def test_the_database_keeps_hand_overs_and_lets_nobody_decide_by_halves(contract, change):
    row = delivered(contract)
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(decided_at=MONDAY, **change)


def test_what_was_decided_is_final_and_nothing_is_deleted(contract):
    row = deliverables.accept(delivered(contract).public_id, by=staff("amy"), at=MONDAY)
    for act in (
        lambda: Delivery.objects.filter(pk=row.pk).update(decision="x"),
        lambda: Delivery.objects.filter(pk=row.pk).delete(),
        lambda: Deliverable.objects.filter(pk=row.deliverable_id)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_each_table_of_deliverables_is_unique_where_it_must_be(contract):
    row = delivered(contract)
    again = {"customer": row.customer, "deliverable": row.deliverable, "handed_over_at": MONDAY}
    for values in ({"number": 1, "status": "replaced", "decided_at": MONDAY}, {"number": 2}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Delivery.objects.create(**again, **values)

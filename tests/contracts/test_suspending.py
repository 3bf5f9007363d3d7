"""Stopping a contract's service: told first, done by hand, ended at once (rift/4.4, 7.3), out of the SLA's scope."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import Error, transaction

from billing.models import FirmInvoice
from contracts.enums import (
    ContractStatus,
    EndReason,
    Side,
    SuspensionGround,
    SuspensionNoticeStatus,
    SuspensionScope,
    SuspensionStatus,
    Treatment,
)
from contracts.models import Contract, CustomerNotice, Suspension, SuspensionNotice
from contracts.queries import service_levels, suspensions
from contracts.services import breaches, delinquencies, ending, invoicing, paying, reports, seats, suspending
from contracts.services.breaches import Delivery
from contracts.services.ending import End
from contracts.services.suspending import Limit
from tests.admin.verbs import everything
from tests.contracts import making, promising
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import AuditEvent, DueItem, Transition

pytestmark = pytest.mark.django_db
UNPAID = Limit(SuspensionGround.UNPAID)
LATE = datetime(2027, 3, 22, 10, tzinfo=KST)
FROM = datetime(2027, 3, 30, 10, tzinfo=KST)


@pytest.fixture
def contract() -> Contract:
    return making.concluded(making.drafted(starts_on=date(2027, 2, 1), payment_days=10))


@pytest.fixture
def invoice(contract: Contract) -> FirmInvoice:
    """Unpaid since the end of 18 March."""
    return billed(contract, datetime(2027, 3, 8, 10, tzinfo=KST))


def billed(contract: Contract, at: datetime) -> FirmInvoice:
    amy = making.staff("amy")
    made = invoicing.issue_amount(contract.public_id, Decimal(500_000), what_ko="구축", what_en="Work", by=amy, at=at)
    paying.receive(contract.public_id, made.invoice.public_id, on=at.date(), by=amy, at=at)
    return made.invoice


def announced(contract: Contract, limit: Limit = UNPAID, *, at: datetime = LATE) -> SuspensionNotice:
    return suspending.announce(contract.public_id, limit, reason="unpaid", by=making.staff("amy"), at=at)


def suspended(contract: Contract, *, at: datetime = FROM) -> Suspension:
    made = suspending.suspend(contract.public_id, reason="no answer", by=making.staff("amy"), at=at)
    contract.refresh_from_db()
    return made


def paid(contract: Contract, invoice: FirmInvoice, *, at: datetime, amount: Decimal | None = None) -> None:
    key = f"{at:%m%d%H}"
    paying.pay(contract.public_id, invoice.public_id, amount=amount, key=key, by=making.staff("amy"), at=at)
    contract.refresh_from_db()


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


@pytest.mark.clause("rift/7.3")
def test_a_notice_names_its_day_and_asks_staff_to_decide(contract: Contract, invoice: FirmInvoice) -> None:
    row = announced(contract)
    assert (row.from_on, row.scope, row.status) == (date(2027, 3, 30), "full", "told")
    task = DueItem.objects.get(kind="suspend_service", closed_at__isnull=True)
    assert (task.key, task.warn_at) == (row.public_id, datetime(2027, 3, 30, tzinfo=KST))
    assert task.due_at == datetime(2027, 4, 3, tzinfo=KST), "three business days after the day: the end of 2 April"
    letter = CustomerNotice.objects.get(about="suspension")
    assert letter.clauses == ["rift/7.3"]
    assert "the whole service" in letter.body_en
    assert "30 Mar 2027" in letter.subject_en


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        (Limit(SuspensionGround.UNPAID, from_on=date(2027, 3, 29)), "notice_too_short"),
        (Limit(SuspensionGround.BREACH), "no_ground"),
        (Limit(SuspensionGround.UNPAID, functions=[" "]), "invalid"),
    ],
)
@pytest.mark.clause("rift/7.3")
def test_a_refused_notice_leaves_nothing_behind(
    contract: Contract, invoice: FirmInvoice, limit: Limit, code: str
) -> None:
    before = everything()
    with pytest.raises(Refusal) as refused:
        announced(contract, limit)
    assert (code_of(refused), everything()) == (code, before)


def test_one_open_notice_for_a_ground(contract: Contract, invoice: FirmInvoice) -> None:
    announced(contract)
    with pytest.raises(Refusal) as refused:
        announced(contract)
    assert code_of(refused) == "already_done"


@pytest.mark.clause("rift/7.3")
def test_nothing_is_stopped_without_the_notice_or_before_its_day(contract: Contract, invoice: FirmInvoice) -> None:
    for at in (FROM, datetime(2027, 3, 29, 23, tzinfo=KST)):
        before = everything()
        with pytest.raises(Refusal) as refused:
            suspended(contract, at=at)
        assert (code_of(refused), everything()) == ("notice_required", before)
        if at == FROM:
            announced(contract)


@pytest.mark.clause("rift/4.4")
@pytest.mark.clause("rift/7.3")
def test_a_stop_bars_use_and_leaves_reading_and_paying(contract: Contract, invoice: FirmInvoice) -> None:
    notice = announced(contract)
    row = suspended(contract)
    assert (contract.status, row.scope, row.clauses) == (ContractStatus.SUSPENDED, SuspensionScope.FULL, ["rift/7.3"])
    access = suspensions.service_access(contract, at=FROM)
    assert (access.may_read, access.may_pay, access.may_use) == (True, True, False)
    with pytest.raises(Refusal) as refused:
        seats.add(contract.public_id, "ms_a", "administrator", by=making.staff("amy"), at=FROM)
    assert code_of(refused) == "service_suspended"
    notice.refresh_from_db()
    assert notice.status == SuspensionNoticeStatus.USED
    assert not DueItem.objects.filter(kind="suspend_service", closed_at__isnull=True).exists()
    assert AuditEvent.objects.filter(action="contract.suspended", subject=contract.public_id).count() == 1


@pytest.mark.clause("rift/7.3")
def test_paying_everything_ends_it_at_once(contract: Contract, invoice: FirmInvoice) -> None:
    announced(contract)
    suspended(contract)
    later = datetime(2027, 4, 5, 10, tzinfo=KST)
    paid(contract, invoice, at=later, amount=Decimal(300_000))
    assert contract.status == ContractStatus.SUSPENDED, "a part ends nothing"
    end = datetime(2027, 4, 6, 10, tzinfo=KST)
    paid(contract, invoice, at=end)
    row = Suspension.objects.get()
    assert (contract.status, row.status, row.ended_at) == (ContractStatus.CONCLUDED, SuspensionStatus.ENDED, end)
    assert CustomerNotice.objects.filter(key=f"suspension:{row.public_id}:resumed").count() == 1
    moves = Transition.objects.filter(subject=contract.public_id, field="status").order_by("id")
    assert [move.to_state for move in moves][-2:] == ["suspended", "concluded"]


def test_another_invoice_that_is_overdue_keeps_it(contract: Contract, invoice: FirmInvoice) -> None:
    other = billed(contract, datetime(2027, 3, 10, 10, tzinfo=KST))
    announced(contract)
    suspended(contract)
    paid(contract, invoice, at=datetime(2027, 4, 5, 10, tzinfo=KST))
    assert contract.status == ContractStatus.SUSPENDED
    paid(contract, other, at=datetime(2027, 4, 5, 11, tzinfo=KST))
    assert contract.status == ContractStatus.CONCLUDED


def test_paying_before_the_day_drops_the_notice(contract: Contract, invoice: FirmInvoice) -> None:
    announced(contract)
    paid(contract, invoice, at=datetime(2027, 3, 25, 10, tzinfo=KST))
    row = SuspensionNotice.objects.get()
    assert row.status == SuspensionNoticeStatus.DROPPED
    assert not DueItem.objects.filter(kind="suspend_service", closed_at__isnull=True).exists()
    with pytest.raises(Refusal) as refused:
        suspended(contract)
    assert code_of(refused) == "notice_required"


def test_an_annulled_delinquency_is_no_ground(contract: Contract, invoice: FirmInvoice) -> None:
    delinquencies.find(at=LATE)
    announced(contract)
    suspended(contract)
    amy, at = making.staff("amy"), datetime(2027, 4, 1, 10, tzinfo=KST)
    delinquencies.annul(contract.public_id, invoice.public_id, reason="in time", by=amy, at=at)
    contract.refresh_from_db()
    assert contract.status == ContractStatus.CONCLUDED


def test_what_is_disputed_in_time_is_a_ground_once_it_was_answered(contract: Contract, invoice: FirmInvoice) -> None:
    amy, in_time = making.staff("amy"), datetime(2027, 3, 18, 23, tzinfo=KST)
    paying.dispute(contract.public_id, invoice.public_id, reason="never ordered", by=amy, at=in_time)
    assert not suspensions.overdue(contract, at=LATE).exists()
    paying.answer(contract.public_id, invoice.public_id, text="see the order", by=amy, at=LATE)
    assert suspensions.overdue(contract, at=LATE).exists()


@pytest.mark.clause("rift/4.4")
def test_a_breach_limits_functions_until_it_is_cured(contract: Contract) -> None:
    amy = making.staff("amy")
    row = breaches.demand(
        contract.public_id, Side.COMPANY, "shared keys", delivery=Delivery(LATE.date()), by=amy, at=LATE
    )
    announced(contract, Limit(SuspensionGround.BREACH, ["발신", "녹취"]))
    suspended(contract)
    access = suspensions.service_access(contract, at=FROM)
    assert (contract.status, access.may_use) == (ContractStatus.CONCLUDED, True)
    assert (access.may_use_function("발신"), access.may_use_function("보고서")) == (False, True)
    breaches.cure(row.public_id, by=amy, at=datetime(2027, 4, 2, 10, tzinfo=KST))
    assert Suspension.objects.get().status == SuspensionStatus.ENDED


def test_it_is_resumed_by_hand_and_only_once(contract: Contract, invoice: FirmInvoice) -> None:
    announced(contract)
    suspended(contract)
    suspending.resume(contract.public_id, reason="they pay in parts", by=making.staff("amy"), at=FROM)
    contract.refresh_from_db()
    assert (contract.status, Suspension.objects.get().end_reason) == (ContractStatus.CONCLUDED, "they pay in parts")
    with pytest.raises(Refusal) as refused:
        suspending.resume(contract.public_id, reason="again", by=making.staff("amy"), at=FROM)
    assert code_of(refused) == "not_suspended"
    with pytest.raises(Refusal) as anew:
        suspended(contract)
    assert code_of(anew) == "notice_required", "a notice is used once"


def test_a_notice_is_left_by_hand(contract: Contract, invoice: FirmInvoice) -> None:
    row, amy = announced(contract), making.staff("amy")
    suspending.drop(row.public_id, reason="they called", by=amy, at=LATE)
    with pytest.raises(Refusal) as refused:
        suspending.drop(row.public_id, reason="again", by=amy, at=LATE)
    assert code_of(refused) == "already_done"


def test_the_end_of_the_contract_ends_it(contract: Contract, invoice: FirmInvoice) -> None:
    announced(contract)
    suspended(contract)
    end = End(Side.CUSTOMER, EndReason.REQUEST)
    ending.terminate(contract.public_id, end, by=making.staff("amy"), at=datetime(2027, 4, 5, 10, tzinfo=KST))
    assert Suspension.objects.get().status == SuspensionStatus.ENDED
    contract.refresh_from_db()
    assert contract.status == ContractStatus.TERMINATED


def test_history_is_never_changed(contract: Contract, invoice: FirmInvoice) -> None:
    announced(contract)
    row = suspended(contract)
    for model, change in (
        (Suspension, {"starts_at": LATE}), (SuspensionNotice, {"from_on": date(2027, 3, 1)}),
        (Suspension, {"status": "ended"}), (SuspensionNotice, {"closed_at": None}),
    ):  # fmt: skip
        with pytest.raises(Error), transaction.atomic():
            model.objects.update(**change)
    with pytest.raises(Error), transaction.atomic():
        Suspension.objects.filter(pk=row.pk).delete()


@pytest.mark.clause("rift/8.1")
def test_the_time_of_a_stop_is_out_of_the_scope() -> None:
    amy = making.staff("amy")
    contract = promising.monitored(amy, starts=date(2027, 3, 1), flat=1_000_000)
    overdue = billed(contract, datetime(2027, 3, 2, 10, tzinfo=KST))
    announced(contract, at=datetime(2027, 4, 5, 10, tzinfo=KST))
    suspended(contract, at=datetime(2027, 4, 13, tzinfo=KST))
    promising.stood_still(contract, "2027-04-14 09:00", "2027-04-14 19:00", by=amy)
    level = service_levels.level_of(contract, date(2027, 4, 1))
    assert level is not None
    found = service_levels.measured(contract, level, date(2027, 4, 1))
    assert (found.excluded.days, found.down.total_seconds(), found.is_met) == (18, 0, True)
    paid(contract, overdue, at=datetime(2027, 4, 23, tzinfo=KST))
    report = reports.measure(
        contract.public_id, date(2027, 4, 1), by=amy, at=datetime(2027, 5, 3, 9, tzinfo=KST)
    )  # fmt: skip
    assert (report.excluded_seconds, report.availability) == (10 * 86_400, 100)
    first = report.lines[0]
    assert (first["ground"], first["treatment"]) == ("unpaid", Treatment.CUSTOMER)

"""Billing runs: counted first, then issued by who starts them; each contract once, whatever happens on the way."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from billing.models import FirmInvoice, FirmInvoiceLine, FirmTaxInvoice, InvoiceSeries
from contracts.enums import RunStatus
from contracts.models import (
    BillingRun,
    Contract,
    ContractInvoice,
    CustomerNotice,
    FeeBilling,
    RunLeftOut,
    ServiceCreditUse,
)
from contracts.queries import billing_runs as queries
from contracts.services import billing_runs, invoicing, planning, run_batches
from tests.admin.conftest import desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.billing.killing import killed_at
from tests.contracts import billed, making, promising
from tests.contracts.billed import JUNE_SECOND, MAY
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.errors import NotFound, Refusal
from upstage_console.kernel.models import AuditEvent, DueItem, Transition

pytestmark = [pytest.mark.django_db, pytest.mark.clause("rift/7.1"), pytest.mark.clause("rift/7.2")]
COUNTED = {"invoices": 1, "subtotal": "1074200", "tax": "107420"}


def asked(amy: User, *contracts: Contract) -> BillingRun:
    return billing_runs.ask(MAY, [one.public_id for one in contracts], by=amy, at=JUNE_SECOND, reason="May")


def gone_through(run: BillingRun) -> BillingRun:
    run_batches.go_through(run.public_id, at=JUNE_SECOND)
    run.refresh_from_db()
    return run


def counted(amy: User, *contracts: Contract) -> BillingRun:
    return gone_through(asked(amy, *contracts))


def started(run: BillingRun, by: User) -> BillingRun:
    return gone_through(billing_runs.start(run.public_id, by=by, at=JUNE_SECOND))


def lines() -> list[tuple[Any, ...]]:
    rows = FirmInvoiceLine.objects.order_by("invoice__number", "position")
    return list(rows.values_list("invoice__number", "firm", "kind", "what_ko", "what_en", "quantity", "charged", "why"))


def left(run: BillingRun) -> list[tuple[str, int]]:
    return [(one.code, one.number) for one in queries.left_out(run)]


def test_a_count_says_what_would_be_issued_and_issues_nothing(amy: User) -> None:
    billed.full(amy)
    nothing = promising.contract(amy, flat=0)
    run = counted(amy)
    assert (run.status, run.sums, FirmInvoice.objects.count()) == (RunStatus.COUNTED, {"KRW": COUNTED}, 0)
    assert left(run) == [("nothing_to_bill", 1)]
    assert RunLeftOut.objects.get().contract == nothing
    assert not CustomerNotice.objects.exists()


def test_what_is_started_is_issued_in_the_name_of_who_started_it(amy: User, ben: User) -> None:
    contract = billed.full(amy)
    planning.open_due(at=JUNE_SECOND)
    run = started(counted(amy), ben)
    invoice = FirmInvoice.objects.get()
    assert (run.status, invoice.subtotal, invoice.total) == (RunStatus.DONE, 1_074_200, 1_181_620)
    assert [one.kind for one in invoice.lines.all()] == ["flat", "seat", "usage"]
    assert AuditEvent.objects.get(action="contract.invoiced", subject=contract.public_id).actor == ben
    assert FirmTaxInvoice.objects.get().total == invoice.total
    assert DueItem.objects.get(kind=invoicing.TASK, key__endswith="2027-05").outcome == invoice.number
    assert [(one.invoices, one.total) for one in queries.issued(run)] == [(1, invoice.total)]


def test_many_are_billed_as_each_by_itself(amy: User) -> None:
    contracts = [billed.full(amy, flat) for flat in (1_000_000, 910_001, 0)]
    billed.credited(contracts[1], 2_000_000)
    billed.credited(contracts[2], 40_000)
    with transaction.atomic():
        for one in contracts:
            invoicing.issue_month(one.public_id, MAY, by=amy, at=JUNE_SECOND)
        alone, left_of = lines(), list(ServiceCreditUse.objects.order_by("credit").values_list("amount"))
        transaction.set_rollback(True)
    started(counted(amy), amy)
    assert lines() == alone
    assert list(ServiceCreditUse.objects.order_by("credit").values_list("amount")) == left_of


def test_what_a_credit_pays_in_full_is_settled_and_has_no_tax_invoice(amy: User) -> None:
    contract = billed.full(amy)
    credit = billed.credited(contract, 2_000_000)
    assert counted(amy).sums["KRW"]["subtotal"] == "0"
    started(BillingRun.objects.get(), amy)
    credit.refresh_from_db()
    invoice = FirmInvoice.objects.get()
    assert (invoice.total, invoice.status, FirmTaxInvoice.objects.count()) == (0, "paid", 0)
    assert credit.left == 2_000_000 - 1_074_200
    assert Transition.objects.get(subject=invoice.public_id).actor == amy


def test_a_second_run_finds_everything_billed(amy: User) -> None:
    billed.full(amy)
    started(counted(amy), amy)
    again = started(counted(amy), amy)
    assert (FirmInvoice.objects.count(), left(again)) == (1, [("already_done", 1)])
    assert gone_through(again).looked_at == 1


def test_only_the_named_contracts_are_billed(amy: User) -> None:
    named, other = billed.full(amy), billed.full(amy)
    draft = making.drafted()
    run = started(counted(amy, named, draft), amy)
    assert list(ContractInvoice.objects.values_list("contract")) == [(named.pk,)]
    assert (left(run), other.invoices.exists()) == ([("not_concluded", 1)], False)
    with pytest.raises(NotFound):
        billing_runs.ask(MAY, ["ctr_00"], by=amy, at=JUNE_SECOND)


def test_one_that_cannot_be_billed_stops_none_of_the_others(amy: User) -> None:
    steps = [billed.STEPS] * 3 + [[{"after": "many", "amount": "40"}], billed.STEPS]
    contracts = [billed.full(amy, steps=one) for one in steps]
    run = counted(amy)
    assert (run.sums["KRW"]["invoices"], left(run)) == (4, [("not_billable", 1)])
    run = started(run, amy)
    assert (FirmInvoice.objects.count(), left(run), contracts[3].invoices.exists()) == (
        4, [("not_billable", 1)], False,
    )  # fmt: skip
    assert gaps() == []


def gaps() -> list[str]:
    """The series of which a number was left out."""
    series = InvoiceSeries.objects.all()
    return [one.code for one in series if FirmInvoice.objects.filter(series=one).count() != one.last]


def statements(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def one_of_each(amy: User) -> list[Contract]:
    """One that owes all, one whose credit pays a part, one whose credit pays all, and one that is left out."""
    found = [billed.full(amy) for _ in range(3)]
    for contract, amount in zip(found[1:], (10_000, 20_000_000), strict=True):
        billed.credited(contract, amount)
    return [*found, promising.contract(amy, flat=0)]


def test_the_number_of_statements_does_not_grow_with_the_contracts(amy: User) -> None:
    found = []
    for number in (1, 3):
        contracts = [contract for _ in range(number) for contract in one_of_each(amy)]
        planning.open_due(at=JUNE_SECOND)
        run = asked(amy, *contracts)
        counting = statements(lambda run=run: gone_through(run))
        billing_runs.start(run.public_id, by=amy, at=JUNE_SECOND)
        found.append((counting, statements(lambda run=run: gone_through(run))))
    assert FirmInvoice.objects.count() == 3 + 9
    assert found[0] == found[1]


WORKERS = 4


def written() -> dict[str, Any]:
    return {
        "lines": lines(), "billings": list(FeeBilling.objects.order_by("fee").values_list("fee", "month", "charged")),
        "credits": list(ServiceCreditUse.objects.order_by("credit").values_list("credit", "amount")),
        "told": CustomerNotice.objects.filter(about="invoice").count(), "gaps": gaps(),
        "left": list(
            RunLeftOut.objects.order_by("contract", "is_counted").values_list("contract", "is_counted", "code")
        ),
        "sums": BillingRun.objects.get().sums, "status": BillingRun.objects.get().status,
        "tax": FirmTaxInvoice.objects.count(),
        "open": DueItem.objects.filter(kind=invoicing.TASK, closed_at__isnull=True).count(),
        "done": AuditEvent.objects.filter(action="billing_run.done").count(),
    }  # fmt: skip


@pytest.mark.parametrize("worker", range(WORKERS))
def test_killed_at_any_statement_and_begun_again_the_invoices_are_the_same(
    amy: User, worker: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_batches, "CONTRACTS_AT_A_TIME", 2)
    contracts = [billed.full(amy, flat) for flat in (1_000_000, 910_001, 0)]
    promising.contract(amy, flat=0)
    billed.credited(contracts[1], 2_000_000)
    planning.open_due(at=JUNE_SECOND)
    run = asked(amy)

    def work() -> None:
        gone_through(run)
        billing_runs.start(run.public_id, by=amy, at=JUNE_SECOND)
        gone_through(run)

    def go_on() -> None:
        run.refresh_from_db()
        if run.status in (RunStatus.COUNTING, RunStatus.COUNTED):
            return work() if run.status == RunStatus.COUNTING else _start_and_go(run, amy)
        gone_through(run)
        return None

    with transaction.atomic():
        with killed_at(None) as whole:
            work()
        wanted = written()
        transaction.set_rollback(True)
    assert (len({line[0] for line in wanted["lines"]}), wanted["status"]) == (3, "done")
    for cut in range(worker, whole.sent, WORKERS):
        with transaction.atomic():
            with killed_at(cut) as dead:
                work()
            assert dead.is_dead
            go_on()
            assert (cut, written()) == (cut, wanted)
            transaction.set_rollback(True)


def _start_and_go(run: BillingRun, by: User) -> None:
    billing_runs.start(run.public_id, by=by, at=JUNE_SECOND)
    gone_through(run)


def test_what_was_dropped_or_done_is_not_started(amy: User) -> None:
    run = counted(amy)
    billing_runs.drop(run.public_id, by=amy, at=JUNE_SECOND)
    for refused in (billing_runs.start, billing_runs.drop, billing_runs.go_on):
        with pytest.raises(Refusal):
            refused(run.public_id, by=amy, at=JUNE_SECOND)
    assert gone_through(run).status == RunStatus.DROPPED


@pytest.fixture
def office(amy: User) -> Client:
    return desk_of(amy)


def test_at_the_desk_a_month_is_counted_then_issued(office: Client, amy: User) -> None:
    contract = billed.full(amy)
    empty = promising.contract(amy, flat=0)
    with clock.fixed(JUNE_SECOND):
        ask = reverse("admin:contracts_billingrun_do_on_list", args=["ask"])
        assert preview(office, ask, month="2027-05-10", contracts="").status_code == 200
        assert not BillingRun.objects.exists()
        use(office, ask, month="2027-05-10", contracts=f"{contract.public_id}, {empty.public_id}")
        run = BillingRun.objects.get()
        assert office.get(page_of(run)).headers["Refresh"]
        outbox.deliver_due(at=JUNE_SECOND)
        seen = office.get(page_of(run)).content.decode()
        assert "1,181,620" in seen
        assert str(empty.customer) in seen
        use(office, verb_of(run, "start"))
        outbox.deliver_due(at=JUNE_SECOND)
        shown = office.get(page_of(run))
    run.refresh_from_db()
    assert (run.status, shown.context["issued"][0].total) == ("done", Decimal(1_181_620))
    assert any(invoice.number in letter.subject for invoice in FirmInvoice.objects.all() for letter in mail.outbox)


def test_the_page_of_a_run_takes_as_many_statements_for_three_as_for_one(office: Client, amy: User) -> None:
    office.get(reverse("admin:contracts_billingrun_changelist"))
    office.get(page_of(counted(amy)))
    found = []
    for _ in range(2):
        billed.full(amy)
        promising.contract(amy, flat=0)
        run = counted(amy)
        found.append(statements(lambda run=run: office.get(page_of(run))))
    assert found[0] == found[1]


def test_months_are_taken_by_any_day_of_them(amy: User) -> None:
    assert billing_runs.ask(date(2027, 5, 31), [], by=amy, at=JUNE_SECOND).month == MAY

"""Two billing runs at once, and two workers on one run: each contract is billed once, and no number is left out."""

import pytest

from billing.models import FirmInvoice, InvoiceSeries
from contracts.models import ContractInvoice, CustomerNotice, RunLeftOut
from contracts.services import billing_runs, invoicing, run_batches
from tests.contracts import billed, making
from tests.contracts.billed import JUNE_SECOND, MAY
from tests.races.test_billing_money import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("rift/7.1")]
CONTRACTS = 6


@pytest.fixture(autouse=True)
def two_at_a_time(monkeypatch):
    monkeypatch.setattr(run_batches, "CONTRACTS_AT_A_TIME", 2)


@pytest.fixture
def amy(transactional_db):
    return making.staff("amy")


@pytest.fixture
def contracts(amy):
    return [billed.full(amy) for _ in range(CONTRACTS)]


def started(amy):
    run = billing_runs.ask(MAY, [], by=amy, at=JUNE_SECOND)
    go_through(run)
    return billing_runs.start(run.public_id, by=amy, at=JUNE_SECOND)


def go_through(run):
    run_batches.go_through(run.public_id, at=JUNE_SECOND)


def each_once():
    numbers = sorted(FirmInvoice.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, CONTRACTS + 1)) == list(range(1, InvoiceSeries.objects.get().last + 1))
    assert ContractInvoice.objects.values("contract").distinct().count() == CONTRACTS
    assert CustomerNotice.objects.filter(about="invoice").count() == CONTRACTS


def test_two_workers_share_a_run(amy, contracts):
    run = started(amy)
    at_once(*[lambda: go_through(run)] * 3)
    each_once()
    assert not RunLeftOut.objects.exists()


def test_two_runs_bill_each_contract_once(amy, contracts):
    runs = [started(amy), started(amy)]
    at_once(*[lambda run=run: go_through(run) for run in runs])
    each_once()
    left = RunLeftOut.objects.filter(is_counted=False)
    assert set(left.values_list("code", flat=True)) == {"already_done"}
    assert left.count() == CONTRACTS


def test_a_run_beside_somebody_who_bills_one_contract(amy, contracts):
    run = started(amy)
    at_once(
        lambda: go_through(run),
        lambda: invoicing.issue_month(contracts[-1].public_id, MAY, by=amy, at=JUNE_SECOND),
    )
    each_once()

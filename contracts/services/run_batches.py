"""A billing run, batch by batch: many contracts are counted or billed in a fixed number of statements (rift/7.1, 7.2).

Each batch is a transaction of its own that also notes how far the run is: killed anywhere and begun again, a run ends
with the same invoices, none twice and no number left out. A contract that cannot be billed is left out with the reason
and stops none of the others: where a batch as a whole comes to grief, it is halved until that contract stands alone.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import DataError, IntegrityError, transaction
from django.utils import translation

from billing.services import firm_invoices
from contracts.enums import RUN_MOVES, UNDER_WAY, RunStatus
from contracts.errors import NotBillable
from contracts.models import BillingRun, Contract, RunLeftOut
from contracts.queries.billing_runs import next_keys
from contracts.services import drafting, invoicing
from contracts.services.invoicing import Bill
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.inserting import insert_all
from upstage_console.kernel.transitions import move

logger = logging.getLogger(__name__)

CONTRACTS_AT_A_TIME: Final = 500
CLAUSES: Final = invoicing.CLAUSES
OF_THE_CONTRACT: Final = (
    Refusal, DataError, IntegrityError, ArithmeticError, ValueError, TypeError, LookupError,
)  # fmt: skip
"""What one contract's data may bring about; anything else, such as a lost connection, stops the run until later."""


@dataclass(frozen=True)
class _Left:
    """A contract that is left out, and why."""

    contract: Contract
    refusal: Refusal


@enforces("rift/7.1", "rift/7.2")
def go_through(run_id: str, *, at: datetime) -> None:
    """Count or bill what the run has not looked at yet; a run that is counted, done or dropped stays as it is."""
    while _some(run_id, at):
        pass


@transaction.atomic
def _some(run_id: str, at: datetime) -> bool:
    """The next contracts; False where none is left. The run is locked, so two workers share its batches."""
    run: BillingRun = BillingRun.objects.locked().get_public(run_id)
    if run.status not in UNDER_WAY:
        return False
    keys = next_keys(run, CONTRACTS_AT_A_TIME)
    if not keys:
        _finish(run, at)
        return False
    if run.status == RunStatus.ISSUING:
        drafting.lock_all(keys)  # before any number is taken, so that halves wait for nobody who waits for one
    _note_left(run, _careful(run, keys))
    run.after, run.looked_at = keys[-1], run.looked_at + len(keys)
    run.save(update_fields=["after", "looked_at", "sums"])
    return True


def _careful(run: BillingRun, keys: Sequence[int]) -> list[_Left]:
    """A batch or, where it fails, its halves, down to the one contract that made it fail."""
    try:
        with transaction.atomic():
            return _batch(run, keys)
    except OF_THE_CONTRACT as error:
        if len(keys) == 1:
            return [_troubled(keys[0], error)]
    half = len(keys) // 2
    return [*_careful(run, keys[:half]), *_careful(run, keys[half:])]


def _troubled(key: int, error: Exception) -> _Left:
    contract = Contract.objects.get(pk=key)
    if isinstance(error, Refusal):
        return _Left(contract, error)
    logger.error("%s cannot be billed", contract.public_id, exc_info=error)
    return _Left(contract, NotBillable(facts={"contract": contract.title, "trouble": type(error).__name__}))


def _batch(run: BillingRun, keys: Sequence[int]) -> list[_Left]:
    contracts = drafting.read_all(keys)
    answers = invoicing.month_bills(contracts, run.month, at=run.started_at or run.asked_at)
    bills = [one for one in answers if isinstance(one, Bill)]
    if run.status == RunStatus.ISSUING:
        _issue(run, bills)
    else:
        _count(run, bills)
    return [_Left(one, said) for one, said in zip(contracts, answers, strict=True) if isinstance(said, Refusal)]


def _issue(run: BillingRun, bills: Sequence[Bill]) -> None:
    assert run.started_at is not None  # noqa: S101 – its state says so
    invoicing.issue_months(bills, run.month, by=run.started_by, at=run.started_at, reason=run.reason, run=run)


def _count(run: BillingRun, bills: Sequence[Bill]) -> None:
    """Add what these would come to, less their credits, to what the run has counted."""
    asked = invoicing.firm_bills(bills, invoicing.credits_for(bills), at=run.asked_at)
    for bill, found in [(bill, firm_invoices.amounts(bill)) for bill in asked]:
        old = run.sums.get(bill.currency, {"invoices": 0, "subtotal": 0, "tax": 0})
        sums = {name: str(Decimal(old[name]) + more) for name, more in (("subtotal", found.net), ("tax", found.tax))}
        run.sums[bill.currency] = {"invoices": old["invoices"] + 1, **sums}


def _note_left(run: BillingRun, left: Sequence[_Left]) -> None:
    is_counted = run.status == RunStatus.COUNTING
    rows = [
        RunLeftOut(
            customer_id=one.contract.customer_id, run=run, contract=one.contract, is_counted=is_counted,
            code=one.refusal.code, why_ko=_said(one.refusal, "ko"), why_en=_said(one.refusal, "en"),
        )
        for one in left
    ]  # fmt: skip
    insert_all(rows)


def _said(refusal: Refusal, language: str) -> str:
    with translation.override(language):
        return str(refusal)[:500]


def _finish(run: BillingRun, at: datetime) -> None:
    if run.status == RunStatus.COUNTING:
        move(run, RunStatus.COUNTED, allowed=RUN_MOVES, by=None, at=at, clauses=CLAUSES, after=0, looked_at=0)
        return
    move(run, RunStatus.DONE, allowed=RUN_MOVES, by=None, at=at, clauses=CLAUSES, closed_at=at)
    facts = {"invoices": run.invoices.count(), "left_out": run.left_out.filter(is_counted=False).count()}
    audit.record("billing_run.done", run, by=None, at=at, reason=run.reason, clauses=CLAUSES, facts=facts)

"""Billing runs: staff name a month, see what it comes to, and start it; it goes on in the background (rift/7.2).

The system issues nothing by itself: the count writes no invoice, and what is issued is issued by who starts the run.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import RUN_MOVES, UNDER_WAY, RunStatus
from contracts.models import BillingRun, Contract
from contracts.services import run_batches
from contracts.services.run_batches import CLAUSES
from upstage_console.kernel import audit, outbox
from upstage_console.kernel.calendars import month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.transitions import move

TOPIC: Final = "billing_run"


@outbox.deliverer(TOPIC)
def go_through(payload: Mapping[str, Any]) -> None:
    """Go through the run in `payload`, or go on with it."""
    run_batches.go_through(payload["run"], at=datetime.fromisoformat(payload["at"]))


@enforces("rift/7.1", "rift/7.2")
@transaction.atomic
def ask(month: date, contract_ids: Sequence[str], *, by: Any, at: datetime, reason: str = "") -> BillingRun:
    """Have counted what a month comes to for these contracts, or for all where none is named; nothing is issued.

    Refuses `not_found`.
    """
    run: BillingRun = BillingRun.objects.create(
        month=month_of(month), only=_keys(contract_ids), reason=reason, asked_by=audit.actor(by), asked_at=at
    )
    _send(run, at)
    _record(run, "billing_run.asked", reason, by, at)
    return run


def _keys(contract_ids: Sequence[str]) -> list[int] | None:
    if not contract_ids:
        return None
    keys = sorted(Contract.objects.filter(public_id__in=contract_ids).values_list("pk", flat=True))
    if len(keys) != len(set(contract_ids)):
        raise NotFound
    return keys


@enforces("rift/7.1", "rift/7.2")
@transaction.atomic
def start(run_id: str, *, by: Any, at: datetime, reason: str = "") -> BillingRun:
    """Issue the invoices of a run that was counted. Refuses `not_found`, `already_done`, `not_allowed` before that."""
    run = _locked(run_id)
    move(run, RunStatus.ISSUING, allowed=RUN_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         started_by=audit.actor(by), started_at=at)  # fmt: skip
    _send(run, at)
    _record(run, "billing_run.started", reason, by, at)
    return run


@transaction.atomic
def go_on(run_id: str, *, by: Any, at: datetime, reason: str = "") -> BillingRun:
    """Go on with a run that was killed; one that is under way is shared out. Refuses `not_found`, `already_done`."""
    run = _locked(run_id)
    if run.status not in UNDER_WAY:
        raise AlreadyDone(clauses=CLAUSES)
    _send(run, at)
    _record(run, "billing_run.gone_on", reason, by, at)
    return run


@transaction.atomic
def drop(run_id: str, *, by: Any, at: datetime, reason: str = "") -> BillingRun:
    """Leave a run that was not started. Refuses `not_found`, `already_done`, `not_allowed` once it was."""
    run = _locked(run_id)
    move(run, RunStatus.DROPPED, allowed=RUN_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES, closed_at=at)
    _record(run, "billing_run.dropped", reason, by, at)
    return run


def _locked(run_id: str) -> BillingRun:
    run: BillingRun = BillingRun.objects.locked().get_public(run_id)
    return run


def _send(run: BillingRun, at: datetime) -> None:
    payload = {"run": run.public_id, "at": at.isoformat()}
    outbox.put(TOPIC, f"{run.public_id}:{run.status}:{at.isoformat()}", payload, at=at)


def _record(run: BillingRun, deed: str, reason: str, by: Any, at: datetime) -> None:
    audit.record(deed, run, by=by, at=at, reason=reason, clauses=CLAUSES, facts={"month": run.month})

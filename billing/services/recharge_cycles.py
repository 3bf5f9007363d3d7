"""What becomes of a cycle: charged once, tried again after a failure, given up in the end (upstage/15-2, 19)."""

from datetime import date, datetime
from typing import Any

from billing.enums import CYCLE_MOVES, PLAN_MOVES, CycleStatus, PlanStatus, StepKind
from billing.models import Payment, Purchase, RechargeCycle, RechargePlan
from billing.rules import recharging as rules
from billing.services import recharge_letters as letters
from billing.services import recharge_steps as steps
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/15-2.1", "upstage/19")


@enforces("upstage/15-2.1")
def note_paid(purchase: Purchase, *, by: Any, at: datetime) -> None:
    """The cycle is charged; its member is told what came and what comes next."""
    require_transaction()
    cycle = _locked(purchase)
    move(
        cycle, CycleStatus.PAID, allowed=CYCLE_MOVES, by=by, at=at, clauses=CLAUSES, next_try_on=None, stopped_by=""
    )  # fmt: skip
    letters.tell_paid(purchase, cycle, at=at)


@enforces("upstage/15-2.1", "upstage/19")
def note_failed(purchase: Purchase, payment: Payment, *, by: Any, at: datetime) -> None:
    """The card did not pay: the next try is planned, or the plan pauses after the last; the member is told."""
    require_transaction()
    cycle = _locked(purchase)
    if cycle.is_last_try:
        move(cycle, CycleStatus.DROPPED, allowed=CYCLE_MOVES, by=by, at=at, clauses=CLAUSES)
    else:
        plan_next_try(cycle, kst_date(purchase.created_at), by=by, at=at)
    letters.tell_failed(cycle, key=purchase.public_id, at=at)


def plan_next_try(cycle: RechargeCycle, tried_on: date, *, by: Any, at: datetime) -> None:
    """Set the day of the next try; after the last the cycle has failed and its plan pauses."""
    cycle.next_try_on = rules.next_try(cycle.first_try_on or tried_on, tried_on)
    cycle.save(update_fields=["next_try_on"])
    if cycle.next_try_on is None:
        move(cycle, CycleStatus.FAILED, allowed=CYCLE_MOVES, by=by, at=at, clauses=CLAUSES)
        _pause(cycle, by=by, at=at)


def _pause(cycle: RechargeCycle, *, by: Any, at: datetime) -> None:
    """Nothing is charged any more until the member takes it up again; a plan that ended meanwhile stays ended."""
    plan = RechargePlan.objects.filter(pk=cycle.plan_id, status=PlanStatus.ACTIVE).locked().first()
    if plan is not None:
        move(plan, PlanStatus.PAUSED, allowed=PLAN_MOVES, by=by, at=at, clauses=CLAUSES, next_on=None)
        steps.note(plan, StepKind.PAUSED, by=by, at=at, clauses=CLAUSES)


def give_up(plan: RechargePlan, *, by: Any, at: datetime) -> None:
    """End the tries of a cycle that is still open, because its option is none any more.

    Where the bank has not answered yet, its answer still counts: what was charged brings its credits.
    """
    require_transaction()
    cycle = RechargeCycle.objects.filter(plan=plan, status=CycleStatus.OPEN).locked().first()
    if cycle is None:
        return
    if is_being_paid(cycle):
        cycle.is_last_try = True
        cycle.save(update_fields=["is_last_try"])
    else:
        move(cycle, CycleStatus.DROPPED, allowed=CYCLE_MOVES, by=by, at=at, clauses=CLAUSES, next_try_on=None)


def is_being_paid(cycle: RechargeCycle) -> bool:
    """Whether a payment of the cycle has no known outcome yet."""
    return bool(cycle.purchases.filter(status="pending").exists())


def _locked(purchase: Purchase) -> RechargeCycle:
    cycle: RechargeCycle = RechargeCycle.objects.filter(purchases=purchase.pk).locked().get()
    return cycle

"""The job of auto-recharge: cycles begin on their day, and each is charged once, whatever crashes (upstage/15-2).

A cycle is a row, and its tries are purchases: the database lets one of them at most be under way or paid. The gateway
is asked between transactions, as for every payment; what a crash leaves open, `payments.reconcile` finds out.
"""

from datetime import date, datetime

from django.db import transaction

from accounts.enums import MemberStatus
from accounts.models import Member
from billing.enums import CYCLE_MOVES, CycleStatus, PlanStatus
from billing.errors import NoPaymentMethod
from billing.models import Purchase, RechargeCycle, RechargePlan
from billing.rules import recharging as rules
from billing.services import bonuses, in_turn, payments, purchases, recharge_cycles
from billing.services import recharge_letters as letters
from billing.services.recharge_steps import choice_of
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.transitions import move

LIMIT = 10_000
CLAUSES = ("upstage/15-2.1",)


def charge_due(*, at: datetime, limit: int = LIMIT) -> int:
    """Begin the cycles whose day has come and charge what is to be charged or tried again; returns how many were tried.

    A late run charges the latest cycle alone, on the day it runs; a repeat finds nothing. What goes wrong with one plan
    stops no other.
    """
    today = kst_date(at)
    due = RechargePlan.objects.filter(status=PlanStatus.ACTIVE, next_on__lte=today).order_by("next_on", "pk")
    open_ = RechargeCycle.objects.filter(status=CycleStatus.OPEN, next_try_on__lte=today).order_by("next_try_on", "pk")
    try:
        in_turn.done(list(due.values_list("pk", flat=True)[:limit]), lambda plan: _begin_cycle(plan, at))
    finally:
        tried = in_turn.done(list(open_.values_list("pk", flat=True)[:limit]), lambda cycle: _try(cycle, at))
    return tried


@enforces("upstage/15-2.1", "upstage/15-2.2", "upstage/15-2.3")
@transaction.atomic
def _begin_cycle(plan_id: int, at: datetime) -> bool:
    """Write the cycle that has begun, if one has; the benefits of the one before are over."""
    Member.objects.filter(recharge_plans=plan_id).locked().get()
    plan: RechargePlan = RechargePlan.objects.filter(pk=plan_id).locked().get()
    today = kst_date(at)
    if plan.next_on is None or plan.next_on > today:
        return False
    *missed, starts_on = rules.due_cycles(plan.next_on, choice_of(plan), today)
    recharge_cycles.give_up(plan, by=None, at=at)
    bonuses.end(_of_earlier_cycles(plan), by=None, at=at)
    for day in missed:
        _write(plan, day, CycleStatus.MISSED, at)
    cycle = _write(plan, starts_on, CycleStatus.OPEN, at, next_try_on=today)
    plan.next_on = rules.following(starts_on, choice_of(plan))
    plan.save(update_fields=["next_on"])
    facts = {"starts_on": cycle.starts_on, "ends_on": cycle.ends_on, "amount": cycle.amount, "missed": len(missed)}
    audit.record("recharge.cycle_begun", cycle, by=None, at=at, about=plan.member, clauses=CLAUSES, facts=facts)
    return True


def _of_earlier_cycles(plan: RechargePlan) -> list[Purchase]:
    """What was paid for the cycle before, whose bonus ends now."""
    last = RechargeCycle.objects.filter(plan=plan, status=CycleStatus.PAID).order_by("-starts_on")[:1]
    return list(Purchase.objects.filter(cycle__in=last.values("pk"), status="paid"))


def _write(
    plan: RechargePlan, starts_on: date, status: CycleStatus, at: datetime, *, next_try_on: date | None = None
) -> RechargeCycle:
    choice = choice_of(plan)
    return RechargeCycle.objects.create(
        plan=plan,
        member_id=plan.member_id,
        starts_on=starts_on,
        ends_on=rules.last_day(starts_on, choice),
        mode=choice.mode,
        day=choice.day,
        amount=choice.amount,
        currency=plan.currency,
        status=status,
        next_try_on=next_try_on,
        opened_at=at,
    )


def _try(cycle_id: int, at: datetime) -> bool:
    """Charge one cycle, or say why not; whether the card was asked."""
    payment_id = _begin_try(cycle_id, at)
    if payment_id is None:
        return False
    payments.ask(payment_id, by=None, at=at)
    return True


@enforces("upstage/15-2.1", "upstage/15.1")
@transaction.atomic
def _begin_try(cycle_id: int, at: datetime) -> int | None:
    """Write the try down before the card is asked; None where nothing is to be charged."""
    member = Member.objects.filter(recharge_cycles=cycle_id).locked().get()
    cycle: RechargeCycle = RechargeCycle.objects.filter(pk=cycle_id).locked().select_related("plan").get()
    today = kst_date(at)
    if cycle.status != CycleStatus.OPEN or cycle.next_try_on is None or cycle.next_try_on > today:
        return None
    cycle.first_try_on = cycle.first_try_on or today
    cycle.next_try_on = None
    cycle.save(update_fields=["first_try_on", "next_try_on"])
    try:
        method = purchases.check(member, at=at)
    except NoPaymentMethod:
        recharge_cycles.plan_next_try(cycle, today, by=None, at=at)
        letters.tell_failed(cycle, key=f"{cycle.public_id}:{today}", at=at)
        return None
    except Refusal as why:
        _stop(member, cycle, why, at)
        return None
    quoted = purchases.quote(member, cycle.amount, at=at, mode=cycle.mode)
    key = f"recharge:{cycle.public_id}:{today}"
    return purchases.write(member, method, quoted, key=key, by=None, at=at, cycle=cycle).payment_id


@enforces("upstage/15.1")
def _stop(member: Member, cycle: RechargeCycle, why: Refusal, at: datetime) -> None:
    """Unpaid fees or a restriction stop the cycle: it is looked at again on the days of a retry, and then passed over.

    The plan goes on with its next cycle; the member, where there is still one, is told once.
    """
    cycle.stopped_by = why.code
    cycle.next_try_on = rules.next_try(cycle.first_try_on or kst_date(at), kst_date(at))
    cycle.save(update_fields=["stopped_by", "next_try_on"])
    if cycle.next_try_on is None:
        move(cycle, CycleStatus.STOPPED, allowed=CYCLE_MOVES, by=None, at=at, reason=why.code, clauses=why.clauses)
    if member.status == MemberStatus.ACTIVE:
        letters.tell_stopped(cycle, why, at=at)

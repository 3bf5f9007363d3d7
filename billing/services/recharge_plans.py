"""Auto-recharge as its member steers it: switch on, change, take up again, cancel (upstage/15.2, 15-3, 16.2)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Member
from accounts.services.members import require_active
from billing.enums import LIVE_PLANS, PLAN_MOVES, STEP_MOVES, CycleStatus, PlanStatus, StepKind, StepStatus
from billing.errors import NoPaymentMethod
from billing.models import PaymentMethod, Purchase, RechargeCycle, RechargePlan, RechargeStep
from billing.rules import recharging as rules
from billing.rules.purchases import quote
from billing.rules.recharging import Choice
from billing.services import bonuses, recharge_cycles
from billing.services import recharge_letters as letters
from billing.services import recharge_steps as steps
from billing.services.purchases import check_standing
from billing.services.recharge_steps import choice_of
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import ONE_DAY, day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

SET = ("upstage/15.2", "upstage/15-2.1", "upstage/20.2")
CHANGED = ("upstage/15-3.1", "upstage/15-3.2")
CANCELLED = ("upstage/16.2",)
LEFT = ("upstage/3.2", "upstage/16.2")
TASK = "recharge_change"

policy.reading(
    "recharge_changes_approved_by",
    "system",
    clause="upstage/15-3.1",
    why_ko="제15조의3은 변경에 회사의 승인을 둡니다. 기본은 자동 승인(system)이며, staff로 하면 직원이 승인합니다.",
    why_en="15-3 makes changes subject to approval. By default they are approved at once (system); staff: by people.",
    valid=lambda value: value in ("system", "staff"),
)


@enforces("upstage/15.2", "upstage/15-2.1", "upstage/20.2")
@transaction.atomic
def set_plan(*, member_id: int, choice: Choice, by: Any, at: datetime) -> RechargePlan:
    """Switch auto-recharge on, or change what runs; nothing is charged now, only on the days that follow.

    What the next charge takes and gives, and the conditions of withdrawal, are recorded as they were shown. A running
    plan is changed as `change` does. Refuses `not_active`, `sanctioned`, `restricted`, `no_payment_method`,
    `invalid_amount`, `invalid_dates`.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    running = _live(member)
    if running is not None:
        return _changed(member, running, choice, by=by, at=at)
    _check(member, choice, kst_date(at))
    check_standing(member, at=at)
    plan = RechargePlan.objects.create(
        member=member,
        mode=choice.mode,
        day=choice.day,
        amount=choice.amount,
        currency=member.currency,
        next_on=rules.first_on(kst_date(at), choice.day),
        created_at=at,
    )
    step = steps.note(
        plan, StepKind.SET, by=by, at=at, clauses=SET, is_chosen=True
    )  # fmt: skip
    letters.tell_set(plan, is_new=True, key=step.public_id, at=at)
    return plan


@transaction.atomic
def change(*, member_id: int, choice: Choice, by: Any, at: datetime) -> RechargePlan:
    """Change a plan: it holds from the next charge, and the bonus of the option before ends there (upstage/15-3).

    A plan that paused is taken up again. Where staff approve changes, this one waits for them. Refuses `not_found`
    (no plan), `not_active`, `no_payment_method`, `invalid_amount`, `invalid_dates`.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    plan = _live(member)
    if plan is None:
        raise NotFound(clauses=CHANGED)
    return _changed(member, plan, choice, by=by, at=at)


def _changed(member: Member, plan: RechargePlan, choice: Choice, *, by: Any, at: datetime) -> RechargePlan:
    require_active(member)
    _check(member, choice, kst_date(at))
    _withdraw_waiting(plan, by=by, at=at)
    status, kind = StepStatus.APPLIED, StepKind.CHANGED
    if plan.status == PlanStatus.PAUSED:
        kind = StepKind.RESUMED
    elif choice == choice_of(plan):
        return plan
    elif policy.value("recharge_changes_approved_by", at=at) == "staff":
        status = StepStatus.WAITING
    if status == StepStatus.APPLIED:
        _apply(plan, choice, by=by, at=at)
    step = steps.note(
        plan, kind, by=by, at=at, clauses=CHANGED, choice=choice, status=status, is_chosen=True,
    )  # fmt: skip
    _follow(plan, step, at=at)
    return plan


def _follow(plan: RechargePlan, step: RechargeStep, *, at: datetime) -> None:
    """Tell the member what changed, or staff what waits for them."""
    if step.status == StepStatus.APPLIED:
        letters.tell_set(plan, is_new=False, key=step.public_id, at=at)
        return
    calendar = Holiday.objects.calendar()
    by_when = calendar.next_business_day(kst_date(at))
    due.open_item(
        TASK,
        step,
        title_ko=f"자동충전 변경 승인: {plan.member.name}",
        title_en=f"Change of an auto-recharge to approve: {plan.member.name}",
        clause=CHANGED[0],
        due_at=day_end(by_when),
        warn_at=at,
        at=at,
        about=plan.member,
    )


@enforces("upstage/15-3.1", "upstage/15-3.2", "upstage/15-3.3")
def _apply(plan: RechargePlan, choice: Choice, *, by: Any, at: datetime) -> None:
    """The new option holds from the next charge; the cycle that runs, and its bonus, end the day before."""
    next_on = rules.next_after_change(kst_date(at), choice_of(plan), choice, plan.next_on)
    recharge_cycles.give_up(plan, by=by, at=at)
    for cycle in _running_cycles(plan, at):
        cycle.ends_on = next_on - ONE_DAY
        cycle.save(update_fields=["ends_on"])
        bonuses.move_end(Purchase.objects.filter(cycle=cycle, status="paid"), cycle.ends_on, by=by, at=at)
    plan.mode, plan.day, plan.amount = choice.mode, choice.day, choice.amount
    plan.save(update_fields=["mode", "day", "amount"])
    if plan.status == PlanStatus.PAUSED:
        move(plan, PlanStatus.ACTIVE, allowed=PLAN_MOVES, by=by, at=at, clauses=CHANGED, next_on=next_on)
    else:
        plan.next_on = next_on
        plan.save(update_fields=["next_on"])


def _running_cycles(plan: RechargePlan, at: datetime) -> list[RechargeCycle]:
    """The cycle that is paid, or whose payment is not known yet, and not over."""
    found = RechargeCycle.objects.filter(plan=plan, status__in=(CycleStatus.PAID, CycleStatus.OPEN))
    return list(found.filter(ends_on__gte=kst_date(at)).locked())


@enforces("upstage/16.2")
@transaction.atomic
def cancel(*, member_id: int, by: Any, at: datetime, reason: str = "") -> RechargePlan:
    """Cancel: nothing more is charged; what was recharged stays, a bonus to the end of its cycle (upstage/16.2).

    Possible under any restriction. Refuses `not_found` where there never was a plan, `already_done` where it has ended.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    plan = _live(member)
    if plan is None:
        raise AlreadyDone(clauses=CANCELLED) if member.recharge_plans.exists() else NotFound(clauses=CANCELLED)
    _end(plan, PlanStatus.CANCELLED, StepKind.CANCELLED, CANCELLED, by=by, at=at, reason=reason)
    letters.tell_cancelled(plan, at=at)
    return plan


@enforces("upstage/3.2", "upstage/16.2")
def end_with_membership(member: Member, *, by: Any, at: datetime) -> None:
    """End the plan of somebody who leaves, in the caller's transaction with the member locked."""
    require_transaction()
    plan = _live(member)
    if plan is not None:
        _end(plan, PlanStatus.ENDED, StepKind.ENDED, LEFT, by=by, at=at)


def _end(
    plan: RechargePlan,
    to: PlanStatus,
    kind: StepKind,
    clauses: tuple[str, ...],
    *,
    by: Any,
    at: datetime,
    reason: str = "",
) -> None:
    _withdraw_waiting(plan, by=by, at=at)
    recharge_cycles.give_up(plan, by=by, at=at)
    move(plan, to, allowed=PLAN_MOVES, by=by, at=at, reason=reason, clauses=clauses, next_on=None, ended_at=at)
    steps.note(plan, kind, by=by, at=at, clauses=clauses)


@enforces("upstage/15-3.1")
@transaction.atomic
def decide(step_id: str, *, approve: bool, reason: str, by: Any, at: datetime) -> RechargeStep:
    """Approve a change that waits, or not; it holds from the next charge after the approval.

    Refuses `not_found`, and what the states do not allow (`already_done` where it was decided the same way).
    """
    member = Member.objects.filter(pk=RechargeStep.objects.get_public(step_id).member_id).locked().get()
    step: RechargeStep = RechargeStep.objects.filter(member=member).locked().get_public(step_id)
    plan: RechargePlan = RechargePlan.objects.filter(pk=step.plan_id).locked().get()
    to = StepStatus.APPLIED if approve else StepStatus.REFUSED
    facts = {"decided_by": audit.actor(by), "decided_at": at}
    move(step, to, allowed=STEP_MOVES, by=by, at=at, reason=reason, clauses=CHANGED, **facts)
    if approve:
        _apply(plan, Choice(step.amount, step.mode, step.day), by=by, at=at)
        step.next_on = plan.next_on
        step.save(update_fields=["next_on"])
        letters.tell_set(plan, is_new=False, key=step.public_id, at=at)
    else:
        letters.tell_refused(plan, key=step.public_id, at=at)
    audit.record(f"recharge.change_{to}", plan, by=by, at=at, about=member, reason=reason, clauses=CHANGED)
    due.close_item(TASK, step.public_id, by=by, at=at, outcome=to)
    return step


def _withdraw_waiting(plan: RechargePlan, *, by: Any, at: datetime) -> None:
    """A later choice takes the place of one that waits."""
    for step in RechargeStep.objects.filter(plan=plan, status=StepStatus.WAITING).locked():
        facts = {"decided_by": audit.actor(by), "decided_at": at}
        move(step, StepStatus.WITHDRAWN, allowed=STEP_MOVES, by=by, at=at, clauses=CHANGED, **facts)
        due.close_item(TASK, step.public_id, by=by, at=at, outcome=StepStatus.WITHDRAWN, waived=True)


def _check(member: Member, choice: Choice, today: date) -> None:
    """Refuse what could never be charged."""
    quote(choice.amount, member.currency)
    rules.first_on(today, choice.day)
    if not PaymentMethod.objects.filter(member=member, replaced_at__isnull=True).exists():
        raise NoPaymentMethod


def _live(member: Member) -> RechargePlan | None:
    plan: RechargePlan | None = RechargePlan.objects.filter(member=member, status__in=LIVE_PLANS).locked().first()
    return plan

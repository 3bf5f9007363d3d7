"""The history of an auto-recharge: who did what, when, and what stood on the page (upstage/15-2, 15-3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from billing.enums import StepKind, StepStatus
from billing.models import RechargePlan, RechargeStep
from billing.queries import refund_policies
from billing.queries.recharging import charge_on
from billing.rules.recharging import Choice
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.db import require_transaction


def note(
    plan: RechargePlan,
    kind: StepKind,
    *,
    by: Any,
    at: datetime,
    clauses: Sequence[str],
    choice: Choice | None = None,
    status: StepStatus = StepStatus.APPLIED,
    is_chosen: bool = False,
) -> RechargeStep:
    """Write one step down, with the option the plan has, or the `choice` that is not its option yet.

    Of what a member has chosen it keeps what was shown before: the next charge with its bonus, and the version of the
    conditions of withdrawal (upstage/20.2).
    """
    require_transaction()
    chosen = choice or choice_of(plan)
    step = RechargeStep.objects.create(
        plan=plan,
        member_id=plan.member_id,
        kind=kind,
        status=status,
        mode=chosen.mode,
        day=chosen.day,
        amount=chosen.amount,
        currency=plan.currency,
        next_on=plan.next_on,
        conditions=refund_policies.in_force(kst_date(at)).version if is_chosen else "",
        shown=_shown(plan, chosen) if is_chosen else {},
        by=audit.actor(by),
        at=at,
    )
    facts = {"amount": chosen.amount, "mode": chosen.mode, "day": chosen.day, "next_on": plan.next_on, "status": status}
    audit.record(f"recharge.{kind}", plan, by=by, at=at, about=plan.member, clauses=clauses, facts=facts)
    return step


def _shown(plan: RechargePlan, choice: Choice) -> dict[str, Any]:
    if plan.next_on is None:
        return {}
    coming = charge_on(choice, plan.currency, plan.next_on)
    facts = {"on": coming.on, "ends_on": coming.ends_on, "total": coming.quote.total, "bonus": coming.quote.bonus}
    return {name: str(fact) for name, fact in facts.items()} | {"reason": coming.quote.reason.as_json()}


def choice_of(plan: RechargePlan) -> Choice:
    """The option a plan has."""
    return Choice(plan.amount, plan.mode, plan.day)

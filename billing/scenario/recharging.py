"""What scenarios can do with bonus tiers and auto-recharge."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounts.models import Member
from billing.enums import PurchaseMode, PurchaseStatus
from billing.models import Purchase, RechargePlan
from billing.queries import recharging as queries
from billing.rules.bonus import TierLine
from billing.rules.recharging import Choice
from billing.services import recharge_plans, tiers
from billing.services.recharge_steps import choice_of
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.money import CURRENCIES
from upstage_console.scenarios.arguments import Choice as OneOf
from upstage_console.scenarios.arguments import Fields, ListOf, Name, Number, Whole
from upstage_console.scenarios.registry import Happening, action, watches
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
CYCLES = (PurchaseMode.MONTHLY, PurchaseMode.ANNUAL)
TIER = Fields(
    {
        "minimum": Number(required=True),
        "mode": OneOf(*PurchaseMode.values, required=True),
        "bonus_percent": Number(required=True),
        "currency": OneOf(*CURRENCIES),
        "valid_days": Whole(),
    }
)


@action("set_tiers", {"tiers": ListOf(TIER, required=True)})
def set_tiers(world: World, *, tiers: Sequence[Mapping[str, Any]]) -> Result:
    """Staff publish a table that holds at once; a tier without a currency is one of each."""
    lines = [
        TierLine(one["mode"], currency, one["minimum"], one["bonus_percent"], one["valid_days"])
        for one in tiers
        for currency in ([one["currency"]] if one["currency"] else CURRENCIES)
    ]
    return _publish(world, lines)


def _publish(world: World, lines: Sequence[TierLine]) -> Result:
    by = world.staff("amy")
    table = tiers.draft(lines, effective_on=world.today, by=by, at=world.now)
    tiers.publish(table.public_id, by=by, at=world.now)
    return {"tiers": len(lines), "effective_on": table.effective_on, "clauses": list(tiers.CLAUSES)}


@action(
    "set_recharge",
    {
        "member": A_MEMBER,
        "amount": Number(required=True),
        "cycle": OneOf(*CYCLES, default=PurchaseMode.MONTHLY),
        "day": Whole(required=True),
    },
)
def set_recharge(world: World, *, member: int, amount: Decimal, cycle: str, day: int) -> Result:
    """The member switches auto-recharge on."""
    by = Member.objects.get(pk=member).user
    plan = recharge_plans.set_plan(member_id=member, choice=Choice(amount, cycle, day), by=by, at=world.now)
    return _plan(plan, recharge_plans.SET)


@action(
    "change_recharge",
    {"member": A_MEMBER, "amount": Number(), "cycle": OneOf(*CYCLES), "day": Whole()},
)
def change_recharge(world: World, *, member: int, amount: Decimal | None, cycle: str | None, day: int | None) -> Result:
    """The member changes it; what is not named stays."""
    now = queries.plan_of_member(member)
    if now is not None:
        before = choice_of(now)
        amount, cycle, day = amount or before.amount, cycle or before.mode, day or before.day
    choice = Choice(amount or Decimal(0), cycle or PurchaseMode.MONTHLY, day or 1)
    by = Member.objects.get(pk=member).user
    plan = recharge_plans.change(member_id=member, choice=choice, by=by, at=world.now)
    return _plan(plan, recharge_plans.CHANGED)


@action("cancel_recharge", {"member": A_MEMBER})
def cancel_recharge(world: World, *, member: int) -> Result:
    """The member cancels it."""
    plan = recharge_plans.cancel(member_id=member, by=Member.objects.get(pk=member).user, at=world.now)
    return _plan(plan, recharge_plans.CANCELLED)


@action("recharges", {"member": A_MEMBER})
def recharges(world: World, *, member: int) -> Result:
    """Every try so far, and when the next charge is."""
    plan = queries.last_plan(member)
    return {
        "charges": [_charge(one) for one in queries.tries_of_member(member)],
        "next_on": plan.next_on if plan else None,
        "status": plan.status if plan else None,
        "clauses": ["upstage/15-2.1"],
    }


def _plan(plan: RechargePlan, clauses: Sequence[str]) -> Result:
    return {
        "next_on": plan.next_on,
        "bonus": queries.next_bonus(plan),
        "status": plan.status,
        "amount": plan.amount,
        "cycle": plan.mode,
        "day": plan.day,
        "clauses": list(clauses),
    }


def _charge(purchase: Purchase) -> dict[str, Any]:
    return {
        "on": kst_date(purchase.created_at),
        "amount": purchase.amount,
        "status": PurchaseStatus(purchase.status).value,
        "bonus": purchase.bonus,
    }


@watches("recharges", in_steps=False)
def recharges_between_steps(world: World, mark: int) -> Iterable[Happening]:
    """Tries that the job made."""
    rows = Purchase.objects.filter(pk__gt=mark, cycle__isnull=False).select_related("member").order_by("pk")
    for row in rows:
        facts = {"amount": row.amount, "status": row.status, "bonus": row.bonus}
        yield Happening(row.pk, row.created_at, "auto-recharge", row.member.name, ("upstage/15-2.1",), facts)

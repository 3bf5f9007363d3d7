"""What a member's export holds of auto-recharge and topping up (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Member
from accounts.services.own_data import part, streamed
from billing.models import (
    RechargeCycle,
    RechargePlan,
    RechargeStep,
    TopUp,
)


@part("recharge_plans", place=332, ko="자동충전", en="Auto-recharge", columns=(
    "number", "amount", "currency", "mode", "day", "status", "next_on", "created_at", "ended_at"
))  # fmt: skip
def recharge_plans(member: Member) -> Iterable[Sequence[Any]]:
    """Auto-recharges that were switched on."""
    fields = ("amount", "currency", "mode", "day", "status", "next_on", "created_at", "ended_at")
    return streamed(RechargePlan.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("recharge_cycles", place=333, ko="자동충전 주기", en="Cycles of auto-recharge", columns=(
    "auto_recharge", "first_day", "last_day", "amount", "currency", "status"
))  # fmt: skip
def recharge_cycles(member: Member) -> Iterable[Sequence[Any]]:
    """The cycles that began, and what became of them."""
    rows = RechargeCycle.objects.filter(member=member).order_by("pk")
    return streamed(rows, "plan__public_id", "starts_on", "ends_on", "amount", "currency", "status")


@part("recharge_steps", place=334, ko="자동충전 이력", en="History of auto-recharge", columns=(
    "auto_recharge", "what", "status", "amount", "currency", "mode", "day", "next_on", "conditions", "shown", "at"
))  # fmt: skip
def recharge_steps(member: Member) -> Iterable[Sequence[Any]]:
    """What was switched on, changed and cancelled, and what stood on the page."""
    rows = RechargeStep.objects.filter(member=member).order_by("pk")
    return streamed(rows, "plan__public_id", "kind", "status", "amount", "currency", "mode", "day", "next_on",
                    "conditions", "shown", "at")  # fmt: skip


@part("top_ups", place=335, ko="부족 시 충전", en="Top-ups", columns=(
    "number", "below", "amount", "currency", "most_a_day", "status", "off_because", "set_at", "ended_at"
))  # fmt: skip
def top_ups(member: Member) -> Iterable[Sequence[Any]]:
    """What was to be bought when the balance runs low."""
    fields = ("below", "amount", "currency", "most_a_day", "status", "off_because", "set_at", "ended_at")
    return streamed(TopUp.objects.filter(member=member).order_by("pk"), "public_id", *fields)

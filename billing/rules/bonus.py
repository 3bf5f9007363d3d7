"""Bonus credits by amount and mode, from the published table of tiers (upstage/15.2, 15-2.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.enums import PurchaseMode
from upstage_console.kernel import money, wording
from upstage_console.kernel.calendars import period_end
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped

VALID_DAYS = 365
"""How long the bonus of one purchase lasts where its tier is posted with nothing else (upstage/15.2)."""

MOST_PERCENT = 100


@dataclass(frozen=True)
class TierLine:
    """One line of the table: from `minimum` on, `percent` of the amount; `valid_days` for single purchases alone."""

    mode: str
    currency: str
    minimum: Decimal
    percent: Decimal
    valid_days: int | None = None
    number: int | None = None


@enforces("upstage/15.2")
def reached(lines: Iterable[TierLine], amount: Decimal, mode: str, currency: str) -> TierLine | None:
    """The highest tier of this mode whose minimum the amount reaches, or None."""
    open_ = (one for one in lines if (one.mode, one.currency) == (mode, currency) and one.minimum <= amount)
    return max(open_, key=lambda one: one.minimum, default=None)


def next_up(lines: Iterable[TierLine], amount: Decimal, mode: str, currency: str) -> TierLine | None:
    """The nearest tier above the amount, or None."""
    above = (one for one in lines if (one.mode, one.currency) == (mode, currency) and one.minimum > amount)
    return min(above, key=lambda one: one.minimum, default=None)


@enforces("upstage/15.2")
def bonus(amount: Decimal, tier: TierLine | None) -> Decimal:
    """The bonus credits for an amount without tax; exact, as amounts and percents have two decimals each."""
    return money.credit(amount * tier.percent / 100) if tier else Decimal(0)


@enforces("upstage/15.2", "upstage/15-2.2")
def usable_until(tier: TierLine, paid_on: date, cycle_ends_on: date | None) -> date:
    """The last day of a bonus: so many days after the payment (I-1), or the last day of the cycle it came with."""
    return cycle_ends_on or period_end(paid_on, days=tier.valid_days or VALID_DAYS)


def explain(amount: Decimal, tier: TierLine) -> Reason:
    """The sentence that shows the bonus."""
    low_ko, low_en = (wording.money(tier.minimum, tier.currency, language) for language in ("ko", "en"))
    how_ko, how_en = {
        PurchaseMode.ONCE: ("한 번", "once"),
        PurchaseMode.MONTHLY: ("매월", "every month"),
        PurchaseMode.ANNUAL: ("매년", "every year"),
    }[PurchaseMode(tier.mode)]
    given, percent = grouped(bonus(amount, tier)), grouped(tier.percent)
    return Reason(
        ("upstage/15.2",),
        f"{how_ko} {low_ko} 이상 충전: {grouped(amount)}의 {percent}% = 보너스 크레딧 {given}",
        f"from {low_en} {how_en}: {percent}% of {grouped(amount)} = {given} bonus credits",
        {"amount": amount, "minimum": tier.minimum, "percent": tier.percent, "bonus": bonus(amount, tier)},
    )

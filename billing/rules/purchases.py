"""Buying credits: what they cost, and what must be said before (upstage/15.2, 18.4, 20.2)."""

from dataclasses import dataclass
from decimal import Decimal

from billing.rules import taxes
from billing.rules.bonus import TierLine, bonus
from billing.rules.bonus import explain as explain_bonus
from upstage_console.kernel import money, wording
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.figures import grouped

MOST_AT_ONCE = Decimal(10) ** 9


@dataclass(frozen=True)
class Quote:
    """Credits one to one for their price, VAT on top."""

    amount: Decimal
    tax: Decimal
    credits: Decimal
    currency: str
    reason: Reason
    tier: TierLine | None = None

    @property
    def bonus(self) -> Decimal:
        """The free credits that come with it."""
        return bonus(self.amount, self.tier)

    @property
    def all_credits(self) -> Decimal:
        """What can be used of it in all."""
        return self.credits + self.bonus

    @property
    def total(self) -> Decimal:
        """What the payment method is charged."""
        return self.amount + self.tax


@enforces("upstage/15.2", "upstage/18.4")
def quote(amount: Decimal, currency: str, tier: TierLine | None = None) -> Quote:
    """What `amount` credits cost, and the bonus of the tier they reach.

    Refuses `invalid_amount`: none, a fraction of the currency's unit, or too much.
    """
    if money.exact(amount) <= 0 or money.charged(amount, currency) != amount or amount > MOST_AT_ONCE:
        raise InvalidAmount(facts={"amount": amount})
    tax = taxes.vat(amount, currency)
    sums = (amount, tax, amount + tax)
    price_ko, tax_ko, total_ko = (wording.money(each, currency, "ko") for each in sums)
    price_en, tax_en, total_en = (wording.money(each, currency, "en") for each in sums)
    reason = Reason(
        ("upstage/15.2", "upstage/18.4"),
        f"크레딧 {grouped(amount)} = {price_ko}, 부가가치세 {tax_ko} 더하여 {total_ko} 결제",
        f"{grouped(amount)} credits = {price_en}, with {tax_en} VAT {total_en} to pay",
        {"amount": amount, "tax": tax, "total": amount + tax, "credits": amount},
    )
    if tier is not None and bonus(amount, tier):
        reason = _with_bonus(reason, explain_bonus(amount, tier))
    return Quote(amount, tax, money.credit(amount), currency, reason, tier)


def _with_bonus(price: Reason, extra: Reason) -> Reason:
    facts = {**price.facts, "bonus": extra.facts["bonus"]}
    return Reason(price.clauses, f"{price.ko}; {extra.ko}", f"{price.en}; {extra.en}", facts)

"""What the rules of refunds look at: one purchase, and the balance that the 40 % are measured on (upstage/16)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.rules.conditions import SMALL_BALANCE_PERCENT

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Bought:
    """One purchase: what was paid for it (without tax), and what is left of its paid credits."""

    name: str
    paid_on: date
    full_until: date
    credits: Decimal
    left: Decimal
    net: Decimal
    tax: Decimal
    held: Decimal = NOTHING
    expired_on: date | None = None
    is_void: bool = False
    """What was left went when the membership ended (upstage/3.5.1)."""
    refunded: Decimal = NOTHING
    """The credits that were given back already; they were not used."""
    refunded_net: Decimal = NOTHING
    refunded_tax: Decimal = NOTHING
    refunded_on: date | None = None
    """The last day on which money of it was given back, or asked back in a request that is still looked at."""

    is_asked_back: bool = False
    """Whether a request for it is still looked at."""

    @property
    def is_untouched(self) -> bool:
        """Whether none of it was used; a hold counts as use."""
        return self.left + self.refunded == self.credits and not self.held


@dataclass(frozen=True)
class Base:
    """The paid balance right after the last recharge, from which the 40 % are taken, and what of it is left now."""

    recharged_on: date
    amount: Decimal
    left: Decimal

    @property
    def limit(self) -> Decimal:
        """The largest remaining balance that is refunded."""
        return self.amount * SMALL_BALANCE_PERCENT / 100

"""A member's own limits: when to tell, when to stop, and what arms an alert again.

They are the member's own wish and rest on no clause. What has been used is never refused for them: it is charged as
ever (upstage/2.7, 11.3).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.errors import SoftAboveHard
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.money import Money, credit, exact

MOST = Decimal(10) ** 12


class Crossing(StrEnum):
    """What a member wants to be told of."""

    SOFT = "soft"
    HARD = "hard"
    LOW = "low"


@dataclass(frozen=True)
class Limits:
    """What the member set, in the account's currency; None is no limit."""

    soft: Decimal | None = None
    hard: Decimal | None = None
    low_balance: Decimal | None = None


@dataclass(frozen=True)
class Told:
    """What the member was told: of the limits in which month, and whether of a low balance that has not risen since."""

    soft: date | None = None
    hard: date | None = None
    low: bool = False


def check(limits: Limits, currency: str) -> None:
    """Refuses `invalid_amount` (below 0, 0 where it would always be told, too large, more than 6 decimals) and
    `soft_above_hard`."""
    for amount, may_be_0 in ((limits.soft, False), (limits.hard, True), (limits.low_balance, False)):
        if amount is not None and not _is_sound(amount, may_be_0=may_be_0):
            raise InvalidAmount(facts={"amount": amount})
    if limits.soft is not None and limits.hard is not None and limits.soft > limits.hard:
        raise SoftAboveHard(facts={"soft": Money(limits.soft, currency), "hard": Money(limits.hard, currency)})


def _is_sound(amount: Decimal, *, may_be_0: bool) -> bool:
    in_range = Decimal(0) <= exact(amount) <= MOST if may_be_0 else Decimal(0) < exact(amount) <= MOST
    return in_range and credit(amount) == amount


def fits(limits: Limits, *, spent: Decimal, held: Decimal, amount: Decimal) -> bool:
    """Whether `amount` may be used or held beside what the month has used and what open holds have promised away."""
    return limits.hard is None or amount == 0 or spent + held + amount <= limits.hard


def crossed(limits: Limits, told: Told, *, spent: Decimal, available: Decimal, month: date) -> tuple[Crossing, ...]:
    """What the member is to be told now: each limit once a month, a low balance once until it has risen again.

    Where both limits are reached at once, the hard one says it all.
    """
    news = []
    if limits.hard is not None and spent >= limits.hard and told.hard != month:
        news.append(Crossing.HARD)
    elif limits.soft is not None and spent >= limits.soft and told.soft != month:
        news.append(Crossing.SOFT)
    if is_low(limits, available) and not told.low:
        news.append(Crossing.LOW)
    return tuple(news)


def is_low(limits: Limits, available: Decimal) -> bool:
    """Whether less can be used than the member wants to keep."""
    return limits.low_balance is not None and available < limits.low_balance


def told_after(old: Limits, new: Limits, told: Told) -> Told:
    """What still counts as told once limits are changed: a limit that rises, or is new, tells again."""
    return Told(
        soft=None if _rises(old.soft, new.soft) else told.soft,
        hard=None if _rises(old.hard, new.hard) else told.hard,
        low=told.low and new.low_balance is not None,
    )


def _rises(old: Decimal | None, new: Decimal | None) -> bool:
    return old is None or new is None or new > old

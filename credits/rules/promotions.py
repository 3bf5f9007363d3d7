"""What a promotion gives, when, and until when (upstage/18.5, 15.4)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from upstage_console.kernel.calendars import kst_date, last_day, period_end
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import day

JOINED = ("upstage/2.8", "upstage/15.4", "upstage/18.5")
"""Who joins agrees to the terms of the promotion, which then govern what it gives."""

GIVEN = ("upstage/2.8", "upstage/15.4")
"""Who is given it has agreed to nothing: free credits as any others."""


@dataclass(frozen=True)
class Promise:
    """What the rules need to know of a promotion; amounts in its currency."""

    amount: Decimal
    budget: Decimal
    granted: Decimal
    starts_at: datetime
    ends_at: datetime
    expires_on: date | None = None
    valid_days: int | None = None

    @property
    def members_left(self) -> int:
        """How many more members the budget is enough for."""
        return int((self.budget - self.granted) // self.amount)


@enforces("upstage/18.5")
def runs(promise: Promise, at: datetime) -> bool:
    """Whether the period has begun and not ended."""
    return promise.starts_at <= at < promise.ends_at


@enforces("upstage/15.4")
def usable_until(promise: Promise, given_at: datetime) -> date:
    """The last day of what is given at an instant: the promotion's own, or so many days after that day (I-1)."""
    if promise.expires_on is not None:
        return promise.expires_on
    return period_end(kst_date(given_at), days=promise.valid_days)


def outlives_its_period(promise: Promise) -> bool:
    """Whether what is given on the last day of the period can still be used on that day."""
    return promise.expires_on is None or promise.expires_on >= last_day(promise.ends_at)


@enforces("upstage/18.5")
def explained(promise: Promise, given_at: datetime) -> Reason:
    """What a member gets who joins at this instant, and what then is left of the budget."""
    until, amount = usable_until(promise, given_at), grouped(promise.amount)
    facts = {"amount": promise.amount, "expires_on": until, "members_left": promise.members_left}
    return Reason(
        JOINED,
        f"지금 참여하면 무상 크레딧 {amount}을(를) 받아 {day(until, 'ko')} 24:00까지 쓸 수 있습니다. "
        f"남은 예산으로 {promise.members_left:,}명까지 받을 수 있습니다.",
        f"Who joins now gets {amount} free credits, usable to the end of {day(until, 'en')}. "
        f"The budget is enough for {promise.members_left:,} more.",
        facts,
    )

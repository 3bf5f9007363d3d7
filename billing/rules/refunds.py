"""What of bought credits is refunded (upstage/16.1 to 16.3, 20.1): each purchase by its own days, the rest by 40 %."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.enums import NoRefund
from billing.rules.conditions import FULL_REFUND_DAYS, SMALL_BALANCE_PERCENT
from upstage_console.kernel import money
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import day

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

    @property
    def is_untouched(self) -> bool:
        """Whether none of it was used; a hold counts as use."""
        return self.left == self.credits and not self.held


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


@dataclass(frozen=True)
class Line:
    """What is refunded of one purchase, or why nothing is."""

    purchase: Bought
    credits: Decimal
    amount: Decimal
    tax: Decimal
    reason: Reason
    refused: NoRefund | None = None


@dataclass(frozen=True)
class Quote:
    """What would be refunded now, purchase by purchase; amounts in the account's currency."""

    lines: tuple[Line, ...]
    currency: str
    is_leaving: bool = False

    @property
    def credits(self) -> Decimal:
        """The credits that are taken back."""
        return sum((line.credits for line in self.lines), NOTHING)

    @property
    def amount(self) -> Decimal:
        """The money without tax."""
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def tax(self) -> Decimal:
        """The tax that was paid on it."""
        return sum((line.tax for line in self.lines), NOTHING)

    @property
    def total(self) -> Decimal:
        """What is paid back, with tax."""
        return self.amount + self.tax

    @property
    def is_refundable(self) -> bool:
        """Whether the rules grant anything."""
        return self.credits > 0

    @property
    def refused(self) -> NoRefund | None:
        """Why the rules grant nothing, or None where they do; what a large balance stops is said first."""
        if self.is_refundable:
            return None
        codes = [line.refused for line in self.lines]
        return next((code for code in NoRefund if code in codes), NoRefund.NOTHING_LEFT)

    @property
    def by_staff(self) -> Decimal:
        """What staff may refund to who leaves, with a reason and a second person: what is above the limit (16.3)."""
        above = [line.purchase for line in self.lines if line.refused == NoRefund.ABOVE_LIMIT]
        return sum((one.left - one.held for one in above), NOTHING) if self.is_leaving else NOTHING

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of what decided, each once."""
        told = [line for line in self.lines if (line.refused is None) == self.is_refundable] or self.lines
        cited = [clause for line in told for clause in line.reason.clauses]
        return tuple(dict.fromkeys([*cited, *(["upstage/16.3"] if self.is_leaving else [])]))


@dataclass(frozen=True)
class Reading:
    """How the open points are read: settings with their reasons (rules.md, section 6)."""

    unused_part_too: bool = False
    """For consumers the unused part within the seven days as well."""


@enforces("upstage/16.1", "upstage/20.1")
def full_refund_until(paid_on: date, calendar: Calendar) -> date:
    """The last day of the seven from the payment (I-1), extended over holidays: the member has to act (I-2)."""
    return calendar.extended_end(paid_on, days=FULL_REFUND_DAYS)


def goes_back_whole(purchase: Bought, today: date) -> bool:
    """Whether 16.1 grants the whole purchase: within its seven days, and none of its paid credits used."""
    return today <= purchase.full_until and purchase.is_untouched and purchase.expired_on is None


@enforces("upstage/16.1", "upstage/16.2", "upstage/16.3", "upstage/20.1")
def quote(
    purchases: Sequence[Bought], base: Base | None, *, today: date, currency: str, reading: Reading, leaving: bool
) -> Quote:
    """What would be refunded of these purchases on the KST day `today`.

    Within its own seven days a purchase goes by 16.1; past them what is left of it goes by 16.2, where all that is left
    is at most 40 % of `base`. Free credits are never refunded.
    """
    lines = (_line(one, base, today=today, currency=currency, reading=reading) for one in purchases)
    return Quote(tuple(lines), currency, leaving)


def _line(one: Bought, base: Base | None, *, today: date, currency: str, reading: Reading) -> Line:
    if goes_back_whole(one, today):
        return Line(one, one.credits, one.net, one.tax, _whole(one, currency))
    free = one.left - one.held
    if one.expired_on is not None:
        return _refused(one, NoRefund.EXPIRED, _expired(one.expired_on))
    if free <= 0:
        return _refused(one, NoRefund.USED, _used_up(one))
    if today <= one.full_until:
        return _granted(one, free, currency, _part(one)) if reading.unused_part_too else _closed(one)
    if base is None or base.left > base.limit:
        return _refused(one, NoRefund.ABOVE_LIMIT, _measured(one, base, is_open=False))
    return _granted(one, free, currency, _measured(one, base, is_open=True))


def _granted(one: Bought, credits: Decimal, currency: str, reason: Reason) -> Line:
    """A part is valued at the price that was actually paid, with the tax paid on it; each is rounded half up once."""
    amount = money.paid_back(one.net * credits / one.credits, currency)
    tax = money.paid_back(one.tax * credits / one.credits, currency)
    return Line(one, credits, amount, tax, reason)


def _refused(one: Bought, why: NoRefund, reason: Reason) -> Line:
    return Line(one, NOTHING, NOTHING, NOTHING, reason, why)


def _whole(one: Bought, currency: str) -> Reason:
    paid, tax = grouped(one.net), grouped(one.tax)
    return Reason(
        ("upstage/16.1", "upstage/20.1.1"),
        f"{day(one.paid_on, 'ko')}에 결제했고 {FULL_REFUND_DAYS}일이 끝나는 {day(one.full_until, 'ko')} 24:00 전이며 "
        f"이 구매의 유상 크레딧을 쓰지 않았으므로 전액 환불됩니다: {paid} + 세액 {tax} {currency}.",
        f"Paid on {day(one.paid_on, 'en')}, within the {FULL_REFUND_DAYS} days that end with "
        f"{day(one.full_until, 'en')}, and none of its paid credits used: all of it is refunded, {paid} + tax {tax} "
        f"{currency}.",
        {"paid_on": one.paid_on, "full_until": one.full_until, "amount": one.net, "tax": one.tax},
    )


def _closed(one: Bought) -> Line:
    used = grouped(one.credits - one.left + one.held)
    reason = Reason(
        ("upstage/16.1",),
        f"유상 크레딧 {grouped(one.credits)} 중 사용분이 {used}이므로 {FULL_REFUND_DAYS}일 안의 환불은 할 수 없습니다. "
        f"{day(one.full_until, 'ko')} 뒤에는 남은 잔액으로 판단합니다.",
        f"{used} of its {grouped(one.credits)} paid credits are used, so the refund of the first {FULL_REFUND_DAYS} "
        f"days is closed. After {day(one.full_until, 'en')} the remaining balance decides.",
        {"credits": one.credits, "left": one.left, "held": one.held},
    )
    return _refused(one, NoRefund.USED, reason)


def _part(one: Bought) -> Reason:
    left = grouped(one.left - one.held)
    return Reason(
        ("upstage/16.1", "upstage/20.1"),
        f"{day(one.full_until, 'ko')} 24:00까지는 사용하지 않은 만큼 환불됩니다: {left}.",
        f"To the end of {day(one.full_until, 'en')} the unused {left} are refunded.",
        {"credits": one.credits, "left": one.left, "held": one.held},
    )


def _used_up(one: Bought) -> Reason:
    return Reason(
        ("upstage/16.1",),
        f"이 구매의 유상 크레딧 {grouped(one.credits)} 중 남은 것이 없습니다. 사용한 크레딧은 환불되지 않습니다.",
        f"None of its {grouped(one.credits)} paid credits is left. Used credits are not refunded.",
        {"credits": one.credits, "left": one.left, "held": one.held},
    )


def _expired(expired_on: date) -> Reason:
    return Reason(
        ("upstage/15.4", "upstage/16.2"),
        f"유효기간이 {day(expired_on, 'ko')}에 끝나 소멸했습니다. 환불은 유효기간이 끝나기 전에만 할 수 있습니다.",
        f"These credits expired with {day(expired_on, 'en')}. A refund is possible only before.",
        {"expired_on": expired_on},
    )


def _measured(one: Bought, base: Base | None, *, is_open: bool) -> Reason:
    if base is None:
        raise ValueError("a purchase past its days is measured on a recharge")
    left, amount, limit = map(grouped, (base.left, base.amount, base.limit))
    sign, ko, en = ("≤", "환불됩니다", "is refunded") if is_open else (">", "환불 대상이 아닙니다", "is not refunded")
    percent = SMALL_BALANCE_PERCENT
    return Reason(
        ("upstage/16.2",),
        f"남은 유상 잔액 {left} {sign} {limit} = 마지막 충전({day(base.recharged_on, 'ko')}) 직후 유상 잔액 {amount}의 "
        f"{percent}%. 따라서 이 구매에서 남은 크레딧({grouped(one.left - one.held)})은 {ko}.",
        f"Remaining paid balance {left} {sign} {limit} = {percent} % of the {amount} right after the last recharge "
        f"({day(base.recharged_on, 'en')}): what is left of it, {grouped(one.left - one.held)}, {en}.",
        {"left": base.left, "base": base.amount, "limit": base.limit, "recharged_on": base.recharged_on},
    )

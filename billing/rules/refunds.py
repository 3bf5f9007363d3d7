"""What of bought credits is refunded (upstage/16.1 to 16.3, 20.1): each purchase by its own days, the rest by 40 %."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from billing.enums import NoRefund
from billing.rules import refund_reasons as reasons
from billing.rules.bought import NOTHING, Base, Bought
from billing.rules.conditions import FULL_REFUND_DAYS
from upstage_console.kernel import money
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clauses import Reason, enforces


@dataclass(frozen=True)
class Line:
    """What is refunded of one purchase, or why nothing is."""

    purchase: Bought
    credits: Decimal
    amount: Decimal
    tax: Decimal
    reason: Reason
    refused: NoRefund | None = None

    @property
    def is_withdrawal(self) -> bool:
        """Whether it goes back under 16.1, the withdrawal within seven days."""
        return self.refused is None and "upstage/16.1" in self.reason.clauses

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the purchase stays; its unused bonus is withdrawn then."""
        return self.is_withdrawal and self.purchase.is_untouched and self.credits == self.purchase.left

    @property
    def rounding(self) -> Decimal:
        """What rounding half up added to the price paid for these credits, with tax (I-7)."""
        one = self.purchase
        cost = ((one.net + one.tax) * self.credits / one.credits).quantize(money.CREDIT_UNIT, ROUND_HALF_UP)
        return self.amount + self.tax - cost


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
    """Whether 16.1 grants the whole purchase: within its seven days, and none of its paid credits used.

    Of what staff gave back a part before, it is the rest: what went back was not used.
    """
    is_open = purchase.left > 0 and purchase.expired_on is None and not purchase.is_asked_back
    return today <= purchase.full_until and purchase.is_untouched and is_open


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
        net, tax = one.net - one.refunded_net, one.tax - one.refunded_tax
        return _worthwhile(Line(one, one.left, net, tax, reasons.whole(one, currency)))
    free = one.left - one.held
    gone = _gone(one, free)
    if gone is not None:
        return gone
    if today <= one.full_until:
        if reading.unused_part_too:
            return _worthwhile(valued(one, free, currency, reasons.part(one)))
        return _refused(one, NoRefund.USED, reasons.closed(one))
    if base is None or base.left > base.limit:
        return _refused(one, NoRefund.ABOVE_LIMIT, reasons.measured(one, base, is_open=False))
    return _worthwhile(valued(one, free, currency, reasons.measured(one, base, is_open=True)))


def _gone(one: Bought, free: Decimal) -> Line | None:
    """Why nothing can go back, whatever the days and the balance say; None where something is there."""
    if one.refunded_on is not None and (one.is_asked_back or free <= 0):
        return _refused(one, NoRefund.REFUNDED, reasons.refunded(one, one.refunded_on))
    if one.expired_on is not None:
        return _refused(one, NoRefund.EXPIRED, reasons.expired(one.expired_on))
    if one.is_void and free <= 0:
        return _refused(one, NoRefund.EXPIRED, reasons.void())
    return _refused(one, NoRefund.USED, reasons.used_up(one)) if free <= 0 else None


def valued(one: Bought, credits: Decimal, currency: str, reason: Reason) -> Line:
    """A part at the price that was actually paid, with the tax paid on it; each is rounded half up once.

    Roundings of several parts never come to more than was paid.
    """
    amount = min(money.paid_back(one.net * credits / one.credits, currency), one.net - one.refunded_net)
    tax = min(money.paid_back(one.tax * credits / one.credits, currency), one.tax - one.refunded_tax)
    return Line(one, credits, amount, tax, reason)


def _worthwhile(line: Line) -> Line:
    """Credits that come to no money at all stay with the member."""
    if line.amount or line.tax:
        return line
    return _refused(line.purchase, NoRefund.NOTHING_LEFT, reasons.too_small(line.credits))


def _refused(one: Bought, why: NoRefund, reason: Reason) -> Line:
    return Line(one, NOTHING, NOTHING, NOTHING, reason, why)

"""What a credit note comes to: as if what it takes off had never been invoiced (upstage/18.1, 18.2, 20.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.rules import interest, late_fees
from billing.rules.late_fees import Paid
from upstage_console.kernel import money
from upstage_console.kernel.clauses import enforces

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Charged:
    """An invoice before a credit note: what is left of it after earlier ones, and what came in for it."""

    subtotal: Decimal
    tax: Decimal
    tax_rate: Decimal
    due_on: date
    paid: tuple[Paid, ...]
    currency: str
    bears_late_fee: bool = True
    not_insisted: Decimal = NOTHING
    """Late fees that were waived, or that earlier credit notes took off or gave back."""

    @property
    def total(self) -> Decimal:
        """With tax."""
        return self.subtotal + self.tax

    def late(self, total: Decimal, paid: Iterable[Paid], today: date) -> Decimal:
        """What late payment has cost of an invoice of `total`, paid or not: every month's late fee so far."""
        debt = late_fees.debt(
            total, self.due_on, paid, today=today, currency=self.currency, bears_late_fee=self.bears_late_fee
        )
        return sum((month.fee for month in debt.months), NOTHING)


@dataclass(frozen=True, kw_only=True)
class ChargedToFirm(Charged):
    """A firm's invoice before a credit note: late payment of it costs interest by days (rift/7.3).

    One that was not received yet has no due day. What was given back before counts as never owed here (I-5).
    """

    percent: Decimal
    is_received: bool = True

    def late(self, total: Decimal, paid: Iterable[Paid], today: date) -> Decimal:
        """The interest so far."""
        known = [interest.Paid(one.on, one.principal, one.late_fee) for one in paid]
        due_on = self.due_on if self.is_received else None
        owed = interest.debt(total, due_on, known, percent=self.percent, today=today, currency=self.currency)
        return owed.accrued


@dataclass(frozen=True)
class Credit:
    """What a credit note takes off: net and tax, and where it goes – off the debt, or back where it was paid."""

    net: Decimal
    tax: Decimal
    off_principal: Decimal
    off_late_fee: Decimal
    back_principal: Decimal
    back_late_fee: Decimal

    @property
    def total(self) -> Decimal:
        """With tax, without late fees."""
        return self.net + self.tax


@dataclass(frozen=True)
class Part:
    """What is taken off one line; the amounts are above 0 here, only `rounding` may be of either sign."""

    quantity: Decimal
    amount: Decimal
    credits: Decimal
    charged: Decimal

    @property
    def rounding(self) -> Decimal:
        """What rounding down had taken off, or takes off now."""
        return self.amount - self.credits - self.charged


@enforces("upstage/18.1", "upstage/18.4", "upstage/20.3", "rift/7.2", "rift/7.3")
def credit(before: Charged, net: Decimal, today: date, *, was_owed: bool = False) -> Credit:
    """What taking `net` off an invoice comes to on the KST day `today`.

    The tax on what stays is reckoned anew, so that all credit notes and the rest are together what was invoiced. What
    is still owed falls first; what was paid beyond the rest goes back. Nobody pays for being late with what was never
    owed; what `was_owed` until today cost what it cost.
    """
    tax = before.tax - money.vat(before.subtotal - net, before.currency, before.tax_rate)
    right = before.total - net - tax
    back = max(sum((one.principal for one in before.paid), NOTHING) - right, NOTHING)
    off_late, back_late = (NOTHING, NOTHING) if was_owed else _never_late(before, right, back, today)
    return Credit(
        net=net, tax=tax, off_principal=net + tax - back, off_late_fee=off_late, back_principal=back,
        back_late_fee=back_late,
    )  # fmt: skip


def _never_late(before: Charged, right: Decimal, back: Decimal, today: date) -> tuple[Decimal, Decimal]:
    """What late payment of what was never owed had cost: what of it falls, and what was paid of it and goes back."""
    paid_late = sum((one.late_fee for one in before.paid), NOTHING)
    late_right = before.late(right, _as_far_as(before.paid, right), today)
    late_owed = before.late(right + back, before.paid, today) - paid_late - before.not_insisted
    late_stays = max(late_right - paid_late - before.not_insisted, NOTHING)
    return max(late_owed - late_stays, NOTHING), max(paid_late - late_right, NOTHING)


def _as_far_as(paid: Sequence[Paid], total: Decimal) -> tuple[Paid, ...]:
    """The payments in their order, as far as a smaller invoice would have taken them."""
    came_in, taken = NOTHING, []
    for one in sorted(paid, key=lambda payment: payment.on):
        before, came_in = came_in, came_in + one.principal
        taken.append(Paid(one.on, min(came_in, total) - min(before, total), NOTHING))
    return tuple(taken)


@enforces("upstage/18.1")
def of_use(part: Part, *, charged_left: Decimal, rounding_left: Decimal, currency: str) -> Part:
    """A use that was less, on the line it stands on: what stays of the line is rounded down anew, once.

    `part.charged` is what is no longer owed, to 6 decimals; of the line so much is left, charged and rounded off.
    """
    stays = max(charged_left + rounding_left - part.charged, NOTHING)
    charged = max(charged_left - money.charged(stays, currency), NOTHING)
    return Part(part.quantity, part.amount, part.credits, min(charged, charged_left))


def spread(net: Decimal, left: Sequence[Decimal], currency: str) -> list[Part]:
    """An amount off the whole invoice, line by line, by what is left charged of each; no unit is lost."""
    shares = money.split(net, left, currency)
    return [Part(NOTHING, share, NOTHING, share) for share in shares]

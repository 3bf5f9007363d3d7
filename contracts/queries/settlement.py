"""What is settled when a contract ends on a day: what is still to be billed, and what goes back (rift/15.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.models import FirmInvoice
from contracts.enums import EndReason, FeeKind, Side
from contracts.models import Contract, ContractFee, FeeBilling
from contracts.queries.fee_basis import adjusted_of
from contracts.queries.month_fees import DueFee, due_fees, flat_amount
from contracts.queries.service_levels import open_credits
from contracts.rules import endings as rules
from contracts.rules.endings import Ahead, Settled
from contracts.rules.service_credits import allot
from upstage_console.kernel import money
from upstage_console.kernel.calendars import month_of, months_later

NOTHING = Decimal(0)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CreditLeft:
    """What was left of a month's credit: what the final invoice takes, and what is given back besides."""

    month: date
    taken: Decimal
    given: Decimal


@dataclass(frozen=True)
class Back:
    """So much of what goes back, without tax, was billed ahead on this invoice."""

    invoice: FirmInvoice
    amount: Decimal


@dataclass(frozen=True)
class Settlement:
    """The statement: the lines of the final invoice, what they come to, and what goes back."""

    lines: tuple[DueFee, ...]
    due: Decimal
    settled: Settled
    ahead: tuple[FeeBilling, ...]
    credits: tuple[CreditLeft, ...] = ()
    backs: tuple[Back, ...] = ()

    @property
    def given(self) -> Decimal:
        """What credits for shortfalls still give back besides the final invoice."""
        return sum((one.given for one in self.credits), NOTHING)

    def as_json(self) -> dict[str, Any]:
        """What is kept of it."""
        return {
            "lines": [
                {"kind": line.fee.kind, "from": line.from_on.isoformat(), "until": line.until_on.isoformat(),
                 "charged": str(line.billed.charged), "why": line.billed.reason.as_json()}
                for line in self.lines
            ],
            "credits": [
                {"month": f"{one.month:%Y-%m}", "taken": str(one.taken), "given": str(one.given)}
                for one in self.credits
            ],
            "back": [{"invoice": one.invoice.public_id, "amount": str(one.amount)} for one in self.backs],
            "why": self.settled.reason.as_json(),
        }  # fmt: skip


def settlement_of(contract: Contract, *, on: date, upfront: Decimal, side: Side, ground: EndReason) -> Settlement:
    """What is settled where a contract ends with this day; nothing is written.

    Whatever was billed afterwards is billed to the day; nothing is billed ahead any more.
    """
    ended = _ending(contract, on)
    lines = tuple(unbilled(ended, on)) if contract.starts_on and contract.starts_on <= on else ()
    billings = _billings(contract)
    ahead = [one for one in billings if one.fee.prepaid]
    startup = sum((_left(one, one.charged) for one in billings if one.fee.kind == FeeKind.STARTUP), NOTHING)
    parts = [Ahead(_left(one, one.charged), _left(one, _unperformed(contract, one, on))) for one in ahead]
    settled = rules.settle(
        parts, startup=startup if ahead else NOTHING, upfront=upfront, side=side, ground=ground,
        currency=contract.currency,
    )  # fmt: skip
    due = sum((line.billed.charged for line in lines), NOTHING)
    backs = tuple(_backs(ahead, parts, settled.refund))
    return Settlement(lines, due, settled, tuple(ahead), tuple(_credits(contract, due)), backs)


def _backs(ahead: Sequence[FeeBilling], parts: Sequence[Ahead], refund: Decimal) -> Iterator[Back]:
    """What goes back, by what of each billing is not performed."""
    if refund:
        shares = money.split(refund, [part.unperformed for part in parts], ahead[0].contract.currency)
        for one, share in zip(ahead, shares, strict=True):
            if one.invoice and share:
                yield Back(one.invoice, share)


def _credits(contract: Contract, due: Decimal) -> Iterator[CreditLeft]:
    found = list(open_credits(contract))
    for credit, taken in zip(found, allot([one.left for one in found], due), strict=True):
        yield CreditLeft(credit.month, taken, credit.left - taken)


def _billings(contract: Contract) -> list[FeeBilling]:
    """What was billed so far, with the invoices and their credit notes."""
    rows = contract.billings.select_related("contract", "fee", "invoice")
    rows = rows.prefetch_related("invoice__credit_notes", "invoice__lines")
    return list(rows.order_by("pk"))


def _left(one: FeeBilling, amount: Decimal) -> Decimal:
    """What credit notes leave of an amount that was billed, not rounded: the share that they leave of all lines.

    A line that takes a credit for a shortfall off is none of them: the credit paid for the others.
    """
    bill = one.invoice
    noted = sum((note.subtotal for note in bill.credit_notes.all()), NOTHING) if bill else NOTHING
    if bill is None or not noted:
        return amount
    charged = sum((line.charged for line in bill.lines.all() if line.charged > 0), NOTHING)
    return amount * (charged + noted) / charged


def _ending(contract: Contract, on: date) -> Contract:
    """A copy that ends on the day, to be asked; it is never saved."""
    copy: Contract = Contract.objects.get(pk=contract.pk)
    if copy.ends_on is not None:
        copy.ends_on = min(copy.ends_on, on)
    return copy


def unbilled(contract: Contract, on: date) -> list[DueFee]:
    """What can be billed of a contract's months until a day, of which each is over with that day, and was not."""
    assert contract.starts_on is not None  # noqa: S101 – the caller asked
    found: list[DueFee] = []
    month = month_of(contract.starts_on)
    while month <= on:
        found += _first_time(found, due_fees(contract, month, over_on=on + ONE_DAY))
        month = months_later(month, 1)
    return found


def _first_time(found: list[DueFee], more: list[DueFee]) -> list[DueFee]:
    """What is billed once stands in the first month that has it."""
    once = {line.fee.pk for line in found if line.fee.kind in (FeeKind.STARTUP, FeeKind.PROJECT)}
    return [line for line in more if line.fee.pk not in once]


def _unperformed(contract: Contract, one: FeeBilling, on: date) -> Decimal:
    """What of a fee that was billed ahead is for days after the last."""
    if one.until_on <= on:
        return NOTHING
    if one.from_on > on:
        return one.charged
    fee: ContractFee = one.fee
    done = flat_amount(contract, fee, (one.from_on, on), adjusted_of(contract))
    return max(one.charged - money.charged(done.amount, contract.currency), NOTHING)

"""What is to be billed under a contract for a month: the fees that are due and were not billed before (rift/7.1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.enums import FeeKind
from contracts.models import Contract, ContractFee, FeeBilling
from contracts.queries.fee_basis import Adjusted, Basis, read
from contracts.rules import month_fees as rules
from contracts.rules.month_fees import Billed, Priced, Step
from upstage_console.kernel.calendars import kst_date, month_end, month_of, months_later

ONCE = (FeeKind.STARTUP, FeeKind.PROJECT)
MONTHLY = (FeeKind.FLAT, FeeKind.SEAT)


@dataclass(frozen=True)
class DueFee:
    """A fee with what it comes to for some days."""

    fee: ContractFee
    billed: Billed
    from_on: date
    until_on: date


def last_day_of(contract: Contract) -> date | None:
    """The last day on which a contract runs: the end of its term, or the day of its termination."""
    if contract.concluded_at is None or contract.ends_on is None:
        return None
    ended = None if contract.ended_at is None else kst_date(contract.ended_at)
    return contract.ends_on if ended is None else min(contract.ends_on, ended)


def days_in(contract: Contract, month: date) -> tuple[date, date] | None:
    """The first and the last day of a month on which a contract runs; None where it does not."""
    last = last_day_of(contract)
    if last is None or contract.starts_on is None:
        return None
    first, last = max(contract.starts_on, month), min(last, month_end(month))
    return (first, last) if first <= last else None


def due_fees(contract: Contract, month: date, *, over_on: date) -> list[DueFee]:
    """The lines of one contract's month, as `due_of` finds them."""
    (basis,) = read([contract], month)
    return due_of(basis, month, over_on=over_on)


def due_of(basis: Basis, month: date, *, over_on: date) -> list[DueFee]:
    """One line for each fee of a month that can be billed and was not, in the contract's order.

    What is billed afterwards counts once the last day of the month under the contract is before `over_on`; what is
    billed ahead, and what is billed once, as soon as it is due.
    """
    days = days_in(basis.contract, month)
    if days is None:
        return []
    lines = (_due(basis, fee, month, days, over_on) for fee in basis.fees)
    return [line for line in lines if line is not None and (line.billed.charged or _counts(line))]


def _counts(line: DueFee) -> bool:
    """Whether a line that charges nothing is shown: what was used within the included units is."""
    return line.fee.kind == FeeKind.USAGE and line.billed.quantity > 0


def _due(basis: Basis, fee: ContractFee, month: date, days: tuple[date, date], over_on: date) -> DueFee | None:
    contract = basis.contract
    if any(one.is_once or one.month <= month <= one.until_on for one in basis.billings_of(fee)):
        return None
    if fee.kind in ONCE:
        until = None if days[1] == last_day_of(contract) else days[1]
        is_due = fee.kind == FeeKind.STARTUP or _is_accepted(basis, fee, until)
        return DueFee(fee, rules.once(fee.amount, contract.currency), *days) if is_due else None
    if fee.prepaid:
        return _ahead(basis, fee, month, over_on)
    if days[1] >= over_on:
        return None
    return DueFee(fee, _amount_of(basis, fee, days), *days)


def _is_accepted(basis: Basis, fee: ContractFee, until: date | None) -> bool:
    """Whether a milestone was accepted until a day; the last month also bills what is accepted after the term."""
    accepted_on = basis.accepted.get(fee.pk)
    return accepted_on is not None and (until is None or accepted_on <= until)


def _ahead(basis: Basis, fee: ContractFee, month: date, over_on: date) -> DueFee | None:
    """What is billed ahead, from the first day of its months on: `prepaid` calendar months, within the term."""
    contract = basis.contract
    assert contract.starts_on is not None  # noqa: S101 – it has days in this month
    assert fee.prepaid is not None  # noqa: S101 – the caller asked
    begun = months_between(month_of(contract.starts_on), month)
    if begun % fee.prepaid or month > over_on:
        return None
    last = last_day_of(contract)
    assert last is not None  # noqa: S101
    days = max(contract.starts_on, month), min(last, month_end(months_later(month, fee.prepaid - 1)))
    return DueFee(fee, _amount_of(basis, fee, days), *days)


def months_between(first: date, second: date) -> int:
    """How many months lie between two first days of months."""
    return (second.year - first.year) * 12 + second.month - first.month


def _amount_of(basis: Basis, fee: ContractFee, days: tuple[date, date]) -> Billed:
    """What a monthly fee or a fee for use comes to on some days."""
    contract = basis.contract
    if fee.kind == FeeKind.FLAT:
        return flat_amount(contract, fee, days, basis.adjusted)
    price = _priced(fee, basis.adjusted)
    if fee.kind == FeeKind.SEAT:
        return rules.seats(price, basis.taken, *days, contract.currency)
    steps = [Step(Decimal(str(one["after"])), Decimal(str(one["amount"]))) for one in fee.steps]
    used = [one for one in basis.used if days[0] <= one.on <= days[1]]
    included = fee.included or Decimal(0)
    return rules.usage(price, used, included=included, steps=steps, currency=contract.currency)


def flat_amount(contract: Contract, fee: ContractFee, days: tuple[date, date], adjusted: Adjusted) -> Billed:
    """What a flat fee comes to on some days."""
    return rules.flat(_priced(fee, adjusted), *days, contract.currency)


def _priced(fee: ContractFee, adjusted: Adjusted) -> Priced:
    return Priced(
        fee.amount, adjusted.changes.get(fee.pk, ()), adjusted.promotions if fee.kind in MONTHLY else ()
    )  # fmt: skip


def next_invoice_on(contract: Contract) -> date | None:
    """The first day on which the next month can be billed; None where nothing is left to be billed."""
    last = last_day_of(contract)
    if last is None or contract.starts_on is None or contract.ended_at is not None:
        return None
    billed = list(FeeBilling.objects.filter(contract=contract).values_list("month", "until_on"))
    is_ahead = not contract.fees.filter(prepaid__isnull=True).exclude(kind__in=ONCE).exists()
    month = month_of(contract.starts_on)
    while any(first <= month <= (until if is_ahead else first) for first, until in billed):
        month = months_later(month, 1)
    if month > last:
        return None
    return max(month, contract.starts_on) if is_ahead else months_later(month, 1)

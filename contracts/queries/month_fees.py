"""What is to be billed under a contract for a month: the fees that are due and were not billed before (rift/7.1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from contracts.enums import BINDING_DOCUMENTS, FeeKind
from contracts.models import Contract, ContractFee, FeeBilling, FeeChange, MilestoneAcceptance
from contracts.rules import month_fees as rules
from contracts.rules.month_fees import Billed, Change, Priced, Promotion, Step, Taken, Used
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


def fees_of(contract: Contract) -> list[ContractFee]:
    """The fees in the contract's order, with what changes them and what was billed; a fixed number of statements."""
    found: QuerySet[ContractFee] = contract.fees.order_by("position").prefetch_related("changes__document", "billings")
    return list(found)


def due_fees(contract: Contract, month: date, *, over_on: date) -> list[DueFee]:
    """One line for each fee of a month that can be billed and was not, in the contract's order.

    What is billed afterwards counts once the last day of the month under the contract is before `over_on`; what is
    billed ahead, and what is billed once, as soon as it is due.
    """
    days = days_in(contract, month)
    if days is None:
        return []
    promotions = promotions_of(contract)
    lines = (_due(contract, fee, month, days, promotions, over_on) for fee in fees_of(contract))
    return [line for line in lines if line is not None and (line.billed.charged or _counts(line))]


def _counts(line: DueFee) -> bool:
    """Whether a line that charges nothing is shown: what was used within the included units is."""
    return line.fee.kind == FeeKind.USAGE and line.billed.quantity > 0


def _due(
    contract: Contract, fee: ContractFee, month: date, days: tuple[date, date], promotions: tuple[Promotion, ...],
    over_on: date,
) -> DueFee | None:  # fmt: skip
    billed = list(fee.billings.all())
    if any(one.is_once or one.month <= month <= one.until_on for one in billed):
        return None
    if fee.kind in ONCE:
        is_due = fee.kind == FeeKind.STARTUP or _is_accepted(fee, None if days[1] == last_day_of(contract) else days[1])
        return DueFee(fee, rules.once(fee.amount, contract.currency), *days) if is_due else None
    if fee.prepaid:
        return _ahead(contract, fee, month, promotions, over_on)
    if days[1] >= over_on:
        return None
    return DueFee(fee, amount_of(contract, fee, days, promotions), *days)


def _is_accepted(fee: ContractFee, until: date | None) -> bool:
    """Whether a milestone was accepted until a day; the last month also bills what is accepted after the term."""
    found = MilestoneAcceptance.objects.filter(fee=fee)
    return (found if until is None else found.filter(accepted_on__lte=until)).exists()


def _ahead(
    contract: Contract, fee: ContractFee, month: date, promotions: tuple[Promotion, ...], over_on: date
) -> DueFee | None:  # fmt: skip
    """What is billed ahead, from the first day of its months on: `prepaid` calendar months, within the term."""
    assert contract.starts_on is not None  # noqa: S101 – it has days in this month
    assert fee.prepaid is not None  # noqa: S101 – the caller asked
    begun = months_between(month_of(contract.starts_on), month)
    if begun % fee.prepaid or month > over_on:
        return None
    last = last_day_of(contract)
    assert last is not None  # noqa: S101
    days = max(contract.starts_on, month), min(last, month_end(months_later(month, fee.prepaid - 1)))
    return DueFee(fee, amount_of(contract, fee, days, promotions), *days)


def months_between(first: date, second: date) -> int:
    """How many months lie between two first days of months."""
    return (second.year - first.year) * 12 + second.month - first.month


def amount_of(
    contract: Contract, fee: ContractFee, days: tuple[date, date], promotions: tuple[Promotion, ...] = ()
) -> Billed:  # fmt: skip
    """What a monthly fee or a fee for use comes to on some days."""
    price = _priced(fee, promotions)
    if fee.kind == FeeKind.FLAT:
        return rules.flat(price, *days, contract.currency)
    if fee.kind == FeeKind.SEAT:
        return rules.seats(price, taken_of(contract), *days, contract.currency)
    steps = [Step(Decimal(str(one["after"])), Decimal(str(one["amount"]))) for one in fee.steps]
    included = fee.included or Decimal(0)
    return rules.usage(price, _used(contract, *days), included=included, steps=steps, currency=contract.currency)


def promotions_of(contract: Contract) -> tuple[Promotion, ...]:
    """The promotions of a contract, for the rules."""
    rows = contract.promotions.order_by("from_on", "pk")
    return tuple(Promotion(one.from_on, one.until_on, one.percent) for one in rows)


def _priced(fee: ContractFee, promotions: tuple[Promotion, ...]) -> Priced:
    held = [one for one in fee.changes.all() if one.document.status in BINDING_DOCUMENTS]
    changes = tuple(Change(one.from_on, one.amount) for one in sorted(held, key=_when))
    return Priced(fee.amount, changes, promotions if fee.kind in MONTHLY else ())


def _when(change: FeeChange) -> tuple[date, int]:
    return change.from_on, change.pk


def taken_of(contract: Contract) -> list[Taken]:
    """The seats by the days on which they count."""
    rows = contract.seats.values_list("from_at", "until_at")
    return [rules.taken_days(kst_date(first), None if last is None else kst_date(last)) for first, last in rows]


def _used(contract: Contract, first: date, last: date) -> list[Used]:
    days = contract.uses.filter(used_on__gte=first, used_on__lte=last).order_by("used_on").values_list("used_on")
    return [Used(day, quantity) for day, quantity in days.annotate(sum=Sum("quantity"))]


def next_invoice_on(contract: Contract) -> date | None:
    """The first day on which the next month can be billed; None where nothing is left to be billed."""
    last = last_day_of(contract)
    if last is None or contract.starts_on is None or contract.ended_at is not None:
        return None
    month, billed = month_of(contract.starts_on), set(FeeBilling.objects.filter(contract=contract).values_list("month"))
    is_ahead = not contract.fees.filter(prepaid__isnull=True).exclude(kind__in=ONCE).exists()
    while (month,) in billed:
        month = months_later(month, 1)
    if month > last:
        return None
    return max(month, contract.starts_on) if is_ahead else months_later(month, 1)

"""Reads of service levels: which version holds, what stood still, what a month comes to, which credits are open."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from contracts.enums import FeeKind, ServiceCreditStatus
from contracts.models import Contract, Outage, ServiceCredit, ServiceLevel
from contracts.queries.fee_basis import adjusted_of
from contracts.queries.month_fees import flat_amount
from contracts.queries.suspensions import Stopped, stopped_within
from contracts.rules import availability, service_credits
from contracts.rules.availability import Measured
from contracts.rules.spans import Span
from upstage_console.kernel.calendars import (
    ONE_DAY,
    bounds,
    kst_date,
    month_bounds,
    month_end,
    month_of,
    months_later,
)


def level_of(contract: Contract, month: date) -> ServiceLevel | None:
    """The version that holds for a month."""
    holding = contract.service_levels.filter(effective_on__lte=month)
    found: ServiceLevel | None = holding.order_by("-effective_on", "-version").first()
    return found


def level_now(contract: Contract, today: date) -> ServiceLevel | None:
    """The version that holds today or, before the contract begins, in its first month."""
    return level_of(contract, month_of(max(today, contract.starts_on or today)))


def term_in(contract: Contract, month: date) -> tuple[date, date] | None:
    """The first and the last day of a month on which the contract runs; None where it does not."""
    if contract.starts_on is None or contract.ends_on is None or contract.concluded_at is None:
        return None
    last = contract.ends_on if contract.ended_at is None else min(contract.ends_on, kst_date(contract.ended_at))
    first, last = max(contract.starts_on, month), min(last, month_end(month))
    return (first, last) if first <= last else None


def outages_within(contract: Contract, span: Span) -> QuerySet[Outage]:
    """What stood still in a stretch, withdrawn ones left out."""
    touching: QuerySet[Outage] = contract.outages.filter(starts_at__lt=span.end, ends_at__gt=span.start)
    return touching.filter(withdrawn_at__isnull=True).order_by("starts_at", "id")


def stood_still(contract: Contract, month: date) -> list[Outage | Stopped]:
    """What stood still in a month, also where the service was stopped for the customer's fault.

    What touches it from a day around it is known too: whether an outage is long enough is told by the whole of it.
    """
    start, end = month_bounds(month)
    outages = outages_within(contract, Span(start - ONE_DAY, end + ONE_DAY))
    return [*outages, *stopped_within(contract, Span(start, end))]


def measured(contract: Contract, level: ServiceLevel, month: date) -> Measured:
    """A month as it stands now, as far as the contract runs in it."""
    start, _ = month_bounds(month)
    term = term_in(contract, month)
    scope = Span(*bounds(*term)) if term else Span(start, start)
    return availability.measure(scope, [one.as_rule for one in stood_still(contract, month)], level.promise)


def flat_fees(contract: Contract, month: date) -> Decimal:
    """What the flat fees of a month come to as they are billed, without tax."""
    term = term_in(contract, month)
    if term is None:
        return Decimal(0)
    adjusted, flat = adjusted_of(contract), contract.fees.filter(kind=FeeKind.FLAT)
    return sum((flat_amount(contract, fee, term, adjusted).charged for fee in flat), Decimal(0))


def counted_minutes(outage: Outage) -> Decimal:
    """What an outage counts for, as things stand: the sum over the months it touches, in minutes."""
    month, last = month_of(kst_date(outage.starts_at)), kst_date(outage.ends_at)
    counted = timedelta(0)
    while month <= last:
        level = level_of(outage.contract, month)
        lines = measured(outage.contract, level, month).lines if level else ()
        counted += sum((line.counted for line in lines if line.name == outage.public_id), timedelta(0))
        month = months_later(month, 1)
    return service_credits.minutes(counted)


def open_credits(*contracts: Contract) -> QuerySet[ServiceCredit]:
    """The credits that the next invoices of contracts take, the earliest month first; lock the contracts before use."""
    found = ServiceCredit.objects.filter(contract__in=contracts, status=ServiceCreditStatus.APPROVED)
    return found.order_by("month", "id")

"""What a member used, from the daily roll-up: each a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min, QuerySet, Sum

from billing.models import Charge, UsageDay
from billing.rules.rating import Rate, explain
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.money import credit

NOTHING = Decimal("0.000000")
PACE_DAYS = 30
"""How far back the pace of use is looked at."""


@dataclass(frozen=True)
class Used:
    """What one service, meter or key used and cost in some days."""

    name_ko: str
    name_en: str
    events: int
    quantity: Decimal
    amount: Decimal
    burned: Decimal
    owed: Decimal


@dataclass(frozen=True)
class DayOfUse:
    """What a KST day's use cost, by the name of each series."""

    day: date
    amount: Decimal
    by: dict[tuple[str, str], Decimal]


SPLITS = {
    "service": ("meter__service__name_ko", "meter__service__name_en"),
    "meter": ("meter__service__name_ko", "meter__unit_ko", "meter__service__name_en", "meter__unit_en"),
    "key": ("api_key__name", "api_key__start"),
}


def used(member_id: int, first: date, last: date, *, split: str = "service") -> list[Used]:
    """The sums of the days `first` to `last` by service, meter or key, the dearest first."""
    fields = SPLITS[split]
    sums = {"e": Sum("events"), "q": Sum("quantity"), "a": Sum("amount"), "b": Sum("burned"), "o": Sum("owed")}
    rows = _days(member_id, first, last).values(*fields).annotate(**sums).order_by("-a", *fields)
    return [Used(*_names(split, row), *(row[name] for name in sums)) for row in rows]


def used_by_day(member_id: int, first: date, last: date, *, split: str = "service") -> list[DayOfUse]:
    """What each day from `first` to `last` cost, also those without use, by service, meter or key."""
    fields = SPLITS[split]
    days: dict[date, dict[tuple[str, str], Decimal]] = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for row in _days(member_id, first, last).order_by("day").values("day", *fields).annotate(a=Sum("amount")):
        days[row["day"]][_names(split, row)] += row["a"]
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [DayOfUse(day, sum(days[day].values(), NOTHING), dict(days[day])) for day in every]


def month_total(member_id: int, month: date) -> Decimal:
    """What the use on a billing month cost so far, before credits."""
    total = UsageDay.objects.filter(member_id=member_id, billing_month=month).aggregate(total=Sum("amount"))["total"]
    return total or NOTHING


def pace(member_id: int, today: date) -> Decimal | None:
    """What a day's use cost in the last 30 days before `today`, or since the first use in them; None without any."""
    days = _days(member_id, today - timedelta(days=PACE_DAYS), today - timedelta(days=1))
    found = days.aggregate(total=Sum("amount"), first=Min("day"))
    if not found["total"]:
        return None
    per_day: Decimal = found["total"] / (today - found["first"]).days
    return credit(per_day)


def charges(member_id: int) -> QuerySet[Charge]:
    """What was charged, the newest first, with service, price and key."""
    rows: QuerySet[Charge] = Charge.objects.filter(member_id=member_id)
    return rows.select_related("meter__service", "price", "api_key").order_by("-id")


def why_charged(charge: Charge) -> Reason:
    """How a charge was rated: quantity × price, at the price of its day."""
    price, meter = charge.price, charge.meter
    rate = Rate(price.unit_price, price.per, price.currency, price.effective_on)
    return explain(charge.quantity, rate, unit_ko=meter.unit_ko, unit_en=meter.unit_en)


def _days(member_id: int, first: date, last: date) -> QuerySet[UsageDay]:
    rows: QuerySet[UsageDay] = UsageDay.objects.filter(member_id=member_id, day__gte=first, day__lte=last)
    return rows


def _names(split: str, row: dict[str, Any]) -> tuple[str, str]:
    """How a series is called in Korean and in English."""
    if split == "key":
        return (row["api_key__name"] or "–", row["api_key__name"] or "–")
    parts: Sequence[str] = [row[field] for field in SPLITS[split]]
    half = len(parts) // 2
    return " · ".join(parts[:half]), " · ".join(parts[half:])

"""What a member used, for pages: each a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from billing.enums import CorrectionStatus
from billing.models import Charge, FeeObjection
from billing.queries import steps, sums
from billing.queries.sums import NO_KEY, Scope
from billing.rules.rating import PartAmount, Rate, amounts, explain, parts_of
from upstage_console.kernel.calendars import day_start
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.money import credit

NOTHING: Final = Decimal("0.000000")
PACE_DAYS: Final = 30
"""How far back the pace of use is looked at."""
MOST_SERIES: Final = 4
"""So many series have a colour of their own; what is left stands together."""

SPLITS: Final = {
    "service": ("service_ko", "service_en", "service_id"),
    "meter": ("service_ko", "unit_ko", "service_en", "unit_en", "meter_id"),
    "key": ("key_name", "key_id"),
}


OF_MONTH: Final = """
SELECT coalesce(sum(amount), 0.000000) FROM (
    SELECT amount FROM billing_usageday WHERE member_id = %(member)s AND billing_month = %(month)s
    UNION ALL
    SELECT amount FROM billing_usagetally WHERE member_id = %(member)s AND billing_month = %(month)s
) AS part
"""


@dataclass(frozen=True)
class Used:
    """What one service, meter or key used and cost in some days; `id` tells it from the others."""

    id: str
    name_ko: str
    name_en: str
    events: int
    quantity: Decimal
    amount: Decimal
    burned: Decimal
    owed: Decimal
    unsettled: Decimal


@dataclass(frozen=True)
class Span:
    """What a KST day, or an hour of it, cost, and what of it the leading series did, by their ids."""

    day: date
    amount: Decimal
    by: dict[str, Decimal]
    hour: datetime | None = None


@dataclass(frozen=True)
class Totals:
    """What all of it cost, and what became of that."""

    events: int = 0
    amount: Decimal = NOTHING
    burned: Decimal = NOTHING
    owed: Decimal = NOTHING
    unsettled: Decimal = NOTHING


class UsedRows:
    """The sums of a scope by service, meter or key, the dearest first, read a page at a time."""

    def __init__(self, scope: Scope, split: str) -> None:
        self._scope, self._split = scope, split

    def __len__(self) -> int:
        return sums.count(self._scope, SPLITS[self._split])

    def __getitem__(self, asked: slice) -> list[Used]:
        limit = None if asked.stop is None else asked.stop - (asked.start or 0)
        return used(self._scope, split=self._split, limit=limit, offset=asked.start or 0)


def used(scope: Scope, *, split: str = "service", limit: int | None = None, offset: int = 0) -> list[Used]:
    """The sums by service, meter or key, the dearest first."""
    rows = sums.sums(scope, SPLITS[split], order="amount", limit=limit, offset=offset)
    return [_used(split, row) for row in rows]


def _used(split: str, row: dict[str, Any]) -> Used:
    amounts = (row[name] for name in ("events", "quantity", "amount", "burned", "owed", "unsettled"))
    return Used(row[f"{split}_id"], *_names(split, row), *amounts)


def _names(split: str, row: dict[str, Any]) -> tuple[str, str]:
    """How a series is called in Korean and in English."""
    if split == "key":
        return (row["key_name"] or "–", row["key_name"] or "–")
    parts: Sequence[str] = [row[name] for name in SPLITS[split] if name.endswith(("_ko", "_en"))]
    half = len(parts) // 2
    return " · ".join(parts[:half]), " · ".join(parts[half:])


def totals(scope: Scope) -> Totals:
    """What all of it cost, in the member's currency."""
    rows = sums.sums(scope, ())
    return Totals(**{name: rows[0][name] for name in Totals.__dataclass_fields__}) if rows else Totals()


def over_time(scope: Scope, leading: Sequence[Used], *, split: str = "service", hourly: bool = False) -> list[Span]:
    """What each day (or hour) of the scope cost, also those without use, and what of it the leading series did."""
    step = "hour" if hourly else "day"
    wholes: dict[Any, Decimal] = defaultdict(lambda: NOTHING)
    parts: dict[Any, dict[str, Decimal]] = defaultdict(dict)
    for row in sums.sums(scope, [step, f"{split}_id"], among=[one.id for one in leading]):
        wholes[row[step]] += row["amount"]
        if row[f"{split}_id"] is not None:
            parts[row[step]][row[f"{split}_id"]] = row["amount"]
    return [Span(day, wholes[hour or day], parts[hour or day], hour) for day, hour in _steps(scope, hourly)]


def _steps(scope: Scope, hourly: bool) -> Iterator[tuple[date, datetime | None]]:
    for number in range((scope.last - scope.first).days + 1):
        day = scope.first + timedelta(days=number)
        if not hourly:
            yield day, None
        else:
            yield from ((day, day_start(day) + timedelta(hours=hour)) for hour in range(24))


def month_total(member_id: int, month: date) -> Decimal:
    """What the use on a billing month cost so far, before credits."""
    with connection.cursor() as cursor:
        cursor.execute(OF_MONTH, {"member": member_id, "month": month})
        return cursor.fetchone()[0]


def pace(member_id: int, today: date) -> Decimal | None:
    """What a day's use cost in the last 30 days before `today`, or since the first use in them; None without any."""
    yesterday = today - timedelta(days=1)
    days = sums.sums(Scope(member_id, today - timedelta(days=PACE_DAYS), yesterday), ["day"])
    total = sum((row["amount"] for row in days), Decimal(0))
    if not total:
        return None
    return credit(total / (today - days[0]["day"]).days)


def charges(scope: Scope) -> QuerySet[Charge]:
    """What was charged of a scope, the newest first, with service, price and key."""
    found: QuerySet[Charge] = Charge.objects.filter(member_id=scope.member_id, day__range=(scope.first, scope.last))
    narrowed: dict[str, Any] = {"meter__service__code": scope.service, "meter__code": scope.meter}
    if scope.key == NO_KEY:
        found = found.filter(api_key__isnull=True)
    elif scope.key:
        narrowed["api_key__public_id"] = scope.key_id
    found = found.filter(**{name: value for name, value in narrowed.items() if value})
    return _shown(found)


def latest_charges(member_id: int, number: int) -> list[Charge]:
    """What was charged last."""
    return list(_shown(Charge.objects.filter(member_id=member_id))[:number])


def _shown(found: QuerySet[Charge]) -> QuerySet[Charge]:
    """With what was corrected of each since."""
    applied = Q(corrections__status=CorrectionStatus.APPLIED)
    less = Sum(F("corrections__amount_before") - F("corrections__amount"), filter=applied)
    objected = FeeObjection.objects.filter(charge=OuterRef("pk")).values("status")
    rows = found.select_related("meter__service", "price", "api_key").annotate(
        corrected=less, objection=Subquery(objected)
    )
    return rows.order_by("-id")


def parts_charged(charge: Charge, places: Sequence[Decimal] = ()) -> list[PartAmount]:
    """What the list, each add-on, a promotion or a free trial come to; nothing where it is the list alone."""
    return amounts(charge.quantity, charge.amount, charge.price.per, parts_of(charge.price.parts), places)


def why_charged(charge: Charge, places: Sequence[Decimal] = ()) -> Reason:
    """How a charge was rated: quantity × price, at the price of its day; with steps, how much of it lies in which."""
    price, meter = charge.price, charge.meter
    rate = Rate(price.unit_price, price.per, price.currency, price.effective_on, parts_of(price.parts), price.steps)
    total = charge.amount if rate.parts or rate.steps else None
    return explain(charge.quantity, rate, unit_ko=meter.unit_ko, unit_en=meter.unit_en, total=total, places=places)


def shown(charges: Iterable[Charge]) -> list[tuple[Charge, Reason, list[PartAmount]]]:
    """Charges as pages show them: how each was rated, and its parts; one query more where some have steps."""
    rows = list(charges)
    places = steps.of_charges(rows)
    return [(row, why_charged(row, places.get(row.pk, ())), parts_charged(row, places.get(row.pk, ()))) for row in rows]

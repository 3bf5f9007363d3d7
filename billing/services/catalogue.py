"""Keeping the catalogue: services, meters, and prices that are added and never changed (upstage/8.1, 17.1)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from ruamel.yaml import YAML

from billing.enums import Category
from billing.errors import PriceInUse
from billing.models import Meter, Price, Service, UsageDay, UsageTally
from billing.rules.rating import MOST_PER, MOST_UNIT_PRICE
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_start, kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount
from upstage_console.kernel.money import CURRENCIES, exact, unit_of

CATALOGUE = Path(__file__).resolve().parent.parent / "data" / "catalogue.yaml"


@enforces("upstage/17.1", "upstage/8.1")
@transaction.atomic
def set_price(
    *,
    meter_id: int,
    currency: str,
    unit_price: Decimal,
    effective_on: date,
    by: Any,
    at: datetime,
    per: int = 1,
    reason: str = "",
) -> Price:
    """Add a price that `per` units cost from the KST day `effective_on` on.

    Refuses `price_in_use` where usage of that day or later has been charged, `already_done` for a second price of one
    day, `invalid_amount` and `unknown_currency`.
    """
    _check_amount(unit_price, currency, per)
    meter = Meter.objects.filter(pk=meter_id).locked().get()
    _stop_rating()
    last = _last_charged(meter, currency, effective_on)
    if last is not None:
        earliest = last + timedelta(days=1)
        raise PriceInUse(facts={"effective_on": effective_on, "earliest_on": earliest})
    price, made = Price.objects.get_or_create(
        meter=meter,
        currency=currency,
        effective_on=effective_on,
        defaults={"unit_price": unit_price, "per": per, "set_at": at, "set_by": audit.actor(by), "reason": reason},
    )
    if not made:
        raise AlreadyDone
    facts = {"meter": meter, "price": price, "effective_on": effective_on}
    audit.record("price.set", price, by=by, at=at, reason=reason, clauses=["upstage/17.1"], facts=facts)
    return price


def _last_charged(meter: Meter, currency: str, since: date) -> date | None:
    """The last day from `since` on that was rated; a day is billed in its own month or later, which is indexed."""
    days = UsageDay.objects.filter(billing_month__gte=month_of(since), day__gte=since)
    charged: date | None = days.filter(meter=meter, currency=currency).aggregate(last=Max("day"))["last"]
    tallies = UsageTally.objects.filter(meter=meter, price__currency=currency, hour__gte=day_start(since))
    waiting: datetime | None = tallies.aggregate(last=Max("hour"))["last"]
    return max((day for day in (charged, waiting and kst_date(waiting)) if day), default=None)


def _check_amount(unit_price: Decimal, currency: str, per: int) -> None:
    unit_of(currency)
    number = exact(unit_price)
    if not 0 <= number <= MOST_UNIT_PRICE or number != number.quantize(Decimal("0.000001")):
        raise InvalidAmount(facts={"amount": unit_price})
    if not 1 <= per <= MOST_PER:
        raise InvalidAmount(facts={"amount": per})


def _stop_rating() -> None:
    """Let the batches that are being rated finish, and hold new ones until this price stands."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE billing_price IN EXCLUSIVE MODE")


@transaction.atomic
def add_meter(*, service: str, meter: str, by: Any, at: datetime) -> Meter:
    """A meter of a service, both made (unlisted, under their codes) where they do not exist yet."""
    row, _ = Service.objects.get_or_create(
        code=service, defaults={"category": Category.API, "name_ko": service, "name_en": service, "is_listed": False}
    )
    found, made = Meter.objects.get_or_create(service=row, code=meter, defaults={"unit_ko": meter, "unit_en": meter})
    if made:
        audit.record("meter.added", found, by=by, at=at, clauses=["upstage/8.1"])
    return found


@transaction.atomic
def load(*, by: Any, at: datetime, path: Path = CATALOGUE) -> int:
    """Bring services and meters up to what the file says, and add the prices that are new; returns how many were."""
    found: Mapping[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return sum(_load_service(entry, place, by, at) for place, entry in enumerate(found["services"], start=1))


def _load_service(entry: Mapping[str, Any], place: int, by: Any, at: datetime) -> int:
    values = {
        "category": entry["category"],
        "name_ko": entry["name"]["ko"],
        "name_en": entry["name"]["en"],
        "description_ko": entry["description"]["ko"],
        "description_en": entry["description"]["en"],
        "terms": entry.get("terms", ""),
        "position": place,
        "is_listed": True,
    }
    service, _ = Service.objects.update_or_create(code=entry["code"], defaults=values)
    return sum(_load_meter(service, meter, by, at) for meter in entry["meters"])


def _load_meter(service: Service, entry: Mapping[str, Any], by: Any, at: datetime) -> int:
    units = {"unit_ko": entry["unit"]["ko"], "unit_en": entry["unit"]["en"]}
    meter, _ = Meter.objects.update_or_create(service=service, code=entry["code"], defaults=units)
    return sum(_add_price(meter, price, by, at) for price in _prices(entry))


def _prices(entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for price in entry["prices"]:
        for currency in CURRENCIES:
            yield {
                "currency": currency,
                "unit_price": Decimal(str(price[currency])),
                "per": price.get("per", 1),
                "effective_on": price["from"],
            }


def _add_price(meter: Meter, price: dict[str, Any], by: Any, at: datetime) -> int:
    key = {"meter": meter, "currency": price["currency"], "effective_on": price["effective_on"]}
    if Price.objects.filter(**key).exists():
        return 0
    set_price(meter_id=meter.pk, by=by, at=at, **price)
    return 1

"""Keeping the catalogue: services, meters, and prices that are added and never changed (upstage/8.1, 17.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q
from ruamel.yaml import YAML

from billing.enums import AddOnKind, Category, Stage
from billing.errors import FreeWhileTried, InvalidStage, MoreThanThePrice, PriceInUse
from billing.models import AddOn, Meter, Price, Service, UsageDay, UsageTally
from billing.rules.events import MOST_ADD_ONS, MOST_CODE_LENGTH
from billing.rules.rating import MOST_PER, MOST_UNIT_PRICE, with_add_ons
from billing.rules.steps import Step
from billing.services import price_steps
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_start, kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount
from upstage_console.kernel.money import CURRENCIES, exact, unit_of

HUNDREDTH, MILLIONTH = Decimal("0.01"), Decimal("0.000001")
CATALOGUE = Path(__file__).resolve().parent.parent / "data" / "catalogue.yaml"


@dataclass(frozen=True)
class AddOnLine:
    """An add-on of a price: percent of it (at most 2 decimals), or an amount for as many units; below 0 a discount."""

    code: str
    value: Decimal
    kind: str = AddOnKind.PERCENT
    name_ko: str = ""
    name_en: str = ""


@enforces("upstage/17.1", "upstage/8.1", "upstage/18.1")
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
    add_ons: Sequence[AddOnLine] = (),
    further: Sequence[Step] = (),
) -> Price:
    """Add a price that `per` units cost from the KST day `effective_on` on, with the add-ons that can be chosen at it.

    With `further` steps it is the price of the first units of a member's month, until the first of these begins.
    Refuses `price_in_use` where usage of that day or later has been charged, `already_done` for a second price of one
    day, `free_while_tried` for a price of a demo or beta, `discount_above_price`, `invalid_steps`, `steps_by_month`
    (they would begin or end within a month), `invalid_amount` and `unknown_currency`.
    """
    steps = [Step(Decimal(0), unit_price), *further]
    for step in steps:
        _check_amount(step.price, currency, per)
        _check_add_ons(step.price, add_ons)
    if further:
        price_steps.check(steps)
    meter = Meter.objects.filter(pk=meter_id).select_related("service").locked().get()
    _refuse_while_tried(meter.service, steps, add_ons, effective_on)
    stop_rating()
    _prepare_steps(meter, currency, bool(further), effective_on)
    last = _last_charged(meter, currency, effective_on)
    if last is not None:
        earliest = last + timedelta(days=1)
        raise PriceInUse(facts={"effective_on": effective_on, "earliest_on": earliest})
    price, made = Price.objects.get_or_create(
        meter=meter,
        currency=currency,
        effective_on=effective_on,
        base=None,
        defaults={
            "unit_price": unit_price,
            "per": per,
            "set_at": at,
            "set_by": audit.actor(by),
            "reason": reason,
            "step_starts": [step.starts for step in steps] if further else None,
            "step_prices": [step.price for step in steps] if further else None,
        },  # fmt: skip
    )
    if not made:
        raise AlreadyDone
    AddOn.objects.bulk_create([_row(price, one) for one in add_ons])
    facts = {"meter": meter, "price": price, "effective_on": effective_on, "add_ons": [one.code for one in add_ons]}
    audit.record("price.set", price, by=by, at=at, reason=reason, clauses=["upstage/17.1"], facts=facts)
    return price


def _prepare_steps(meter: Meter, currency: str, has_steps: bool, on: date) -> None:
    """Of a price with steps and of the one after it; whoever rates waits meanwhile."""
    price_steps.require_whole_months(meter, currency, has_steps=has_steps, on=on)
    if has_steps:
        price_steps.require_next_by_month(meter, currency, on=on)
        price_steps.mark(meter.service)


def _row(price: Price, one: AddOnLine) -> AddOn:
    names = {"name_ko": one.name_ko or one.code, "name_en": one.name_en or one.code}
    return AddOn(price=price, code=one.code, kind=one.kind, value=one.value, **names)


def _refuse_while_tried(service: Service, steps: Sequence[Step], add_ons: Sequence[AddOnLine], on: date) -> None:
    """What is demonstrated or tried out costs nothing until it is offered for good (upstage/10.1)."""
    until = service.offered_until
    if until is not None and on <= until and (any(step.price for step in steps) or add_ons):
        raise FreeWhileTried(facts={"service": service.code, "until": until})


def _check_add_ons(unit_price: Decimal, add_ons: Sequence[AddOnLine]) -> None:
    """Whatever is chosen, no use costs less than nothing."""
    for one in add_ons:
        value = exact(one.value)
        finest = HUNDREDTH if one.kind == AddOnKind.PERCENT else MILLIONTH
        is_plain = one.code.isprintable() and 0 < len(one.code) <= MOST_CODE_LENGTH
        if not is_plain or abs(value) > MOST_UNIT_PRICE or value != value.quantize(finest):
            raise InvalidAmount(facts={"amount": one.value})
    if len({one.code for one in add_ons}) < len(add_ons) or len(add_ons) > MOST_ADD_ONS:
        raise InvalidAmount(facts={"amount": len(add_ons)})
    discounts = [(one.kind, one.value) for one in add_ons if one.value < 0]
    if with_add_ons(unit_price, discounts) < 0:
        raise MoreThanThePrice


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
    if not 0 <= number <= MOST_UNIT_PRICE or number != number.quantize(MILLIONTH):
        raise InvalidAmount(facts={"amount": unit_price})
    if not 1 <= per <= MOST_PER:
        raise InvalidAmount(facts={"amount": per})


def stop_rating() -> None:
    """Let the batches that are being rated finish, and hold new ones until this price stands."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE billing_price IN EXCLUSIVE MODE")


def add_service(*, service: str) -> Service:
    """A service, made (unlisted, under its code) where it does not exist yet."""
    names = {"category": Category.API, "name_ko": service, "name_en": service, "is_listed": False}
    row, _ = Service.objects.get_or_create(code=service, defaults=names)
    return row


@enforces("upstage/10.1", "upstage/10.2", "upstage/10.4", "upstage/12-2.6")
@transaction.atomic
def set_stage(
    *, service_id: int, stage: str, offered_until: date | None, by: Any, at: datetime, reason: str = ""
) -> Service:
    """Declare a service a demo or a beta until the end of a KST day, or (without a day) finished.

    What is demonstrated or tried out is free: `free_while_tried` where a price of these days costs anything. Refuses
    `invalid_stage` (a demo without a last day, one that is over, a finished service with one).
    """
    service: Service = Service.objects.filter(pk=service_id).locked().get()
    if (
        (offered_until is None) != (stage == Stage.GENERAL)
        or offered_until is not None
        and offered_until < kst_date(at)
    ):
        raise InvalidStage(facts={"today": kst_date(at)})
    stop_rating()
    costs = Price.objects.listed().filter(Q(unit_price__gt=0) | Q(step_prices__isnull=False), meter__service=service)
    if offered_until is not None and costs.filter(effective_on__lte=offered_until).exists():
        raise FreeWhileTried(facts={"service": service.code, "until": offered_until})
    service.stage, service.offered_until = Stage(stage), offered_until
    service.save(update_fields=["stage", "offered_until"])
    facts = {"stage": stage, "offered_until": offered_until}
    audit.record("service.staged", service, by=by, at=at, reason=reason, clauses=["upstage/10.1"], facts=facts)
    return service


@transaction.atomic
def add_meter(*, service: str, meter: str, by: Any, at: datetime) -> Meter:
    """A meter of a service, both made (unlisted, under their codes) where they do not exist yet."""
    row = add_service(service=service)
    found, made = Meter.objects.get_or_create(service=row, code=meter, defaults={"unit_ko": meter, "unit_en": meter})
    if made:
        audit.record("meter.added", found, by=by, at=at, clauses=["upstage/8.1"])
    return found


@transaction.atomic
def load(*, by: Any, at: datetime, path: Path = CATALOGUE) -> int:
    """Bring services and meters up to what the file says, and add the prices that are new; returns how many were.

    Whether a service is a demo or a beta, the file says of a new one; from then on staff do (`set_stage`).
    """
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
    begun = values | {"stage": entry.get("stage", Stage.GENERAL), "offered_until": entry.get("until")}
    service, _ = Service.objects.update_or_create(code=entry["code"], defaults=values, create_defaults=begun)
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
                "add_ons": [_add_on(one, currency) for one in price.get("add_ons", ())],
                "further": [_step(one, currency) for one in price.get("steps", ())],
            }


def _step(entry: Mapping[str, Any], currency: str) -> Step:
    """What costs another price above so many units of a member's month."""
    return Step(Decimal(str(entry["above"])), Decimal(str(entry[currency])))


def _add_on(entry: Mapping[str, Any], currency: str) -> AddOnLine:
    """A percentage of every currency's price, or an amount of each."""
    kind = AddOnKind.PERCENT if "percent" in entry else AddOnKind.PER_UNIT
    value = entry["percent"] if "percent" in entry else entry[currency]
    return AddOnLine(entry["code"], Decimal(str(value)), kind, entry["name"]["ko"], entry["name"]["en"])


def _add_price(meter: Meter, price: dict[str, Any], by: Any, at: datetime) -> int:
    key = {"meter": meter, "currency": price["currency"], "effective_on": price["effective_on"]}
    if Price.objects.listed().filter(**key).exists():
        return 0
    set_price(meter_id=meter.pk, by=by, at=at, **price)
    return 1

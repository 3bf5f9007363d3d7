"""Services and prices as they are published on a KST day (upstage/8.1, 17.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from billing.models import AddOn, ExchangeRate, Meter, Price, PricePromotion, Service
from billing.queries.trials import offers_on
from billing.rules import rating, steps
from billing.rules.rating import Part, PartAmount, Rate, in_force
from billing.rules.steps import InStep, Step
from upstage_console.kernel.clauses import Reason


@dataclass(frozen=True)
class AddOnShown:
    """An add-on with what it comes to for as many units as the price is for."""

    row: AddOn
    amount: Decimal


@dataclass(frozen=True)
class MeterPrice:
    """A meter with its price in one currency: the day's, those to come, those that were; and the day's add-ons.

    Where the day's price has `steps`, what each is for.
    """

    meter: Meter
    now: Price | None
    coming: tuple[Price, ...]
    past: tuple[Price, ...]
    add_ons: tuple[AddOnShown, ...] = ()
    steps: tuple[InStep, ...] = ()


@dataclass(frozen=True)
class ServiceShown:
    """A service with its prices, what of it can be tried free, and the promotions that lower it."""

    service: Service
    meters: tuple[MeterPrice, ...]
    trial_days: int = 0
    promotions: tuple[PricePromotion, ...] = ()


def price_list(currency: str, on: date) -> list[ServiceShown]:
    """Every published service with the prices of its meters on a KST day, and their history. Six queries."""
    prices = Prefetch("prices", _prices().filter(currency=currency).order_by("-effective_on"))
    meters = Prefetch("meters", Meter.objects.prefetch_related(prices).order_by("pk"))
    services = Service.objects.filter(is_listed=True).prefetch_related(meters, Prefetch("promotions", _promotions(on)))
    offers = offers_on(on)
    return [
        ServiceShown(
            service, tuple(_meter_price(meter, on) for meter in service.meters.all()), offers.get(service.pk, 0),
            tuple(service.promotions.all()),
        )
        for service in services
    ]  # fmt: skip


def _prices() -> "QuerySet[Price]":
    found: QuerySet[Price] = Price.objects.listed().prefetch_related(
        Prefetch("add_ons", AddOn.objects.order_by("code"))
    )
    return found


def _promotions(on: date) -> "QuerySet[PricePromotion]":
    """Those under way, and those to come."""
    found: QuerySet[PricePromotion] = PricePromotion.objects.filter(ends_on__gte=on).order_by("starts_on", "code")
    return found


def _meter_price(meter: Meter, on: date) -> MeterPrice:
    prices: list[Price] = list(meter.prices.all())
    now = in_force(prices, on)
    coming = tuple(price for price in reversed(prices) if price.effective_on > on)
    past = tuple(price for price in prices if now and price.effective_on < now.effective_on)
    if now is None:
        return MeterPrice(meter, now, coming, past)
    add_ons = tuple(_shown(one, now) for one in now.add_ons.all())
    return MeterPrice(meter, now, coming, past, add_ons, steps.every(now.steps))


def _shown(one: AddOn, price: Price) -> AddOnShown:
    return AddOnShown(one, _added(one, price.unit_price))


def _added(one: AddOn, unit_price: Decimal) -> Decimal:
    """What an add-on adds to a price."""
    return rating.with_add_ons(unit_price, [(one.kind, one.value)]) - unit_price


def rates() -> list[ExchangeRate]:
    """The base exchange rates, the latest first; one query."""
    return list(ExchangeRate.objects.order_by("currency", "-effective_on"))


@dataclass(frozen=True)
class Calculated:
    """What a quantity would cost at a price with add-ons: each part, the sum, and the sentence."""

    price: Price
    parts: list[PartAmount]
    amount: Decimal
    why: Reason
    steps: list[InStep]


def calculate(meter: Meter, price: Price, quantity: Decimal, add_ons: Iterable[str]) -> Calculated:
    """What a use would cost now, rated as uses are; codes that the price has not are left out.

    Where the price has steps, what all the use of one month would cost.
    """
    chosen = set(add_ons)
    rows = [one for one in price.add_ons.all() if one.code in chosen]
    parts = (_part(price), *(_part_of(one, price) for one in rows))
    unit_price = sum((part.price for part in parts), Decimal(0))
    stepped = [Step(step.starts, sum((part.prices[place] for part in parts), Decimal(0)))
               for place, step in enumerate(price.steps)]  # fmt: skip
    rate = Rate(unit_price, price.per, price.currency, price.effective_on, parts if rows else (), tuple(stepped))
    places = (
        steps.fill([step.starts for step in price.steps], [Decimal(0)] * len(price.steps), quantity)
        if price.steps
        else ()
    )
    amount = rate.cost(quantity, places)
    why = rating.explain(quantity, rate, unit_ko=meter.unit_ko, unit_en=meter.unit_en, places=places)
    found = rating.amounts(quantity, amount, price.per, parts, places)
    return Calculated(price, found, amount, why, steps.by_step(price.steps, places))


def _part(price: Price) -> Part:
    return Part("usage", "", "단가", "Price", price.unit_price, prices=tuple(price.step_prices or ()))


def _part_of(one: AddOn, price: Price) -> Part:
    percent = one.value if one.kind == "percent" else None
    added = tuple(_added(one, each) for each in price.step_prices or ())
    return Part("add_on", one.code, one.name_ko, one.name_en, _shown(one, price).amount, percent, added)


def price_on(meter: Meter, currency: str, on: date) -> Price | None:
    """The price of a meter on a KST day, with its add-ons; two queries."""
    found: Any = _prices().filter(meter=meter, currency=currency, effective_on__lte=on).order_by("-effective_on")
    price: Price | None = found.first()
    return price

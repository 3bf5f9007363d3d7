"""Services and prices as they are published (upstage/8.1, 17.1)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from billing.models import Meter, Price, Service
from billing.rules.rating import in_force


@dataclass(frozen=True)
class MeterPrice:
    """A meter with its price in one currency: today's, those to come, and those that were."""

    meter: Meter
    now: Price | None
    coming: tuple[Price, ...]
    past: tuple[Price, ...]


@dataclass(frozen=True)
class ServiceShown:
    service: Service
    meters: tuple[MeterPrice, ...]


def price_list(currency: str, on: date) -> list[ServiceShown]:
    """Every published service with the prices of its meters on a KST day, and their history. Three queries."""
    prices = Prefetch("prices", Price.objects.filter(currency=currency).order_by("-effective_on"))
    meters = Prefetch("meters", Meter.objects.prefetch_related(prices).order_by("pk"))
    services = Service.objects.filter(is_listed=True).prefetch_related(meters)
    return [
        ServiceShown(service, tuple(_meter_price(meter, on) for meter in service.meters.all())) for service in services
    ]


def _meter_price(meter: Meter, on: date) -> MeterPrice:
    prices: list[Price] = list(meter.prices.all())
    now = in_force(prices, on)
    coming = tuple(price for price in reversed(prices) if price.effective_on > on)
    past = tuple(price for price in prices if now and price.effective_on < now.effective_on)
    return MeterPrice(meter, now, coming, past)

"""The published catalogue: services with what is counted of them, and prices with their history (upstage/8.1)."""

from datetime import date

from django.db.models import Prefetch, QuerySet

from billing.models import AddOn, Meter, Price, Service


def offered() -> QuerySet[Service]:
    """The published services with their meters, in the order of the catalogue; two queries."""
    meters = Prefetch("meters", Meter.objects.order_by("code"))
    rows: QuerySet[Service] = Service.objects.filter(is_listed=True).prefetch_related(meters)
    return rows.order_by("position", "code")


def prices(*, service: str | None = None, currency: str | None = None, on: date | None = None) -> QuerySet[Price]:
    """Every price of the published services, past, present and announced, by meter, newest first; or those of a day."""
    rows: QuerySet[Price] = (
        Price.objects.listed().filter(meter__service__is_listed=True).select_related("meter__service")
    )
    rows = rows.prefetch_related(Prefetch("add_ons", AddOn.objects.order_by("code")))
    if service is not None:
        rows = rows.filter(meter__service__code=service)
    if currency is not None:
        rows = rows.filter(currency=currency)
    rows = rows.order_by("meter__service__position", "meter__code", "currency", "-effective_on")
    if on is not None:
        rows = rows.filter(effective_on__lte=on)
        rows = rows.distinct("meter__service__position", "meter__code", "currency")
    return rows

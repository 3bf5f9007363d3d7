"""Disclosures that a customer may know of (rift/11.3)."""

from django.db.models import QuerySet

from contracts.models import Customer, Disclosure


def known_to(customer: Customer) -> QuerySet[Disclosure]:
    """What the customer was told of, newest first; of what may not be told yet there is no trace."""
    told: QuerySet[Disclosure] = customer.disclosures.filter(told_at__isnull=False).prefetch_related("items")
    return told.order_by("-pk")

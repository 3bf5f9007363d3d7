"""Disclosures that a customer may know of (rift/11.3)."""

from django.db.models import Q, QuerySet

from contracts.models import Contract, Disclosure


def known_to_administrators(contract: Contract) -> QuerySet[Disclosure]:
    """What the customer was told of that is about this contract or none, newest first.

    Of what may not be told yet there is no trace, and of another contract of the firm nothing: others administer it.
    """
    about = contract.customer.disclosures.filter(Q(contract=contract) | Q(contract__isnull=True))
    told: QuerySet[Disclosure] = about.filter(told_at__isnull=False).prefetch_related("items")
    return told.order_by("-pk")

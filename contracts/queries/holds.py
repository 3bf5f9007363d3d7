"""Legal holds that are on over what is known of customers' people (upstage/21.1)."""

from django.db.models import QuerySet

from contracts.models import Customer, CustomerHold


def open_holds() -> QuerySet[CustomerHold]:
    """The holds that nobody released yet."""
    found: QuerySet[CustomerHold] = CustomerHold.objects.filter(ends_at__isnull=True)
    return found


def hold_on(customer: Customer) -> CustomerHold | None:
    """The hold that is on over a customer's people."""
    return open_holds().filter(customer=customer).select_related("placed_by").first()

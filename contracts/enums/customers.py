"""Words of customers (rift/2.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CustomerStatus(TextChoices):
    """Whether contracts may be made with a firm."""

    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")


CUSTOMER_MOVES: dict[str, frozenset[str]] = {
    CustomerStatus.ACTIVE: frozenset({CustomerStatus.ENDED}),
    CustomerStatus.ENDED: frozenset({CustomerStatus.ACTIVE}),
}

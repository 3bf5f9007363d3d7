"""Words of deliverables and their inspection (rift/5.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryStatus(TextChoices):
    """What became of a hand-over."""

    DELIVERED = "delivered", _("under inspection")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    REPLACED = "replaced", _("replaced by a later one")


DELIVERY_MOVES: dict[str, frozenset[str]] = {
    DeliveryStatus.DELIVERED: frozenset({DeliveryStatus.ACCEPTED, DeliveryStatus.REJECTED, DeliveryStatus.REPLACED}),
}
"""What was decided stays: after a rejection the work is handed over again."""


class DecidedBy(TextChoices):
    """How a decision on a deliverable came about."""

    CUSTOMER = "customer", _("the customer, in the console")
    RECORDED = "recorded", _("the customer, as staff wrote down")
    SILENCE = "silence", _("silence, as the statement of work says")

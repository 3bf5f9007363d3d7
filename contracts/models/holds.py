"""Legal holds over what is known of a customer's people (upstage/21.1, rift/11.1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.personal_data import Hold
from contracts.models.customers import Customer
from upstage_console.kernel.db import PublicIdField


class CustomerHold(Hold):
    """While it is on, nothing of who has or had a seat of the customer's contracts is destroyed."""

    public_id = PublicIdField(prefix="chd")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="holds", verbose_name=_("customer"))

    class Meta:
        verbose_name = _("legal hold on a customer")
        verbose_name_plural = _("legal holds on customers")
        permissions = [("place_customerhold", _("Can place and release a legal hold on a customer"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(ends_at__isnull=True), name="customer_hold_one"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True, released_by__isnull=True)
                | Q(ends_at__isnull=False, released_by__isnull=False),
                name="customer_hold_released_by",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

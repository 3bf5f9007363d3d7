"""How much of each step of a price a member has used in a month (upstage/17.1, 18.1)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.catalogue import Price
from upstage_console.kernel.db import LockingQuerySet


class UsageSteps(models.Model):
    """What of a member's use of a month lies in which step of a price of the list, less what was corrected.

    One row for each price it was rated at (the list's, or that with add-ons or a promotion) and each month whose
    invoice it goes on; where the next use begins is the sum of them. Written in the transaction of the use by whoever
    holds the member locked; references are kept by the invariants, as with events.
    """

    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="usage_steps", db_constraint=False, db_index=False,
        verbose_name=_("member"),
    )  # fmt: skip
    listed = models.ForeignKey(
        Price, models.PROTECT, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("price of the list"),
    )  # fmt: skip
    month = models.DateField(_("month of use"))
    price = models.ForeignKey(
        Price, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("price")
    )
    billing_month = models.DateField(_("billing month"))
    quantities = ArrayField(models.DecimalField(max_digits=24, decimal_places=6), verbose_name=_("quantity by step"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage by step")
        verbose_name_plural = _("usage by step")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "listed", "month", "price", "billing_month"], name="usage_steps_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

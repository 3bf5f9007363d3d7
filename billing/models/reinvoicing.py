"""What is unpaid is invoiced again each month, with its late fee (upstage/18.2)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from upstage_console.kernel.db import AppendOnlyQuerySet, append_only


class Reinvoice(models.Model):
    """An unpaid invoice stated again at the end of a completed month; the invoice stays the one debt.

    What was unpaid (`principal`) and the late fees so far, of which `fee` is the one this month added.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="reinvoiced", verbose_name=_("invoice"))
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="reinvoices", verbose_name=_("member"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    ends_on = models.DateField(_("completed month ends on"))
    principal = models.DecimalField(_("principal"), max_digits=20, decimal_places=2)
    fee = models.DecimalField(_("late fee of this month"), max_digits=20, decimal_places=2)
    late_fee = models.DecimalField(_("late fees so far"), max_digits=20, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice stated again")
        verbose_name_plural = _("invoices stated again")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "ends_on"], name="reinvoice_once_a_month"),
            models.CheckConstraint(
                condition=Q(total=F("principal") + F("late_fee"), total__gt=0, principal__gte=0, fee__gte=0),
                name="reinvoice_total",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="reinvoice_of_member")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number

"""Money that goes out to firms: owed from the moment it was decided, and transferred by hand once (rift/15.3, 17)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.firms import Firm
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class FirmPayout(models.Model):
    """So much is to be transferred to a firm for what was decided: a credit note, a settlement, compensation."""

    public_id = PublicIdField(prefix="fpo")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="payouts", db_index=False, verbose_name=_("firm"))
    subject = models.CharField(_("for"), max_length=64, help_text=_("public id of what was decided"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    decided_at = models.DateTimeField(_("decided at"))
    paid_on = models.DateField(_("transferred on"), null=True)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    noted_at = models.DateTimeField(_("written down at"), null=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written down by")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer to a firm")
        verbose_name_plural = _("transfers to firms")
        ordering = ["-id"]
        permissions = [("note_firmpayout", _("Can write down that money was transferred to a firm"))]
        constraints = [
            models.UniqueConstraint(fields=["firm", "subject"], name="firm_payout_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="firm_payout_of_something"),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True, noted_at__isnull=True, reference="")
                | Q(paid_on__isnull=False, noted_at__isnull=False) & ~Q(reference=""),
                name="firm_payout_is_noted",
            ),
        ]
        indexes = [models.Index(fields=["decided_at"], condition=Q(paid_on__isnull=True), name="firm_payout_open")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="noted_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__paid_on__isnull=False)
            ),
            pgtrigger.ReadOnly(
                name="decided_is_final", fields=["firm", "subject", "currency", "amount", "decided_at"]
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.public_id

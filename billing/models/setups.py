"""Cards on their way in: what the member agreed to, and how far the gateway's own form has come (upstage/9.2, 17.1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import AgreementMode, SetupStatus
from billing.models.payments import PaymentMethod
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class CardSetup(models.Model):
    """One registration of a card through the gateway, from the member's agreement to the card or the refusal."""

    public_id = PublicIdField(prefix="set")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="card_setups", verbose_name=_("member"))
    gateway = models.CharField(_("gateway"), max_length=16)
    reference = models.CharField(_("gateway's reference"), max_length=255, blank=True)
    url = models.TextField(_("where the holder goes on"), blank=True)
    mode = models.CharField(_("mode"), max_length=16, choices=AgreementMode, blank=True)
    conditions = models.CharField(_("withdrawal conditions shown"), max_length=40)
    status = models.CharField(_("status"), max_length=16, choices=SetupStatus, default=SetupStatus.BEGUN)
    failure = models.CharField(_("failure"), max_length=60, blank=True)
    payment_method = models.OneToOneField(
        PaymentMethod, models.PROTECT, null=True, related_name="setup", verbose_name=_("payment method")
    )
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration of a card")
        verbose_name_plural = _("registrations of cards")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="begun", ended_at__isnull=True, payment_method__isnull=True)
                | Q(status="done", ended_at__isnull=False, payment_method__isnull=False)
                | Q(status="failed", ended_at__isnull=False, payment_method__isnull=True),
                name="card_setup_facts",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="card_setup_of_member")]

    def __str__(self) -> str:
        return f"{self.public_id}"

"""The bank's side of the built-in sandbox gateway: what it was asked for, and what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SandboxRow(models.Model):
    """Money that the sandbox was asked to move, once for each key."""

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    succeeded = models.BooleanField(_("succeeded"))
    failure = models.CharField(_("failure"), max_length=60, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    known_at = models.DateTimeField(_("known at"), help_text=_("before this instant the gateway cannot say"))
    lost = models.BooleanField(_("lost"), default=False, help_text=_("the gateway was down: it never heard of it"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class SandboxCharge(SandboxRow):
    """A card that was charged."""

    token = models.CharField(_("token"), max_length=120)

    class Meta:
        verbose_name = _("sandbox charge")
        verbose_name_plural = _("sandbox charges")
        ordering = ["-id"]


class SandboxRefund(SandboxRow):
    """Money of a charge that went back."""

    charge = models.ForeignKey(SandboxCharge, models.PROTECT, related_name="refunds", verbose_name=_("sandbox charge"))

    class Meta:
        verbose_name = _("sandbox refund")
        verbose_name_plural = _("sandbox refunds")
        ordering = ["-id"]

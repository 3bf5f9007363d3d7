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


class SandboxDetachment(models.Model):
    """A card that the sandbox was told to forget."""

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    token = models.CharField(_("token"), max_length=120)
    asked_at = models.DateTimeField(_("asked at"))
    detached_at = models.DateTimeField(_("detached at"), null=True, help_text=_("empty while the gateway is down"))

    class Meta:
        verbose_name = _("sandbox detachment")
        verbose_name_plural = _("sandbox detachments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.key


class SandboxSetup(models.Model):
    """A card that its bank wants the holder to confirm (3-D Secure)."""

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    card = models.CharField(_("test card"), max_length=40)
    confirmed = models.BooleanField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("sandbox registration")
        verbose_name_plural = _("sandbox registrations")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.key


class SandboxMessage(models.Model):
    """What the sandbox tells the console by itself, as a gateway does with its webhooks: late, or more than once."""

    body = models.JSONField(_("body"))
    due_at = models.DateTimeField(_("due at"))
    times = models.PositiveIntegerField(_("how often"), default=1)
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        verbose_name = _("sandbox message")
        verbose_name_plural = _("sandbox messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(sent_at__isnull=True), name="sandbox_message_due")
        ]

    def __str__(self) -> str:
        return str(self.body.get("id", ""))

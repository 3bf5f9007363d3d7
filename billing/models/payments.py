"""Means of payment, the agreement that registering one concludes, and payments through the gateway (upstage/17, 19)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import AgreementMode, Failure, PaymentPurpose, PaymentStatus
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class PaymentMethod(models.Model):
    """A card, known by the gateway's token alone; card data never reaches the console."""

    public_id = PublicIdField(prefix="pm")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="payment_methods", verbose_name=_("member")
    )
    gateway = models.CharField(_("gateway"), max_length=16)
    token = models.CharField(_("token"), max_length=120)
    brand = models.CharField(_("brand"), max_length=20)
    last4 = models.CharField(_("last digits"), max_length=4)
    expires_on = models.DateField(_("last day"), null=True, help_text=_("as the card says"))
    expiry_told = models.PositiveSmallIntegerField(
        _("expiry told"), null=True, help_text=_("how many days before its end its holder was last told")
    )
    registered_at = models.DateTimeField(_("registered at"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True)
    detached_at = models.DateTimeField(
        _("detached at"), null=True, help_text=_("when the gateway had forgotten it as well")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(replaced_at__isnull=True), name="payment_method_one_in_use"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_on"], condition=Q(replaced_at__isnull=True), name="payment_method_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.brand} ···· {self.last4}"


class PaymentAgreement(models.Model):
    """The agreement on paid services: how this member pays, from when to when (upstage/9.2, 17.1)."""

    public_id = PublicIdField(prefix="agr")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="payment_agreements", verbose_name=_("member")
    )
    mode = models.CharField(_("mode"), max_length=16, choices=AgreementMode)
    payment_method = models.ForeignKey(
        PaymentMethod, models.PROTECT, related_name="agreements", verbose_name=_("payment method")
    )
    conditions = models.CharField(_("withdrawal conditions shown"), max_length=40)
    concluded_at = models.DateTimeField(_("concluded at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement on paid services")
        verbose_name_plural = _("agreements on paid services")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ended_at__isnull=True), name="agreement_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()}"


class Payment(models.Model):
    """One payment under one idempotency key; an unknown outcome stays pending until the gateway knows."""

    public_id = PublicIdField(prefix="pay")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="payments", verbose_name=_("member"))
    payment_method = models.ForeignKey(
        PaymentMethod, models.PROTECT, related_name="payments", verbose_name=_("payment method")
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=PaymentPurpose)
    subject = models.CharField(_("pays for"), max_length=64, help_text=_("public id of the purchase or invoice"))
    key = models.CharField(_("idempotency key"), max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=16, choices=PaymentStatus, default=PaymentStatus.CREATED)
    reference = models.CharField(_("gateway's reference"), max_length=120, blank=True)
    failure = models.CharField(_("failure"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created at"))
    pending_at = models.DateTimeField(_("asked at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        permissions = [("look_up_payment", _("Can ask the gateway about payments"))]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=Q(status__in=["succeeded", "failed"], settled_at__isnull=False)
                | ~Q(status__in=["succeeded", "failed"]) & Q(settled_at__isnull=True),
                name="payment_settled_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="succeeded") | ~Q(reference=""), name="payment_success_has_reference"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status__in=["created", "pending"]), name="payment_open"),
            models.Index(fields=["subject"], name="payment_subject"),
            models.Index(fields=["member", "-id"], name="payment_of_member"),
        ]

    @property
    def failure_in_words(self) -> str:
        """Why it failed, in the language that is active now."""
        return Failure.in_words(self.failure)

    def __str__(self) -> str:
        return f"{self.public_id}"

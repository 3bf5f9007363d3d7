"""Customers: firms that contracts are made with, and the people there (rift/2.2, 6.1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Firm
from contracts.enums import CustomerStatus
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Customer(models.Model):
    """A firm as a customer: how far its credit goes, and what it owed before the console knew it (rift/2.2, 4.2)."""

    public_id = PublicIdField(prefix="cus")
    firm = models.OneToOneField(Firm, models.PROTECT, related_name="customer", verbose_name=_("firm"))
    status = models.CharField(_("status"), max_length=16, choices=CustomerStatus, default=CustomerStatus.ACTIVE)
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=20, decimal_places=2, null=True, help_text=_("empty: none was set")
    )
    unpaid_before = models.DecimalField(
        _("unpaid before"), max_digits=20, decimal_places=2, default=0,
        help_text=_("debts known from before the console"),
    )  # fmt: skip
    limit_set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("limit set by"),
        help_text=_("decides no review of this customer's credit"),
    )  # fmt: skip
    registered_at = models.DateTimeField(_("registered at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-id"]
        permissions = [
            ("register_customer", _("Can register a customer and correct its data")),
            ("limit_customer", _("Can set the credit limit of a customer")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(unpaid_before__gte=0), name="customer_unpaid_not_negative"),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0), name="customer_limit_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) | Q(status="active", ended_at__isnull=True),
                name="customer_ended_at",
            ),
        ]

    def __str__(self) -> str:
        return self.firm.name

    @property
    def name(self) -> str:
        """What the firm is called."""
        return self.firm.name


class Contact(models.Model):
    """Somebody at a customer; one of them is named as who may request administrators (rift/6.1)."""

    public_id = PublicIdField(prefix="con")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts", verbose_name=_("customer"))
    name = models.CharField(_("name"), max_length=80)
    title = models.CharField(_("title"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    requests_administrators = models.BooleanField(_("may request administrators"), default=False)
    may_sign = models.BooleanField(_("may sign"), default=False)
    added_at = models.DateTimeField(_("added at"))
    left_at = models.DateTimeField(_("left at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["customer", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "email"], condition=Q(left_at__isnull=True), name="contact_email_once"
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(requests_administrators=True, left_at__isnull=True),
                name="contact_one_requests_administrators",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

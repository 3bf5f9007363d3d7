"""What a month gives back for a shortfall, and the invoices it stands on (rift/5.2, 8.1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models import FirmCreditNote, FirmInvoice
from contracts.enums.service_levels import ServiceCreditStatus
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from contracts.models.service_levels import ServiceLevelReport
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class ServiceCredit(models.Model):
    """What a month gives back: put on the next invoices until nothing is left of it."""

    public_id = PublicIdField(prefix="scr")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="service_credits", verbose_name=_("contract"))
    report = models.OneToOneField(
        ServiceLevelReport, models.PROTECT, related_name="given", verbose_name=_("service level report")
    )
    month = models.DateField(_("month"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    left = models.DecimalField(pgettext_lazy("money", "left"), max_digits=20, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(
        _("status"), max_length=16, choices=ServiceCreditStatus, default=ServiceCreditStatus.PROPOSED
    )
    claim_until = models.DateField(_("to be claimed until"), null=True)
    claimed_at = models.DateTimeField(_("claimed at"), null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    closed_at = models.DateTimeField(_("applied, lapsed or dropped at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("service credit")
        verbose_name_plural = _("service credits")
        ordering = ["month", "id"]
        permissions = [("approve_servicecredit", _("Can decide on service credits"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, left__gte=0, left__lte=F("amount")), name="service_credit_amount"
            ),
            models.CheckConstraint(
                condition=Q(status="applied", left=0) | ~Q(status="applied") & Q(left__gt=0),
                name="service_credit_applied",
            ),
            models.CheckConstraint(
                condition=Q(left=F("amount")) | Q(approved_at__isnull=False), name="service_credit_approved_first"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["approved", "applied"], approved_by__isnull=False, approved_at__isnull=False)
                | Q(status__in=["proposed", "dropped"], approved_by__isnull=True, approved_at__isnull=True)
                | Q(status="lapsed"),
                name="service_credit_approved_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "approved"], closed_at__isnull=True)
                | Q(status__in=["applied", "lapsed", "dropped"], closed_at__isnull=False),
                name="service_credit_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="service_credit_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "month"], condition=Q(status="approved"), name="service_credit_open"),
            models.Index(fields=["claim_until"], condition=Q(status="proposed"), name="service_credit_to_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.month:%Y-%m}"


class ServiceCreditUse(models.Model):
    """So much of a credit stands on an invoice or, at the end of a contract, on a credit note for one.

    What had room on neither was transferred.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    credit = models.ForeignKey(ServiceCredit, models.PROTECT, related_name="uses", verbose_name=_("service credit"))
    invoice = models.ForeignKey(FirmInvoice, models.PROTECT, null=True, related_name="+", verbose_name=_("invoice"))
    credit_note = models.OneToOneField(
        FirmCreditNote, models.PROTECT, null=True, related_name="+", verbose_name=_("credit note")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a service credit")
        verbose_name_plural = _("uses of service credits")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "credit", "invoice"], name="service_credit_use_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="service_credit_use_amount"),
            models.CheckConstraint(
                condition=Q(credit_note__isnull=True) | Q(invoice__isnull=False),
                name="service_credit_use_of_its_invoice",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.credit} {self.amount}"

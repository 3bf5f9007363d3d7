"""What was billed under contracts, what is disputed, and what was late (rift/7.1–7.3)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models import FirmInvoice
from contracts.models.billing_runs import BillingRun
from contracts.models.contracts import Contract, ContractFee
from contracts.models.customers import Customer
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, append_only


class ContractInvoice(models.Model):
    """Which contract an invoice belongs to, and which month it is for, if any."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="invoices", verbose_name=_("contract"))
    invoice = models.OneToOneField(
        FirmInvoice, models.PROTECT, related_name="under_contract", verbose_name=_("invoice")
    )  # fmt: skip
    month = models.DateField(_("month"), null=True)
    run = models.ForeignKey(
        BillingRun, models.PROTECT, null=True, related_name="invoices", verbose_name=_("billing run")
    )  # fmt: skip

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice of a contract")
        verbose_name_plural = _("invoices of contracts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__day=1), name="contract_invoice_month"
            )
        ]  # fmt: skip
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.invoice)


class FeeBilling(models.Model):
    """A fee was billed for some months, or once: what keeps a month from being billed twice (rift/7.1)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="billings", verbose_name=_("contract"))
    fee = models.ForeignKey(
        ContractFee, models.PROTECT, related_name="billings", db_index=False, verbose_name=_("fee")
    )  # fmt: skip
    invoice = models.ForeignKey(FirmInvoice, models.PROTECT, null=True, related_name="+", verbose_name=_("invoice"))
    month = models.DateField(_("month"))
    from_on = models.DateField(pgettext_lazy("period", "from"))
    until_on = models.DateField(_("until"))
    charged = models.DecimalField(_("charged"), max_digits=20, decimal_places=2)
    is_once = models.BooleanField(_("billed once"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("billed fee")
        verbose_name_plural = _("billed fees")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["fee", "month"], name="fee_billed_once_a_month"),
            models.UniqueConstraint(fields=["fee"], condition=Q(is_once=True), name="fee_billed_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="fee_billing_month"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.fee} {self.month:%Y-%m}"


class InvoiceDispute(models.Model):
    """What the customer says against an invoice, and the answer; until its due day it keeps it from being late."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    invoice = models.OneToOneField(FirmInvoice, models.PROTECT, related_name="dispute", verbose_name=_("invoice"))
    reason = models.TextField(_("reason"), max_length=2000)
    disputed_at = models.DateTimeField(_("disputed at"))
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute about an invoice")
        verbose_name_plural = _("disputes about invoices")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="invoice_dispute_answered",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="said_once", fields=["customer", "invoice", "reason", "disputed_at"]),
        ]

    def __str__(self) -> str:
        return str(self.invoice)


class Delinquency(models.Model):
    """An invoice that was unpaid at the end of its due day: one per invoice, annulled where it was in time (7.3)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="delinquencies", verbose_name=_("contract"))
    invoice = models.OneToOneField(FirmInvoice, models.PROTECT, related_name="delinquency", verbose_name=_("invoice"))
    due_on = models.DateField(_("due on"))
    unpaid = models.DecimalField(_("unpaid"), max_digits=20, decimal_places=2)
    found_at = models.DateTimeField(_("found at"))
    annulled_at = models.DateTimeField(_("annulled at"), null=True)
    annulled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("annulled by")
    )
    annul_reason = models.CharField(_("why annulled"), max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("delinquency")
        verbose_name_plural = _("delinquencies")
        ordering = ["-id"]
        permissions = [("annul_delinquency", _("Can annul a delinquency"))]
        constraints = [
            models.CheckConstraint(condition=Q(unpaid__gt=0), name="delinquency_of_something"),
            models.CheckConstraint(
                condition=Q(annulled_at__isnull=True, annul_reason="")
                | Q(annulled_at__isnull=False) & ~Q(annul_reason=""),
                name="delinquency_annulled",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="annulled_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__annulled_at__isnull=False)
            ),
            pgtrigger.ReadOnly(
                name="found_once", fields=["customer", "contract", "invoice", "due_on", "unpaid", "found_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.due_on}"

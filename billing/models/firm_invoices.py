"""Invoices of firms: due once they were received, paid by transfer, stated by one tax invoice each (rift/7.2, 7.3)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import FirmLineKind, FirmPaymentKind
from billing.models.firms import Firm
from billing.models.invoices import InvoiceSeries, IssuedInvoice, IssuedLine
from billing.models.tax_invoices import TaxStatement
from upstage_console.kernel.db import AppendOnlyQuerySet, PublicIdField, append_only


class FirmInvoice(IssuedInvoice):
    """What a firm is charged; the day of its receipt makes it due, once, and then only being paid changes it."""

    public_id = PublicIdField(prefix="finv")
    firm = models.ForeignKey(
        Firm, models.PROTECT, related_name="invoices", db_index=False, verbose_name=_("firm")
    )  # fmt: skip
    series = models.ForeignKey(
        InvoiceSeries, models.PROTECT, related_name="+", db_index=False, verbose_name=_("series")
    )
    percent_late = models.DecimalField(
        _("late interest"), max_digits=6, decimal_places=3, help_text=_("percent a year (rift/7.3)")
    )
    received_on = models.DateField(_("received on"), null=True)
    due_on = models.DateField(_("due on"), null=True)
    why_due = models.JSONField(_("how the due day was counted"), default=dict)

    class Meta(IssuedInvoice.Meta):
        verbose_name = _("invoice of a firm")
        verbose_name_plural = _("invoices of firms")
        permissions = [
            ("issue_firminvoice", _("Can issue an invoice of a contract")),
            ("receive_firminvoice", _("Can write down when an invoice was received")),
        ]
        constraints = [
            *IssuedInvoice.Meta.constraints,
            models.UniqueConstraint(fields=["firm", "key"], name="firminvoice_once"),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True, due_on__isnull=True)
                | Q(received_on__gte=F("issued_on"), due_on__gte=F("received_on")),
                name="firminvoice_due_after_receipt",
            ),
            models.CheckConstraint(condition=Q(percent_late__gte=0), name="firminvoice_percent_late"),
        ]
        indexes = [
            models.Index(fields=["firm", "-id"], name="firminvoice_of_firm"),
            models.Index(fields=["due_on"], condition=Q(status="issued"), name="firminvoice_open"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="issued_is_final", exclude=["status", "paid_at", "received_on", "due_on", "why_due"]
            ),
            pgtrigger.Protect(
                name="due_once", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__due_on__isnull=False) & (
                    pgtrigger.Q(old__due_on__df=pgtrigger.F("new__due_on"))
                    | pgtrigger.Q(old__received_on__df=pgtrigger.F("new__received_on"))
                ),
            ),
        ]  # fmt: skip


class FirmInvoiceLine(IssuedLine):
    """One fee on a firm's invoice, or what a credit for a shortfall takes off it."""

    invoice = models.ForeignKey(
        FirmInvoice, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("invoice")
    )
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", db_index=False, verbose_name=_("firm"))
    kind = models.CharField(_("kind"), max_length=16, choices=FirmLineKind)
    why = models.JSONField(_("how it was counted"), default=dict)

    class Meta(IssuedLine.Meta):
        verbose_name = _("line of a firm's invoice")
        verbose_name_plural = _("lines of firms' invoices")
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="firm_line_position"),
            models.CheckConstraint(condition=Q(amount=F("charged") + F("rounding")), name="firm_line_adds_up"),
            models.CheckConstraint(condition=Q(rounding__gte=0, rounding__lt=1), name="firm_line_rounded_down"),
            models.CheckConstraint(
                condition=Q(charged__gte=0) & ~Q(kind="sla_credit") | Q(charged__lt=0, kind="sla_credit"),
                name="firm_line_sign",
            ),
        ]
        triggers = append_only()


class FirmPayment(models.Model):
    """Money that settled (part of) a firm's invoice: the principal first, then interest (I-5)."""

    public_id = PublicIdField(prefix="fpm")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="payments", db_index=False, verbose_name=_("firm"))
    invoice = models.ForeignKey(FirmInvoice, models.PROTECT, related_name="payments", verbose_name=_("invoice"))
    kind = models.CharField(
        _("how"), max_length=16, choices=FirmPaymentKind, default=FirmPaymentKind.TRANSFER
    )  # fmt: skip
    key = models.CharField(_("key"), max_length=120, help_text=_("the same key is recorded once"))
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    principal = models.DecimalField(_("principal"), max_digits=20, decimal_places=2)
    interest = models.DecimalField(_("interest"), max_digits=20, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment of a firm")
        verbose_name_plural = _("payments of firms")
        ordering = ["id"]
        permissions = [("record_firmpayment", _("Can record a payment of a firm"))]
        constraints = [
            models.UniqueConstraint(fields=["firm", "key"], name="firm_payment_once"),
            models.CheckConstraint(
                condition=Q(principal__gte=0, interest__gte=0) & (Q(principal__gt=0) | Q(interest__gt=0)),
                name="firm_payment_of_something",
            ),
        ]
        indexes = [models.Index(fields=["firm", "paid_on"], name="firm_payment_by_day")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.invoice} {self.paid_on}"


class FirmTaxInvoice(TaxStatement):
    """The data of the tax invoice for one invoice of a firm, whose lines are its items, or of its amendment.

    An amendment is for one credit note, and states what that takes off.
    """

    public_id = PublicIdField(prefix="ftxi")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="tax_invoices", verbose_name=_("firm"))
    invoice = models.OneToOneField(
        FirmInvoice, models.PROTECT, null=True, related_name="tax_invoice", verbose_name=_("invoice")
    )  # fmt: skip
    amends = models.ForeignKey("self", models.PROTECT, null=True, related_name="amendments", verbose_name=_("amends"))
    credit_note = models.OneToOneField(
        "billing.FirmCreditNote", models.PROTECT, null=True, related_name="tax_invoice", verbose_name=_("credit note")
    )

    class Meta(TaxStatement.Meta):
        verbose_name = _("tax invoice of a firm")
        verbose_name_plural = _("tax invoices of firms")
        permissions = [("issue_firmtaxinvoice", _("Can write down that a firm's tax invoice was issued"))]
        constraints = [
            models.UniqueConstraint(
                fields=["approval_number"], condition=~Q(approval_number=""), name="firm_tax_invoice_approval_once"
            ),
            models.CheckConstraint(condition=Q(total=F("supply_value") + F("tax")), name="firm_tax_invoice_total"),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, amends__isnull=True, credit_note__isnull=True)
                & Q(supply_value__gt=0, tax__gte=0)
                | Q(invoice__isnull=True, amends__isnull=False, credit_note__isnull=False)
                & Q(supply_value__lt=0, tax__lte=0),
                name="firm_tax_invoice_sign",
            ),
            models.CheckConstraint(
                condition=Q(status="issued", issued_on__isnull=False) & ~Q(approval_number="")
                | Q(status="prepared", issued_on__isnull=True, approval_number=""),
                name="firm_tax_invoice_issued_on",
            ),
        ]
        indexes = [models.Index(fields=["issue_by"], condition=Q(status="prepared"), name="firm_tax_invoice_to_issue")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="supply_is_final",
                fields=["firm", "invoice", "amends", "credit_note", "month", "currency", "supply_value", "tax", "total",
                        "supplied_on"],
            ),
        ]  # fmt: skip

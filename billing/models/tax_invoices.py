"""Tax invoices: what the law wants stated of each month's supply to a business (rules.md, law.md 3.6)."""

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums import TaxInvoiceStatus
from billing.models.credit_notes import CreditNote
from billing.models.refunds import RefundLine
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only

PARTIES: Final = (
    "supplier_number", "supplier_name", "supplier_representative", "supplier_address", "recipient_number",
    "recipient_name", "recipient_representative", "recipient_address", "recipient_email",
)  # fmt: skip
"""The fields of both sides."""


class TaxStatement(models.Model):
    """What a tax invoice states, whoever it is for: both sides, the supply, its tax, and when it was issued."""

    month = models.DateField(_("month of supply"))
    status = models.CharField(_("status"), max_length=16, choices=TaxInvoiceStatus, default=TaxInvoiceStatus.PREPARED)
    currency = models.CharField(_("currency"), max_length=3)
    supply_value = models.DecimalField(_("supply value"), max_digits=20, decimal_places=2)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=2)
    supplied_on = models.DateField(_("date of supply"))
    issue_by = models.DateField(_("issue by"))
    supplier_number = models.CharField(_("supplier's number"), max_length=12)
    supplier_name = models.CharField(_("supplier's name"), max_length=80)
    supplier_representative = models.CharField(_("supplier's representative"), max_length=80)
    supplier_address = models.CharField(_("supplier's address"), max_length=300)
    recipient_number = models.CharField(_("recipient's number"), max_length=12)
    recipient_name = models.CharField(_("recipient's name"), max_length=80)
    recipient_representative = models.CharField(_("recipient's representative"), max_length=80)
    recipient_address = models.CharField(_("recipient's address"), max_length=300)
    recipient_email = models.EmailField(_("recipient's e-mail address"), blank=True)
    approval_number = models.CharField(_("approval number"), max_length=40, blank=True)
    prepared_at = models.DateTimeField(_("prepared at"))
    issued_on = models.DateField(_("issued on"), null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.recipient_name} {self.month:%Y-%m}"


class TaxInvoice(TaxStatement):
    """The data of one tax invoice: of a month's supply, or an amendment of one for a credit note or a refund.

    Staff issue it with the tax office's service and write its approval number down here.
    """

    public_id = PublicIdField(prefix="txi")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="tax_invoices", verbose_name=_("member"))
    amends = models.ForeignKey("self", models.PROTECT, null=True, related_name="amendments", verbose_name=_("amends"))
    credit_note = models.OneToOneField(
        CreditNote, models.PROTECT, null=True, related_name="tax_invoice", verbose_name=_("credit note")
    )
    refund_line = models.OneToOneField(
        RefundLine, models.PROTECT, null=True, related_name="tax_invoice", verbose_name=_("line of a refund")
    )

    class Meta(TaxStatement.Meta):
        verbose_name = _("tax invoice")
        verbose_name_plural = _("tax invoices")
        permissions = [("issue_taxinvoice", _("Can write down that a tax invoice was issued"))]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "month", "currency"],
                condition=Q(amends__isnull=True),
                name="tax_invoice_once_a_month",
            ),
            models.UniqueConstraint(
                fields=["approval_number"], condition=~Q(approval_number=""), name="tax_invoice_approval_once"
            ),
            models.CheckConstraint(condition=Q(total=F("supply_value") + F("tax")), name="tax_invoice_total"),
            models.CheckConstraint(
                condition=Q(amends__isnull=True, credit_note__isnull=True, refund_line__isnull=True)
                & Q(supply_value__gt=0, tax__gte=0)
                | Q(amends__isnull=False, supply_value__lte=0, tax__lte=0)
                & (
                    Q(credit_note__isnull=False, refund_line__isnull=True)
                    | Q(credit_note__isnull=True, refund_line__isnull=False)
                ),
                name="tax_invoice_sign",
            ),
            models.CheckConstraint(
                condition=Q(status="issued", issued_on__isnull=False) & ~Q(approval_number="")
                | Q(status="prepared", issued_on__isnull=True, approval_number=""),
                name="tax_invoice_issued_on",
            ),
        ]
        indexes = [models.Index(fields=["issue_by"], condition=Q(status="prepared"), name="tax_invoice_to_issue")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="supply_is_final",
                fields=[
                    "member",
                    "month",
                    "amends",
                    "credit_note",
                    "refund_line",
                    "currency",
                    "supply_value",
                    "tax",
                    "supplied_on",
                ],
            ),
        ]


class TaxItem(models.Model):
    """One line of a tax invoice."""

    tax_invoice = models.ForeignKey(
        TaxInvoice, models.PROTECT, related_name="items", verbose_name=pgettext_lazy("item", "tax invoice")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    on = models.DateField(_("date"))
    what = models.CharField(_("what"), max_length=200)
    document = models.CharField(_("document"), max_length=64)
    supply_value = models.DecimalField(_("supply value"), max_digits=20, decimal_places=2)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=2)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a tax invoice")
        verbose_name_plural = _("items of tax invoices")
        ordering = ["tax_invoice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["tax_invoice", "position"], name="tax_item_position"),
        ]
        indexes = [models.Index(fields=["document"], name="tax_item_of_document")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.what

"""Invoices and credit notes as files, and what of a business stands on them (upstage/2.7, 18.1)."""

from typing import Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.credit_notes import CreditNote
from billing.models.firm_credits import FirmCreditNote
from billing.models.firm_invoices import FirmInvoice
from billing.models.invoices import Invoice
from upstage_console.kernel.db import LockingQuerySet

DOCUMENTS: Final = ("invoice", "credit_note", "firm_invoice", "firm_credit_note")


class BusinessProfile(models.Model):
    """What the documents of a business show beside its name and number; without it none of that is printed."""

    member = models.OneToOneField(
        "accounts.Member", models.PROTECT, related_name="business_profile", verbose_name=_("member")
    )
    representative = models.CharField(_("representative"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    business_type = models.CharField(_("type of business"), max_length=80, blank=True)
    business_item = models.CharField(_("item of business"), max_length=80, blank=True)
    tax_email = models.EmailField(_("e-mail address for tax invoices"), blank=True)
    updated_at = models.DateTimeField(_("updated at"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("business data")
        verbose_name_plural = _("business data")

    def __str__(self) -> str:
        return self.representative


def _is_only(name: str) -> Q:
    """The file is of this, and of nothing else."""
    return Q(**{f"{one}__isnull": one != name for one in DOCUMENTS})


class DocumentFile(models.Model):
    """An invoice or a credit note, a firm's or a member's, as it was written once, in one language.

    Whoever opens it again gets those bytes.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="files", verbose_name=_("invoice"))
    credit_note = models.ForeignKey(
        CreditNote, models.PROTECT, null=True, related_name="files", verbose_name=_("credit note")
    )
    firm_invoice = models.ForeignKey(
        FirmInvoice, models.PROTECT, null=True, related_name="files", verbose_name=_("invoice of a firm")
    )
    firm_credit_note = models.ForeignKey(
        FirmCreditNote, models.PROTECT, null=True, related_name="files", verbose_name=_("credit note of a firm")
    )
    language = models.CharField(_("language"), max_length=2)
    file = models.FileField(_("file"), upload_to="invoices/%Y/%m", max_length=200)
    sha256 = models.CharField(_("hash"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    made_at = models.DateTimeField(_("made at"))
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an invoice")
        verbose_name_plural = _("files of invoices")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=_is_only("invoice")
                | _is_only("credit_note")
                | _is_only("firm_invoice")
                | _is_only("firm_credit_note"),
                name="document_file_of_one",
            ),
            models.UniqueConstraint(fields=["invoice", "language"], name="document_file_of_invoice_once"),
            models.UniqueConstraint(fields=["credit_note", "language"], name="document_file_of_note_once"),
            models.UniqueConstraint(fields=["firm_invoice", "language"], name="document_file_of_firm_once"),
            models.UniqueConstraint(fields=["firm_credit_note", "language"], name="document_file_of_firm_note_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="written_once", exclude=["destroyed_at"]),
        ]

    def __str__(self) -> str:
        return self.file.name or ""

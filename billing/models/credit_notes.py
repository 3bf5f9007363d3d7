"""Credit notes: what of an invoice is not owed after all; the invoice stays as issued (upstage/18.1, 20.3)."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.invoices import Invoice, InvoiceLine, InvoiceSeries
from billing.models.proposals import Proposal, by_two
from upstage_console.kernel.db import AppendOnlyQuerySet, PublicIdField, append_only


class CreditNote(models.Model):
    """A negative invoice for part or all of one invoice, in a series of its own without gaps; never changed.

    Of `-total`, `off_principal` was still owed and is not any more, and `back_principal` was paid already and goes
    back; so do the late fees that rested on it.
    """

    public_id = PublicIdField(prefix="crn")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_notes", verbose_name=_("invoice"))
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="credit_notes", verbose_name=_("member"))
    series = models.ForeignKey(
        InvoiceSeries, models.PROTECT, related_name="credit_notes", db_index=False, verbose_name=_("series")
    )
    sequence = models.PositiveIntegerField(_("sequence"))
    number = models.CharField(_("number"), max_length=32, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    subtotal = models.DecimalField(_("subtotal"), max_digits=20, decimal_places=2)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=6, decimal_places=4)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=2)
    off_principal = models.DecimalField(_("taken off the debt"), max_digits=20, decimal_places=2)
    off_late_fee = models.DecimalField(_("taken off the late fee"), max_digits=20, decimal_places=2)
    back_principal = models.DecimalField(_("paid before, goes back"), max_digits=20, decimal_places=2)
    back_late_fee = models.DecimalField(_("late fee paid before, goes back"), max_digits=20, decimal_places=2)
    cause = models.CharField(
        _("because of"), max_length=64, blank=True, help_text=_("public id of the correction or objection")
    )
    reason = models.CharField(_("reason"), max_length=500)
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    issued_at = models.DateTimeField(pgettext_lazy("invoice", "issued at"))
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="credit_note_sequence_once"),
            models.UniqueConstraint(fields=["invoice", "cause"], condition=~Q(cause=""), name="credit_note_once"),
            models.CheckConstraint(condition=Q(total=F("subtotal") + F("tax")), name="credit_note_total"),
            models.CheckConstraint(condition=Q(subtotal__lte=0, tax__lte=0), name="credit_note_negative"),
            models.CheckConstraint(
                condition=Q(total=-F("off_principal") - F("back_principal"))
                & Q(off_principal__gte=0, off_late_fee__gte=0, back_principal__gte=0, back_late_fee__gte=0),
                name="credit_note_goes_somewhere",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="credit_note_has_a_reason"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(issued_by__isnull=True) | ~Q(approved_by=F("issued_by")),
                name="credit_note_by_two",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="credit_note_of_member")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number

    @property
    def back(self) -> Decimal:
        """What was paid and goes back, with late fees."""
        paid: Decimal = self.back_principal + self.back_late_fee
        return paid


class CreditLine(models.Model):
    """What a credit note takes off one line of its invoice; all amounts are negative or 0, as on the document."""

    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="lines", verbose_name=_("credit note"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="credited", verbose_name=_("invoice line"))
    position = models.PositiveSmallIntegerField(_("position"))
    quantity = models.DecimalField(_("quantity"), max_digits=24, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    credits = models.DecimalField(_("paid with credits"), max_digits=24, decimal_places=6)
    charged = models.DecimalField(_("charged"), max_digits=20, decimal_places=2)
    rounding = models.DecimalField(_("rounded off"), max_digits=20, decimal_places=6)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a credit note")
        verbose_name_plural = _("lines of credit notes")
        ordering = ["credit_note", "position"]
        constraints = [
            models.UniqueConstraint(fields=["credit_note", "position"], name="credit_line_position"),
            models.CheckConstraint(
                condition=Q(amount=F("credits") + F("charged") + F("rounding")), name="credit_line_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(quantity__lte=0, amount__lte=0, credits__lte=0, charged__lte=0),
                name="credit_line_negative",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.credit_note_id}: {self.position}"


class CreditProposal(Proposal):
    """A credit note that waits for a second person: so much of an invoice, without tax."""

    public_id = PublicIdField(prefix="crp")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_proposals", verbose_name=_("invoice"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="credit_proposals", verbose_name=_("member")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, help_text=_("without tax"))
    credit_note = models.OneToOneField(
        CreditNote, models.PROTECT, null=True, related_name="proposal", verbose_name=_("credit note")
    )

    class Meta:
        verbose_name = _("proposed credit note")
        verbose_name_plural = _("proposed credit notes")
        ordering = ["-id"]
        permissions = [
            ("propose_creditproposal", _("Can issue or propose a credit note")),
            ("approve_creditproposal", _("Can approve a credit note")),
        ]
        constraints = [
            *by_two("credit_proposal"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_proposal_of_something"),
            models.CheckConstraint(
                condition=Q(status="approved", credit_note__isnull=False)
                | ~Q(status="approved") & Q(credit_note__isnull=True),
                name="credit_proposal_is_issued",
            ),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status="proposed"), name="credit_proposal_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

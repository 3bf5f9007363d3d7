"""Credit notes: what of an invoice is not owed after all; the invoice stays as issued (upstage/18.1, 20.3)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.crediting import CreditedLine, IssuedCredit, of_credit
from billing.models.invoices import Invoice, InvoiceLine, InvoiceSeries
from billing.models.proposals import Proposal, by_two
from upstage_console.kernel.db import PublicIdField, append_only


class CreditNote(IssuedCredit):
    """A credit note for a member's invoice; the late fees that rested on what it takes off fall with it."""

    public_id = PublicIdField(prefix="crn")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_notes", verbose_name=_("invoice"))
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="credit_notes", verbose_name=_("member"))
    series = models.ForeignKey(
        InvoiceSeries, models.PROTECT, related_name="credit_notes", db_index=False, verbose_name=_("series")
    )
    off_late_fee = models.DecimalField(_("taken off the late fee"), max_digits=20, decimal_places=2)
    back_late_fee = models.DecimalField(_("late fee paid before, goes back"), max_digits=20, decimal_places=2)

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        ordering = ["-id"]
        constraints = of_credit("credit_note", late="late_fee")
        indexes = [models.Index(fields=["member", "-id"], name="credit_note_of_member")]
        triggers = append_only()

    @property
    def back(self) -> Decimal:
        """What was paid and goes back, with late fees."""
        paid: Decimal = self.back_principal + self.back_late_fee
        return paid

    @property
    def off(self) -> Decimal:
        """What is no longer owed, with late fees."""
        owed: Decimal = self.off_principal + self.off_late_fee
        return owed


class CreditLine(CreditedLine):
    """What a credit note takes off one line of a member's invoice."""

    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="lines", verbose_name=_("credit note"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="credited", verbose_name=_("invoice line"))
    quantity = models.DecimalField(_("quantity"), max_digits=24, decimal_places=6)
    credits = models.DecimalField(_("paid with credits"), max_digits=24, decimal_places=6)
    rounding = models.DecimalField(_("rounded off"), max_digits=20, decimal_places=6)

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

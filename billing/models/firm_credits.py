"""Credit notes for firms: what of an issued invoice is not owed after all, or is given back (rift/7.2, 7.3)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import FirmCreditGround
from billing.models.crediting import CreditedLine, IssuedCredit, of_credit
from billing.models.firm_invoices import FirmInvoice, FirmInvoiceLine
from billing.models.firms import Firm
from billing.models.invoices import InvoiceSeries
from billing.models.proposals import Proposal, by_two
from upstage_console.kernel.db import PublicIdField, append_only


class FirmCreditNote(IssuedCredit):
    """A credit note for a firm's invoice; what was billed by mistake bore no interest from the first day."""

    public_id = PublicIdField(prefix="fcn")
    invoice = models.ForeignKey(FirmInvoice, models.PROTECT, related_name="credit_notes", verbose_name=_("invoice"))
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="credit_notes", db_index=False, verbose_name=_("firm"))
    series = models.ForeignKey(
        InvoiceSeries, models.PROTECT, related_name="+", db_index=False, verbose_name=_("series")
    )  # fmt: skip
    ground = models.CharField(_("ground"), max_length=16, choices=FirmCreditGround)
    off_interest = models.DecimalField(_("taken off the interest"), max_digits=20, decimal_places=2)
    back_interest = models.DecimalField(_("interest paid before, goes back"), max_digits=20, decimal_places=2)

    class Meta:
        verbose_name = _("credit note of a firm")
        verbose_name_plural = _("credit notes of firms")
        ordering = ["-id"]
        constraints = [
            *of_credit("firm_credit", late="interest"),
            models.CheckConstraint(
                condition=~Q(ground="given") | Q(off_interest=0, back_interest=0), name="firm_credit_given_from_its_day"
            ),
        ]
        indexes = [models.Index(fields=["firm", "-id"], name="firm_credit_of_firm")]
        triggers = append_only()

    @property
    def back(self) -> Decimal:
        """What was paid and goes back, with interest."""
        paid: Decimal = self.back_principal + self.back_interest
        return paid

    @property
    def off(self) -> Decimal:
        """What is no longer owed, with interest."""
        owed: Decimal = self.off_principal + self.off_interest
        return owed


class FirmCreditLine(CreditedLine):
    """What a credit note takes off one line of a firm's invoice."""

    credit_note = models.ForeignKey(FirmCreditNote, models.PROTECT, related_name="lines", verbose_name=_("credit note"))
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", db_index=False, verbose_name=_("firm"))
    line = models.ForeignKey(FirmInvoiceLine, models.PROTECT, related_name="credited", verbose_name=_("invoice line"))

    class Meta:
        verbose_name = _("line of a firm's credit note")
        verbose_name_plural = _("lines of firms' credit notes")
        ordering = ["credit_note", "position"]
        constraints = [
            models.UniqueConstraint(fields=["credit_note", "position"], name="firm_credit_line_position"),
            models.CheckConstraint(condition=Q(amount=F("charged")), name="firm_credit_line_adds_up"),
            models.CheckConstraint(condition=Q(charged__lt=0), name="firm_credit_line_negative"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.credit_note_id}: {self.position}"


class FirmCreditProposal(Proposal):
    """A credit note for a firm that waits for a second person: so much of an invoice, without tax."""

    public_id = PublicIdField(prefix="fcp")
    invoice = models.ForeignKey(FirmInvoice, models.PROTECT, related_name="credit_proposals", verbose_name=_("invoice"))
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("firm"))
    ground = models.CharField(_("ground"), max_length=16, choices=FirmCreditGround)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, help_text=_("without tax"))
    credit_note = models.OneToOneField(
        FirmCreditNote, models.PROTECT, null=True, related_name="proposal", verbose_name=_("credit note")
    )

    class Meta:
        verbose_name = _("proposed credit note of a firm")
        verbose_name_plural = _("proposed credit notes of firms")
        ordering = ["-id"]
        permissions = [
            ("propose_firmcreditproposal", _("Can issue or propose a credit note of a firm")),
            ("approve_firmcreditproposal", _("Can approve a credit note of a firm")),
        ]
        constraints = [
            *by_two("firm_credit_proposal"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="firm_credit_proposal_of_something"),
            models.CheckConstraint(
                condition=Q(status="approved", credit_note__isnull=False)
                | ~Q(status="approved") & Q(credit_note__isnull=True),
                name="firm_credit_proposal_is_issued",
            ),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status="proposed"), name="firm_credit_proposal_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def about(self) -> Firm:
        """Whom it concerns."""
        return self.firm

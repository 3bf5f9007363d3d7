"""What invoices, credit notes and their files refuse (upstage/2.7, 18)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, Refusal


class AmountTooLarge(Invalid):
    """More than is due, or no amount at all."""

    code = "invalid_amount"
    message = _("%(amount)s cannot be paid; %(due)s is due.")


class MonthNotOver(Refusal):
    """A month is closed once it is over."""

    code = "month_not_over"
    message = _("%(month)s is not over.")
    rests_on = ("upstage/2.7",)


class AlreadyInvoiced(Conflict):
    """What would be lowered is just being invoiced; once it is, a credit note takes it off."""

    code = "already_invoiced"
    message = _("%(month)s is just being invoiced, with %(owed)s owed for this use; try again shortly.")
    rests_on = ("upstage/18.1", "upstage/20.3")


class CreditTooLarge(Refusal):
    """More than is left of the invoice."""

    code = "credit_too_large"
    message = _("Only %(left)s (without tax) are left of invoice %(number)s.")
    rests_on = ("upstage/18.1", "upstage/20.3")


class NoDocuments(Refusal):
    """Files are made with a library that this machine lacks."""

    code = "no_documents"
    message = _("PDF files cannot be made on this machine; print the page instead.")


class DocumentDamaged(Conflict):
    """A file is not what was written: nobody is given something else instead."""

    code = "document_damaged"
    message = _("The file of this document was changed or lost after it was written. Please ask us for a copy.")


class TaxInvoiceIncomplete(Refusal):
    """The law wants numbers, names, representatives and addresses of both sides."""

    code = "tax_invoice_incomplete"
    message = _("This tax invoice lacks: %(missing)s. State it, and take the data anew.")


class ApprovalNumberInvalid(Invalid):
    """The tax office gives 24 letters and digits."""

    code = "invalid_approval_number"
    message = _("An approval number of the tax office has 24 letters and digits.")


class CreditWaits(Conflict):
    """Another credit note for the same invoice waits for a second person."""

    code = "credit_waits"
    message = _("A credit note for this invoice already waits for approval.")

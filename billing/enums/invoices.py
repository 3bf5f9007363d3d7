"""Words of invoices (upstage/2.7, 18)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InvoiceKind(TextChoices):
    MONTHLY = "monthly", _("monthly")
    SINGLE = "single", _("single")
    CLAIM = "claim", _("penalty or damages")


FEES = (InvoiceKind.MONTHLY, InvoiceKind.SINGLE)
"""The invoices of service fees; a penalty and damages are invoiced apart from them (upstage/18.6, 25)."""


class InvoiceStatus(TextChoices):
    ISSUED = "issued", _("issued")
    PAID = "paid", _("paid")


# What a bank takes back is owed again.
INVOICE_MOVES: dict[str, frozenset[str]] = {
    InvoiceStatus.ISSUED: frozenset({InvoiceStatus.PAID}),
    InvoiceStatus.PAID: frozenset({InvoiceStatus.ISSUED}),
}
FIRM_INVOICE_MOVES: dict[str, frozenset[str]] = {InvoiceStatus.ISSUED: frozenset({InvoiceStatus.PAID})}


class TaxInvoiceStatus(TextChoices):
    """A tax invoice is prepared by the system, and issued by staff with the tax office's service."""

    PREPARED = "prepared", _("to be issued")
    ISSUED = "issued", pgettext_lazy("tax invoice", "issued")


TAX_INVOICE_MOVES: dict[str, frozenset[str]] = {
    TaxInvoiceStatus.PREPARED: frozenset({TaxInvoiceStatus.ISSUED}),
}


class LineKind(TextChoices):
    USAGE = "usage", _("usage")
    ADJUSTMENT = "adjustment", _("late usage of an earlier month")
    FEE = "fee", _("fee")
    CLAIM = "claim", _("penalty or damages")


class FirmLineKind(TextChoices):
    """What a line of a firm's invoice is for (rift/7.1, 8.1)."""

    FLAT = "flat", _("flat monthly fee")
    SEAT = "seat", _("monthly fee per user")
    PROJECT = "project", _("fixed price of a project")
    USAGE = "usage", _("price per use")
    STARTUP = "startup", _("start-up fee")
    FEE = "fee", _("fee")
    SLA_CREDIT = "sla_credit", _("credit for a shortfall")


class FirmCreditGround(TextChoices):
    """Why a firm is credited: it says from which day less is owed, and how the tax invoice is amended."""

    MISTAKE = "mistake", _("billed by mistake, never owed")
    GIVEN = "given", _("given back, from its day on")


class FirmPaymentKind(TextChoices):
    """How a firm's invoice was settled."""

    TRANSFER = "transfer", _("bank transfer")
    SET_OFF = "set_off", _("set off against what goes back")

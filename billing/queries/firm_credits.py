"""Credit notes of firms, and what they leave of an invoice (rift/7.2, 7.3)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from billing.models import FirmCreditLine, FirmCreditNote, FirmInvoice, FirmInvoiceLine
from billing.rules.crediting import ChargedToFirm
from billing.rules.late_fees import Paid

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Left:
    """What credit notes leave of a line."""

    row: FirmInvoiceLine
    charged: Decimal


def left_of_lines(invoice: FirmInvoice) -> list[Left]:
    """The lines of an invoice that charge something, with what is left of each; two queries."""
    gone = FirmCreditLine.objects.filter(line__invoice=invoice).order_by().values_list("line")
    taken = dict(gone.annotate(Sum("charged")))
    lines = invoice.lines.filter(charged__gt=0).order_by("position")
    return [Left(line, line.charged + taken.get(line.pk, NOTHING)) for line in lines]


def charged_of(invoice: FirmInvoice) -> ChargedToFirm:
    """An invoice as the rules of credit notes look at it: what earlier ones left, and what came in and stayed."""
    notes = list(FirmCreditNote.objects.filter(invoice=invoice).order_by("pk"))
    came_in = [Paid(one.paid_on, one.principal, one.interest) for one in invoice.payments.order_by("pk")]
    return ChargedToFirm(
        subtotal=invoice.subtotal + sum((note.subtotal for note in notes), NOTHING),
        tax=invoice.tax + sum((note.tax for note in notes), NOTHING),
        tax_rate=invoice.tax_rate,
        due_on=invoice.due_on or invoice.issued_on,
        is_received=invoice.due_on is not None,
        paid=(*came_in, *(Paid(one.issued_on, -one.back_principal, -one.back_interest) for one in notes)),
        currency=invoice.currency,
        percent=invoice.percent_late,
        not_insisted=sum((one.off_interest + one.back_interest for one in notes), NOTHING),
    )


def lines_of(note: FirmCreditNote) -> list[FirmCreditLine]:
    """The lines of a credit note, each with the line it corrects."""
    return list(note.lines.select_related("line").order_by("position"))

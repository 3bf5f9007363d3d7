"""Credit notes, and what they leave of an invoice (upstage/18.1, 20.3)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from billing.enums import FEES, InvoiceKind, ProposalStatus
from billing.models import Charge, CreditLine, CreditNote, Invoice, InvoiceLine, InvoicePayment, LateFeeWaiver, SetOff
from billing.rules.crediting import Charged
from billing.rules.late_fees import Paid
from upstage_console.kernel.calendars import month_of
from upstage_console.kernel.errors import NotFound

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Left:
    """What credit notes leave of a line."""

    row: InvoiceLine
    charged: Decimal
    rounding: Decimal


def notes_of_member(member_id: int) -> QuerySet[CreditNote]:
    """All credit notes of a member, the newest first."""
    rows: QuerySet[CreditNote] = CreditNote.objects.filter(member_id=member_id).select_related("invoice")
    return rows.order_by("-id")


def note_of_member(member_id: int, number: str) -> CreditNote:
    """One credit note by its number; a stranger's is `not_found`."""
    found = notes_of_member(member_id).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def left_of_lines(invoice: Invoice) -> list[Left]:
    """The lines of an invoice that charge something, with what is left of each; two queries."""
    lines = InvoiceLine.objects.filter(invoice=invoice, charged__gt=0).order_by("position")
    gone = CreditLine.objects.filter(line__invoice=invoice).order_by().values_list("line")
    taken = {line: (charged, rounding) for line, charged, rounding in gone.annotate(Sum("charged"), Sum("rounding"))}
    return [_left(line, *taken.get(line.pk, (NOTHING, NOTHING))) for line in lines]


def left_of(line: InvoiceLine) -> Left:
    """What is left of one line."""
    sums = CreditLine.objects.filter(line=line).aggregate(
        charged=Sum("charged", default=NOTHING), rounding=Sum("rounding", default=NOTHING)
    )
    return _left(line, sums["charged"], sums["rounding"])


def _left(line: InvoiceLine, charged: Decimal, rounding: Decimal) -> Left:
    return Left(line, line.charged + charged, line.rounding + rounding)


def line_of_charge(charge: Charge) -> InvoiceLine | None:
    """The line of the monthly invoice that a charge stands on; None where that is not issued."""
    found: InvoiceLine | None = (
        InvoiceLine.objects.filter(
            invoice__member=charge.member_id,
            invoice__month=charge.billing_month,
            invoice__currency=charge.currency,
            invoice__kind=InvoiceKind.MONTHLY,
            meter=charge.meter_id,
            price=charge.price_id,
            month_of_use=month_of(charge.day),
        )  # fmt: skip
        .select_related("invoice")
        .first()
    )
    return found


def charged_of(invoice: Invoice) -> Charged:
    """An invoice as the rules of credit notes look at it: what earlier ones left, and what came in and stayed."""
    notes = list(CreditNote.objects.filter(invoice=invoice).order_by("pk"))
    waived = LateFeeWaiver.objects.filter(invoice=invoice, status=ProposalStatus.APPROVED)
    return Charged(
        subtotal=invoice.subtotal + sum((note.subtotal for note in notes), NOTHING),
        tax=invoice.tax + sum((note.tax for note in notes), NOTHING),
        tax_rate=invoice.tax_rate,
        due_on=invoice.due_on,
        paid=tuple([*_payments(invoice), *(_gone_back(note.issued_on, note) for note in notes)]),
        currency=invoice.currency,
        bears_late_fee=invoice.kind in FEES,
        not_insisted=sum((one.amount for one in waived), NOTHING)
        + sum((note.off_late_fee + note.back_late_fee for note in notes), NOTHING),
    )


def _payments(invoice: Invoice) -> list[Paid]:
    rows = InvoicePayment.objects.filter(invoice=invoice).order_by("pk")
    paid = [Paid(row.paid_on, row.principal, row.late_fee) for row in rows]
    return paid + [Paid(row.on, row.principal, row.late_fee) for row in SetOff.objects.filter(invoice=invoice)]


def _gone_back(on: date, note: CreditNote) -> Paid:
    return Paid(on, -note.back_principal, -note.back_late_fee)

"""A member's invoices, each line with its arithmetic."""

from dataclasses import dataclass

from django.db.models import QuerySet

from billing.enums import LineKind
from billing.models import Invoice, InvoiceLine
from billing.rules import claims, invoicing
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.errors import NotFound


@dataclass(frozen=True)
class LineShown:
    """A line with the sentence that explains it."""

    row: InvoiceLine
    why: Reason


def invoices_of_member(member_id: int) -> QuerySet[Invoice]:
    """All invoices, the newest first."""
    rows: QuerySet[Invoice] = Invoice.objects.filter(member_id=member_id).order_by("-id")
    return rows


def invoice_of_member(member_id: int, number: str) -> Invoice:
    """One invoice by its number; a stranger's is `not_found`."""
    found: Invoice | None = Invoice.objects.filter(member_id=member_id, number=number).first()
    if found is None:
        raise NotFound
    return found


def lines_of_invoice(invoice: Invoice) -> list[LineShown]:
    """The lines in their order, each with its arithmetic."""
    rows = InvoiceLine.objects.filter(invoice=invoice).select_related("meter__service").order_by("position")
    return [LineShown(row, why_line(row, invoice.currency)) for row in rows]


def why_line(row: InvoiceLine, currency: str) -> Reason:
    """The sentence under a line: quantity × price, less credits, rounded down; of a claim, what it is for."""
    if row.kind == LineKind.CLAIM:
        return claims.explain_line(row.what_ko, row.what_en, row.amount, currency)
    units = (row.meter.unit_ko, row.meter.unit_en) if row.meter else ("", "")
    return invoicing.explain(
        invoicing.Line(row.amount, row.credits, row.charged, row.rounding),
        quantity=row.quantity,
        unit_price=row.unit_price,
        per=row.per,
        unit_ko=units[0],
        unit_en=units[1],
        currency=currency,
    )

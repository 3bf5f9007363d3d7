"""What scenarios can do with credit notes and tax invoices."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from billing.enums import InvoiceKind
from billing.models import CreditNote, Invoice, TaxInvoice
from billing.services import credit_notes
from upstage_console.kernel.errors import NotFound
from upstage_console.scenarios.arguments import Month, Name, Number, Staff
from upstage_console.scenarios.registry import Happening, action, watches
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)


@action(
    "credit_invoice",
    {
        "member": A_MEMBER, "month": Month(), "invoice": Name("invoice"), "amount": Number(required=True),
        "by": Staff(), "approver": Staff(default=None),
    },
)  # fmt: skip
def credit_invoice(
    world: World, *, member: int, month: date | None, invoice: str | None, amount: Decimal, by: Any, approver: Any
) -> Result:
    """Staff take `amount` (without tax) off an invoice."""
    name = invoice or _monthly(member, month or world.today.replace(day=1)).public_id
    note = credit_notes.issue(invoice_id=name, amount=amount, reason="scenario", by=by, approver=approver, at=world.now)
    return {
        "number": note.number, "tax": -note.tax, "total": -note.total, "off": note.off,
        "back": note.back, "clauses": list(note.clauses),
    }  # fmt: skip


def _monthly(member: int, month: date) -> Invoice:
    row = Invoice.objects.filter(member=member, month=month, kind=InvoiceKind.MONTHLY).first()
    if row is None:
        raise NotFound
    return row


@action("tax_invoice", {"member": A_MEMBER, "month": Month(required=True)})
def tax_invoice(world: World, *, member: int, month: date) -> Result:
    """The tax invoice of a month's supply, with its amendments."""
    rows = list(TaxInvoice.objects.filter(member=member, month=month).order_by("pk"))
    if not rows:
        raise NotFound
    return {
        "supply_value": sum((row.supply_value for row in rows), Decimal(0)),
        "tax": sum((row.tax for row in rows), Decimal(0)),
        "issue_by": rows[-1].issue_by,
        "amendments": len(rows) - 1,
        "clauses": ["upstage/18.4"],
    }


@watches("credit_notes")
def credit_notes_between_steps(world: World, mark: int) -> Iterable[Happening]:
    """Credit notes, whoever issued them."""
    for row in CreditNote.objects.filter(pk__gt=mark).select_related("member").order_by("pk"):
        facts = {"total": row.total}
        yield Happening(row.pk, row.issued_at, f"credit note {row.number}", row.member.name, tuple(row.clauses), facts)

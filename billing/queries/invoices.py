"""A member's invoices, each line with its arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from billing.enums import LineKind, ProposalStatus
from billing.models import CreditLine, CreditNote, Invoice, InvoiceLine, InvoicePayment
from billing.rules import claims, invoicing, rating, steps
from billing.rules.late_fees import Debt, LateMonth
from billing.rules.rating import PartAmount, Rate
from billing.rules.steps import InStep
from upstage_console.kernel import wording
from upstage_console.kernel.calendars import ONE_DAY, kst_date
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.wording import Phrase


@dataclass(frozen=True)
class Movement:
    """One line of an invoice's account: what was added to the debt (above 0) or taken off it, and what was left."""

    on: date
    what: Phrase
    amount: Decimal
    left: Decimal
    link: str = ""


@dataclass(frozen=True)
class LineShown:
    """A line with the sentence that explains it."""

    row: InvoiceLine
    why: Reason
    parts: Sequence[PartAmount] = ()
    steps: Sequence[InStep] = ()


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
    rows = InvoiceLine.objects.filter(invoice=invoice).select_related("meter__service", "price").order_by("position")
    return [LineShown(row, why_line(row, invoice.currency), parts_of_line(row), steps_of_line(row)) for row in rows]


def parts_of_line(row: InvoiceLine) -> list[PartAmount]:
    """What the price of the list, each add-on and a promotion come to (18.1); nothing where it is the list alone."""
    parts = rating.parts_of(row.price.parts) if row.price else ()
    return rating.amounts(row.quantity, row.amount, row.per, parts, row.steps or ())


def steps_of_line(row: InvoiceLine) -> list[InStep]:
    """How much of a line is at which step of its price; nothing where every unit costs the same."""
    return steps.by_step(row.price.steps, row.steps) if row.price and row.steps else []


def credit_lines(note: CreditNote) -> list[CreditLine]:
    """The lines of a credit note, each with the line it corrects."""
    return list(note.lines.select_related("line__meter").order_by("position"))


def account_of(invoice: Invoice, debt: Debt) -> list[Movement]:
    """What became of an invoice, day by day: issued, late fees, payments, credit notes, waivers; ends with the debt."""
    moves = [(invoice.issued_on, 0, Phrase("청구", "Invoiced"), invoice.total, "")]
    moves += [(month.ends_on + ONE_DAY, 1, _late(month), month.fee, "") for month in debt.months]
    for note in invoice.credit_notes.all():
        off = note.off
        moves.append((note.issued_on, 2, _credited(note), -off, note.number))
    for part in invoice.payments.all():
        what = Phrase("납부", "Paid") if part.payment_id else _of_dispute(part)
        moves.append((part.paid_on, 3, what, -part.principal - part.late_fee, ""))
    for taken in invoice.set_offs.all():
        moves.append(
            (taken.on, 3, Phrase("환불금과 상계", "Set off against a refund"), -taken.principal - taken.late_fee, "")
        )
    for waiver in invoice.waivers.filter(status=ProposalStatus.APPROVED):
        moves.append((kst_date(waiver.decided_at), 4, Phrase("가산금 면제", "Late fee waived"), -waiver.amount, ""))
    return _running(sorted(moves, key=lambda step: step[:2]))


def paid_of(invoice: Invoice) -> Decimal:
    """What was paid of an invoice, late fees and what refunds paid of it included."""
    parts = [*invoice.payments.all(), *invoice.set_offs.all()]
    return sum((part.principal + part.late_fee for part in parts), Decimal(0))


def _of_dispute(part: InvoicePayment) -> Phrase:
    if part.principal + part.late_fee < 0:
        return Phrase("은행이 되가져감", "Taken back by the bank")
    return Phrase("은행이 다시 지급함", "Paid again by the bank")


def _credited(note: CreditNote) -> Phrase:
    """What was still owed falls by it; what was paid goes back and changes no debt."""
    if not note.back:
        return Phrase(f"감액 {note.number}", f"Credit note {note.number}")
    ko, en = (wording.money(note.back, note.currency, language) for language in wording.LANGUAGES)
    return Phrase(f"감액 {note.number} (낸 돈 {ko} 환급)", f"Credit note {note.number} ({en} paid before goes back)")


def _late(month: LateMonth) -> Phrase:
    ko, en = (wording.day(month.ends_on, language) for language in wording.LANGUAGES)
    return Phrase(f"가산금 ({ko}까지의 한 달)", f"Late fee for the month to {en}")


def _running(steps: list[tuple[date, int, Phrase, Decimal, str]]) -> list[Movement]:
    left, account = Decimal(0), []
    for on, _, what, amount, link in steps:
        left += amount
        account.append(Movement(on, what, amount, left, link))
    return account


def why_line(row: InvoiceLine, currency: str) -> Reason:
    """The sentence under a line: quantity × price, less credits, rounded down; of a claim, what it is for."""
    if row.kind == LineKind.CLAIM:
        return claims.explain_line(row.what_ko, row.what_en, row.amount, currency)
    units = (row.meter.unit_ko, row.meter.unit_en) if row.meter else ("", "")
    begun = row.price.effective_on if row.price else row.month_of_use
    rate = Rate(row.unit_price, row.per, currency, begun, steps=row.price.steps if row.price else ())
    return invoicing.explain(
        invoicing.Line(row.amount, row.credits, row.charged, row.rounding),
        quantity=row.quantity, rate=rate, unit_ko=units[0], unit_en=units[1], places=row.steps or (),
    )  # fmt: skip

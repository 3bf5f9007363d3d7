"""Credit notes: less is owed on an invoice that stays as issued; what was paid of that goes back (upstage/18.1, 20.3).

The debt falls first. What was paid beyond the rest goes back to the payments it came by, the last one first; the
gateway is asked by `repayments.reconcile`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.errors import SecondPersonNeeded
from accounts.models import Member
from billing.errors import CreditTooLarge, PaymentRunning
from billing.models import CreditLine, CreditNote, FirmInvoice, Invoice, InvoiceLine, Payment
from billing.queries import credit_notes as queries
from billing.rules import crediting
from billing.rules.crediting import Credit, Part
from billing.services import credit_backs, credit_letters, paid_up, payments
from billing.services.invoices import next_number
from upstage_console.kernel import audit, money, policy
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import InvalidAmount, SamePerson

SERIES: Final = "CN"
CLAUSES: Final = ("upstage/18.1", "upstage/20.3")
ALONE: Final = "credit_note_alone"

policy.reading(
    ALONE,
    {"KRW": 100_000, "USD": 100},
    clause="upstage/20.3",
    why_ko="이미 청구한 금액을 줄이는 것은 돈을 돌려주는 것과 같으므로, 이보다 큰 금액은 두 사람이 결정합니다.",
    why_en="Taking something off an invoice gives money back, so two people decide about more than this (with tax).",
    valid=policy.are_amounts,
)


@dataclass(frozen=True)
class Cause:
    """Why a credit note is issued: what the member reads, what it follows from, and the clauses."""

    reason: str
    subject: str = ""
    clauses: Sequence[str] = CLAUSES


@dataclass(frozen=True)
class Deciders:
    """Who issues a credit note and, where two are needed, who agreed."""

    by: Any
    approver: Any = None


@enforces("upstage/20.3")
@transaction.atomic
def issue(
    *, invoice_id: str, amount: Decimal, reason: str, by: Any, approver: Any, at: datetime, subject: str = "",
    clauses: Sequence[str] = CLAUSES,
) -> CreditNote:  # fmt: skip
    """Take `amount` (without tax) off an invoice (its public id): off the debt, or back where it was paid.

    The same `subject` (the public id it follows from) is credited once and returns the first. `approver` may be None
    up to the setting. Refuses `not_found`, `invalid_amount`, `credit_too_large` (more than is left of the invoice),
    `payment_pending` while the bank is asked, `second_person_needed`, `same_person`.
    """
    invoice = lock(invoice_id)
    first: CreditNote | None = invoice.credit_notes.filter(cause=subject).first() if subject else None
    if first is not None:
        return first
    credit = preview(invoice, amount, at)
    check_people(invoice, credit, Deciders(by, approver), at)
    left = queries.left_of_lines(invoice)
    parts = crediting.spread(amount, [one.charged for one in left], invoice.currency)
    pairs = [(one.row, part) for one, part in zip(left, parts, strict=True) if part.charged]
    return _write(invoice, pairs, credit, Cause(reason, subject, clauses), Deciders(by, approver), at)


def preview(invoice: Invoice, amount: Decimal, at: datetime) -> Credit:
    """What a credit note of `amount` (without tax) would come to; refuses as `issue` does."""
    before = queries.charged_of(invoice)
    check_amount(invoice, before.subtotal, amount)
    return crediting.credit(before, amount, kst_date(at))


def check_amount(invoice: Invoice | FirmInvoice, left: Decimal, amount: Decimal) -> None:
    """Refuses `invalid_amount`, and `credit_too_large` for more than is left of an invoice."""
    if money.exact(amount) <= 0 or money.charged(amount, invoice.currency) != amount:
        raise InvalidAmount(facts={"amount": amount})
    if amount > left:
        told = {"left": money.Money(left, invoice.currency), "number": invoice.number}
        raise CreditTooLarge(facts=told)


def lock(invoice_id: str) -> Invoice:
    """An invoice, after its member; refuses `not_found`, and `payment_pending` while the bank is asked."""
    require_transaction()
    found = Invoice.objects.get_public(invoice_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    invoice: Invoice = Invoice.objects.locked().get_public(invoice_id)
    if Payment.objects.filter(subject=invoice.public_id, status__in=payments.OPEN).exists():
        raise PaymentRunning
    return invoice


def is_for_one(invoice: Invoice | FirmInvoice, credit: Credit, at: datetime) -> bool:
    """Whether one person may take it off (with tax), together with all that one person took off this invoice before."""
    limits: dict[str, int] = policy.value(ALONE, at=at)
    before = -sum((note.total for note in invoice.credit_notes.filter(approved_by=None)), Decimal(0))
    return before + credit.total <= limits[invoice.currency]


def check_people(invoice: Invoice | FirmInvoice, credit: Credit, people: Deciders, at: datetime) -> None:
    """Refuses `second_person_needed` above what one person may take off, and `same_person`."""
    if people.approver is None:
        if not is_for_one(invoice, credit, at):
            raise SecondPersonNeeded(clauses=CLAUSES)
    elif people.by is not None and people.approver.pk == people.by.pk:
        raise SamePerson(clauses=CLAUSES)


@enforces("upstage/8.3", "upstage/18.1", "upstage/20.3")
def of_use(line: InvoiceLine, part: Part, *, cause: Cause, people: Deciders, at: datetime) -> CreditNote:
    """Credit a use that was less on the line of its invoice, in the caller's transaction, whoever decided it.

    `part` is what the use was too much, `part.charged` what of it is no longer owed. Refuses `payment_pending`.
    """
    invoice = lock(line.invoice.public_id)
    left = queries.left_of(line)
    taken = crediting.of_use(part, charged_left=left.charged, rounding_left=left.rounding, currency=invoice.currency)
    before = queries.charged_of(invoice)
    credit = crediting.credit(before, taken.charged, kst_date(at))
    return _write(invoice, [(line, taken)], credit, cause, people, at)


def _write(
    invoice: Invoice, parts: Sequence[tuple[InvoiceLine, Part]], credit: Credit, cause: Cause, people: Deciders,
    at: datetime,
) -> CreditNote:  # fmt: skip
    today = kst_date(at)
    series, sequence = next_number(f"{SERIES}-{today:%Y%m}")
    note = CreditNote.objects.create(
        invoice=invoice, member_id=invoice.member_id, series=series, sequence=sequence,
        number=f"{series.code}-{sequence:06}", currency=invoice.currency, subtotal=-credit.net,
        tax_rate=invoice.tax_rate, tax=-credit.tax, total=-credit.total, off_principal=credit.off_principal,
        off_late_fee=credit.off_late_fee, back_principal=credit.back_principal, back_late_fee=credit.back_late_fee,
        cause=cause.subject, reason=cause.reason, clauses=list(cause.clauses), issued_at=at, issued_on=today,
        issued_by=audit.actor(people.by), approved_by=audit.actor(people.approver),
    )  # fmt: skip
    CreditLine.objects.bulk_create(_line(note, place, *pair) for place, pair in enumerate(parts, start=1))
    facts = {"number": note.number, "invoice": invoice.number, "total": credit.total, "back": note.back}
    audit.record("credit_note.issued", note, by=people.by, at=at, about=invoice.member, reason=cause.reason,
                 clauses=cause.clauses, facts=facts)  # fmt: skip
    credit_backs.begin(note, by=people.by, at=at)
    paid_up.close(invoice, by=people.by, at=at)
    if note.total:
        credit_letters.issued(note, invoice, at=at)
    return note


def _line(note: CreditNote, place: int, line: InvoiceLine, part: Part) -> CreditLine:
    return CreditLine(
        credit_note=note, member_id=note.member_id, line=line, position=place, quantity=-part.quantity,
        amount=-part.amount, credits=-part.credits, charged=-part.charged, rounding=-part.rounding,
    )  # fmt: skip

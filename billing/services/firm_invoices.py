"""Invoices of firms: issued, received, paid; and the tax invoice that states each (rift/7.2, 7.3).

Everything happens in the caller's transaction, after the caller has locked whom it concerns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from billing.enums import FIRM_INVOICE_MOVES, FirmLineKind, FirmPaymentKind, InvoiceStatus
from billing.errors import AmountTooLarge
from billing.models import Firm, FirmInvoice, FirmInvoiceLine, FirmPayment, InvoiceSeries
from billing.queries.firm_debts import debt_of
from billing.rules import interest, taxes
from billing.services import firm_tax_invoices
from billing.services.invoices import next_number
from upstage_console.kernel import audit, money
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates
from upstage_console.kernel.idempotency import IdempotencyMismatch
from upstage_console.kernel.inserting import insert_all
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move, move_all
from upstage_console.kernel.wording import day

CLAUSE: Final = "rift/7.2"
LATE: Final = "rift/7.3"
SERIES: Final = "FC"
"""Invoices of firms are numbered apart from those of members."""


@dataclass(frozen=True)
class FirmPart:
    """One line: what it is in both languages, the exact amount, what is charged of it, and how it was counted."""

    kind: FirmLineKind
    what_ko: str
    what_en: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    charged: Decimal
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FirmBill:
    """An invoice as it will be issued: its lines, the month of supply, the rate for late payment, and its key."""

    parts: Sequence[FirmPart]
    month: date
    percent_late: Decimal
    currency: str
    key: str | None = None


@dataclass(frozen=True)
class FirmAmounts:
    """What an invoice comes to: without tax, the tax, and what rounding took off its lines."""

    net: Decimal
    tax: Decimal
    roundings: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """With tax."""
        return self.net + self.tax


@enforces(CLAUSE)
def amounts(bill: FirmBill) -> FirmAmounts:
    """What a bill comes to, with VAT on top. Refuses `invalid_amount` for less than 0 and for no line at all."""
    net = sum((part.charged for part in bill.parts), Decimal(0))
    if net < 0 or not bill.parts:
        raise InvalidAmount(facts={"amount": net}, clauses=[CLAUSE])
    return FirmAmounts(net, taxes.vat(net, bill.currency), tuple(part.amount - part.charged for part in bill.parts))


def issue(firm: Firm, bill: FirmBill, *, by: Any, at: datetime, reason: str = "") -> FirmInvoice:
    """Issue one invoice, as `issue_all` does; the same key is issued once, and the first is returned."""
    require_transaction()
    first = FirmInvoice.objects.filter(firm=firm, key=bill.key).first() if bill.key else None
    return first or issue_all([(firm, bill)], by=by, at=at, reason=reason)[0]


@enforces(CLAUSE)
def issue_all(
    bills: Sequence[tuple[Firm, FirmBill]], *, by: Any, at: datetime, reason: str = ""
) -> list[FirmInvoice]:  # fmt: skip
    """Issue invoices, numbered in this order, and prepare their tax invoices, in a fixed number of statements.

    Each is due once it was received; what comes to nothing is settled at once. Refuses `invalid_amount` as `amounts`.
    """
    require_transaction()
    if not bills:
        return []
    invoices = _write(bills, at)
    _settle_free(invoices, by, at)
    firm_tax_invoices.prepare_all([invoice for invoice in invoices if invoice.total], at=at)
    deeds = [{"action": "firm_invoice.issued", "subject": invoice, "about": invoice.firm, "reason": reason,
              "clauses": [CLAUSE], "facts": {"total": invoice.total}} for invoice in invoices]  # fmt: skip
    audit.record_all(deeds, by=by, at=at)
    return invoices


def _write(bills: Sequence[tuple[Firm, FirmBill]], at: datetime) -> list[FirmInvoice]:
    found = [amounts(bill) for _firm, bill in bills]
    series, number = next_number(f"{SERIES}-{kst_date(at):%Y%m}", count=len(bills))
    rows = [
        _row(firm, bill, one, (series, place), at)
        for place, ((firm, bill), one) in enumerate(zip(bills, found, strict=True), start=number)
    ]
    invoices = insert_all(rows)
    insert_all(
        line
        for invoice, (_firm, bill), one in zip(invoices, bills, found, strict=True)
        for line in _lines(invoice, bill, one)
    )
    return invoices


def _row(
    firm: Firm, bill: FirmBill, found: FirmAmounts, place: tuple[InvoiceSeries, int], at: datetime
) -> FirmInvoice:  # fmt: skip
    series, sequence = place
    return FirmInvoice(
        firm=firm, series=series, sequence=sequence, number=f"{series.code}-{sequence:06}", month=bill.month,
        currency=bill.currency, rounding=sum(found.roundings, Decimal(0)), subtotal=found.net,
        tax_rate=taxes.VAT_RATE, tax=found.tax, total=found.total, issued_at=at, issued_on=kst_date(at),
        percent_late=bill.percent_late, key=bill.key,
    )  # fmt: skip


def _lines(invoice: FirmInvoice, bill: FirmBill, found: FirmAmounts) -> Iterator[FirmInvoiceLine]:
    for place, (part, rounding) in enumerate(zip(bill.parts, found.roundings, strict=True), start=1):
        yield FirmInvoiceLine(
            invoice=invoice, firm_id=invoice.firm_id, position=place, kind=part.kind, what_ko=part.what_ko,
            what_en=part.what_en, quantity=part.quantity, unit_price=part.unit_price, amount=part.amount,
            charged=part.charged, rounding=rounding, why=dict(part.why),
        )  # fmt: skip


def _settle_free(invoices: Sequence[FirmInvoice], by: Any, at: datetime) -> None:
    free = [invoice for invoice in invoices if not invoice.total]
    if free:
        rows = FirmInvoice.objects.filter(pk__in=[invoice.pk for invoice in free])
        move_all(rows, InvoiceStatus.PAID, allowed=FIRM_INVOICE_MOVES, by=by, at=at, clauses=[CLAUSE], paid_at=at)
    for invoice in free:
        invoice.status, invoice.paid_at = InvoiceStatus.PAID, at


@enforces(CLAUSE)
def receive(
    invoice: FirmInvoice, received_on: date, *, days: int, because: Reason | None, reason: str, by: Any, at: datetime
) -> FirmInvoice:  # fmt: skip
    """Write down on which day the firm received an invoice; it is due so many days later (I-1, I-2).

    Refuses `already_done`, and `invalid_dates` for a day before the issue or to come.
    """
    require_transaction()
    if invoice.received_on is not None:
        raise AlreadyDone(clauses=[CLAUSE])
    if not invoice.issued_on <= received_on <= kst_date(at):
        raise InvalidDates(facts={"starts_on": invoice.issued_on, "ends_on": received_on}, clauses=[CLAUSE])
    due_on = Holiday.objects.calendar().extended_end(received_on, days=days)
    invoice.received_on, invoice.due_on = received_on, due_on
    invoice.why_due = _why_due(received_on, days, due_on, because).as_json()
    invoice.save(update_fields=["received_on", "due_on", "why_due"])
    audit.record("firm_invoice.received", invoice, by=by, at=at, about=invoice.firm, reason=reason, clauses=[CLAUSE],
                 facts={"received_on": received_on, "due_on": due_on})  # fmt: skip
    return invoice


def _why_due(received_on: date, days: int, due_on: date, because: Reason | None) -> Reason:
    said = {language: (day(received_on, language), day(due_on, language)) for language in ("ko", "en")}
    clauses = (CLAUSE, *(clause for clause in (because.clauses if because else ()) if clause != CLAUSE))
    return Reason(
        clauses,
        f"수령일 {said['ko'][0]} + {days}일 → {said['ko'][1]}. {because.ko if because else ''}".strip(),
        f"Received on {said['en'][0]} + {days} days → {said['en'][1]}. {because.en if because else ''}".strip(),
        {"received_on": received_on, "days": days, "due_on": due_on},
    )


@dataclass(frozen=True)
class Transfer:
    """Money as it came in: the day, the amount (None: everything that is due then), and the bank's reference."""

    key: str
    on: date
    amount: Decimal | None = None
    reference: str = ""
    kind: FirmPaymentKind = FirmPaymentKind.TRANSFER


@enforces(LATE)
def pay(invoice: FirmInvoice, transfer: Transfer, *, reason: str, by: Any, at: datetime) -> FirmPayment:
    """Record money for an invoice: the principal first, then interest (I-5); what is fully paid is settled.

    The same key is recorded once, and the first is returned. Refuses `already_done`, `invalid_amount` for more than
    was due, `invalid_dates` for a day to come or before the issue, `idempotency_mismatch` for a key of other money.
    """
    require_transaction()
    first: FirmPayment | None = FirmPayment.objects.filter(firm=invoice.firm_id, key=transfer.key).first()
    if first is not None:
        return _same(first, invoice, transfer)
    if invoice.status == InvoiceStatus.PAID:
        raise AlreadyDone(clauses=[LATE])
    if not invoice.issued_on <= transfer.on <= kst_date(at):
        raise InvalidDates(facts={"starts_on": invoice.issued_on, "ends_on": transfer.on}, clauses=[LATE])
    principal, late = _put(invoice, transfer)
    made: FirmPayment = FirmPayment.objects.create(
        firm_id=invoice.firm_id, invoice=invoice, kind=transfer.kind, key=transfer.key, reference=transfer.reference,
        principal=principal, interest=late, paid_on=transfer.on, recorded_by=audit.actor(by), at=at,
    )  # fmt: skip
    audit.record("firm_invoice.paid", invoice, by=by, at=at, about=invoice.firm, reason=reason, clauses=[CLAUSE, LATE],
                 facts={"principal": principal, "interest": late})  # fmt: skip
    if debt_of(invoice, today=transfer.on).total == 0:
        _settled(invoice, by, at)
    return made


def _same(first: FirmPayment, invoice: FirmInvoice, transfer: Transfer) -> FirmPayment:
    """What this key recorded before, where it is the same money for the same invoice."""
    is_other_amount = transfer.amount not in (None, first.principal + first.interest)
    if first.invoice_id != invoice.pk or first.paid_on != transfer.on or is_other_amount:
        raise IdempotencyMismatch
    return first


def _put(invoice: FirmInvoice, transfer: Transfer) -> tuple[Decimal, Decimal]:
    owed = debt_of(invoice, today=transfer.on)
    is_set_off = transfer.kind == FirmPaymentKind.SET_OFF
    due = owed.principal if is_set_off else owed.total
    amount = due if transfer.amount is None else transfer.amount
    if not 0 < amount <= due or money.charged(amount, invoice.currency) != amount:
        told = {"amount": money.Money(amount, invoice.currency), "due": money.Money(due, invoice.currency)}
        raise AmountTooLarge(facts=told)
    return interest.put(amount, owed)


def _settled(invoice: FirmInvoice, by: Any, at: datetime) -> None:
    move(invoice, InvoiceStatus.PAID, allowed=FIRM_INVOICE_MOVES, by=by, at=at, clauses=[CLAUSE], paid_at=at)

"""Invoices one by one: issued by staff, paid by the member (upstage/18, 19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Member
from billing.enums import FEES, InvoiceKind, InvoiceStatus, LineKind, PaymentPurpose
from billing.errors import AmountTooLarge, NoPaymentMethod, PaymentDeclined, PaymentRunning
from billing.models import Invoice, InvoiceLine, InvoiceSeries, Payment, PaymentMethod
from billing.queries.debts import debt_of
from billing.rules import taxes
from billing.services import payments
from upstage_console.kernel import audit, money, outbox
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates
from upstage_console.kernel.idempotency import IdempotencyMismatch, require_key
from upstage_console.kernel.models import Holiday

SERIES = {InvoiceKind.SINGLE: "UC", InvoiceKind.CLAIM: "CL"}
"""Penalties and damages are numbered apart from fees, as they are invoiced apart (upstage/18.6, 25)."""
LINES = {InvoiceKind.SINGLE: LineKind.FEE, InvoiceKind.CLAIM: LineKind.CLAIM}


@dataclass(frozen=True)
class Part:
    """One line of an invoice that staff issue: what it is for, in both languages, and the net amount."""

    what_ko: str
    what_en: str
    amount: Decimal


def issue_single(
    *,
    member_id: int,
    amount: Decimal,
    due_on: date,
    what_ko: str,
    what_en: str,
    by: Any,
    at: datetime,
    key: str | None = None,
    reason: str = "",
) -> Invoice:
    """Issue an invoice for one fee of a net `amount`; refuses as `issue` does."""
    parts = [Part(what_ko, what_en, amount)]
    return issue(member_id, parts, kind=InvoiceKind.SINGLE, due_on=due_on, by=by, at=at, key=key, reason=reason)


@enforces("upstage/18.2", "upstage/18.4")
@transaction.atomic
def issue(
    member_id: int, parts: Sequence[Part], *, kind: InvoiceKind, due_on: date, by: Any, at: datetime,
    key: str | None = None, reason: str = "",
) -> Invoice:  # fmt: skip
    """Issue an invoice of these parts; it charges no card by itself, and tells the member.

    Fees bear VAT on top; a penalty and damages are no price for a supply and bear none. A due day that is a Saturday,
    Sunday or public holiday moves to the next that is none of these (I-2). The same `key` issues it once and returns
    the first. Refuses `invalid_amount` and, for a due day in the past, `invalid_dates`.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    first = Invoice.objects.filter(member=member, key=key).first() if key else None
    if first is not None:
        return first
    today = kst_date(at)
    for part in parts:
        if money.exact(part.amount) <= 0 or money.charged(part.amount, member.currency) != part.amount:
            raise InvalidAmount(facts={"amount": part.amount})
    if due_on < today:
        raise InvalidDates(facts={"starts_on": today, "ends_on": due_on})
    invoice = _write(member, parts, kind, Holiday.objects.calendar().extended(due_on), key, at)
    outbox.put("invoice", invoice.public_id, {"invoice": invoice.public_id, "at": at.isoformat()}, at=at)
    facts = {"total": invoice.total, "due_on": invoice.due_on}
    clauses = ["upstage/18.1", "upstage/18.4"] if kind in FEES else ["upstage/18.6", "upstage/25.2"]
    audit.record("invoice.issued", invoice, by=by, at=at, about=member, reason=reason, clauses=clauses, facts=facts)
    return invoice


def _write(
    member: Member, parts: Sequence[Part], kind: InvoiceKind, due_on: date, key: str | None, at: datetime
) -> Invoice:
    today, net = kst_date(at), sum((part.amount for part in parts), Decimal(0))
    series, sequence = next_number(f"{SERIES[kind]}-{today:%Y%m}")
    rate, tax = (taxes.VAT_RATE, taxes.vat(net, member.currency)) if kind in FEES else (Decimal(0), Decimal(0))
    invoice = Invoice.objects.create(
        member=member,
        series=series,
        sequence=sequence,
        number=f"{series.code}-{sequence:06}",
        kind=kind,
        month=month_of(today),
        currency=member.currency,
        usage=net,
        credits_applied=0,
        rounding=0,
        subtotal=net,
        tax_rate=rate,
        tax=tax,
        total=net + tax,
        issued_at=at,
        issued_on=today,
        due_on=due_on,
        key=key,
    )
    for place, part in enumerate(parts, start=1):
        _add_line(invoice, place, part)
    return invoice


def _add_line(invoice: Invoice, place: int, part: Part) -> None:
    InvoiceLine.objects.create(
        invoice=invoice,
        member_id=invoice.member_id,
        position=place,
        kind=LINES[InvoiceKind(invoice.kind)],
        month_of_use=invoice.month,
        what_ko=part.what_ko,
        what_en=part.what_en,
        quantity=1,
        unit_price=part.amount,
        amount=part.amount,
        credits=0,
        charged=part.amount,
        rounding=0,
    )


def next_number(code: str, count: int = 1) -> tuple[InvoiceSeries, int]:
    """The series, locked, and the first of its next `count` numbers: given in the order of commits, none left out."""
    InvoiceSeries.objects.bulk_create([InvoiceSeries(code=code)], ignore_conflicts=True)
    series: InvoiceSeries = InvoiceSeries.objects.filter(code=code).locked().get()
    first = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return series, first


def pay(*, member_id: int, invoice_id: str, by: Any, at: datetime, key: str, amount: Decimal | None = None) -> Payment:
    """Pay an invoice, or `amount` of it, with the registered card; the same `key` returns the first payment.

    The payment comes back `succeeded`, or `pending` while its outcome is unknown. Refuses `not_found` (also another
    member's), `already_done`, `no_payment_method`, `payment_declined`, `payment_pending`, `invalid_amount`,
    `invalid_key`, `idempotency_mismatch`. It talks to the gateway, so it is not called inside a transaction.
    """
    payment = begin(member_id=member_id, invoice_id=invoice_id, key=key, amount=amount, by=by, at=at)
    if payment.status in payments.OPEN:
        payment = payments.ask(payment.pk, by=by, at=at)
    if payment.failure:
        raise PaymentDeclined(facts={"failure": payment.failure})
    return payment


@enforces("upstage/18.2", "upstage/19")
@transaction.atomic
def begin(
    *, member_id: int, invoice_id: str, by: Any, at: datetime, key: str, amount: Decimal | None = None
) -> Payment:
    """Write down that an invoice is to be paid, as `pay` does and refuses; `payments.ask` asks the gateway for it."""
    require_key(key, most=payments.LONGEST_KEY)
    Member.objects.filter(pk=member_id).locked().get()
    invoice: Invoice = Invoice.objects.filter(member=member_id).locked().get_public(invoice_id)
    first = Payment.objects.filter(member=member_id, key=f"invoice:{key}").first()
    if first is not None:
        if first.subject != invoice.public_id or amount not in (None, first.amount):
            raise IdempotencyMismatch
        return first
    if invoice.status == InvoiceStatus.PAID:
        raise AlreadyDone
    if Payment.objects.filter(subject=invoice.public_id, status__in=payments.OPEN).exists():
        raise PaymentRunning
    due = debt_of(invoice, kst_date(at)).total
    wanted = due if amount is None else amount
    if not 0 < money.exact(wanted) <= due or money.charged(wanted, invoice.currency) != wanted:
        told = {"amount": money.Money(wanted, invoice.currency), "due": money.Money(due, invoice.currency)}
        raise AmountTooLarge(facts=told)
    method = PaymentMethod.objects.filter(member=member_id, replaced_at__isnull=True).first()
    if method is None:
        raise NoPaymentMethod
    purpose = PaymentPurpose.INVOICE
    asked = payments.Wanted(method, purpose, invoice.public_id, f"invoice:{key}", wanted, invoice.currency)
    return payments.create(asked, by=by, at=at)

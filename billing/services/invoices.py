"""Invoices one by one: issued by staff, paid by the member (upstage/18, 19)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Member
from billing.enums import InvoiceKind, InvoiceStatus, LineKind, PaymentPurpose
from billing.errors import AmountTooLarge, NoPaymentMethod, PaymentDeclined, PaymentRunning
from billing.models import Invoice, InvoiceLine, InvoiceSeries, Payment, PaymentMethod
from billing.queries.debts import debt_of
from billing.rules import taxes
from billing.services import payments
from upstage_console.kernel import audit, money, outbox
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates
from upstage_console.kernel.idempotency import IdempotencyMismatch
from upstage_console.kernel.models import Holiday


@enforces("upstage/18.2", "upstage/18.4")
@transaction.atomic
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
    """Issue an invoice for one fee of a net `amount`, VAT on top; it charges no card by itself, and tells the member.

    A due day that is a Saturday, Sunday or public holiday moves to the next that is none of these (I-2). The same `key`
    issues it once and returns the first. Refuses `invalid_amount` and, for a due day in the past, `invalid_dates`.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    first = Invoice.objects.filter(member=member, key=key).first() if key else None
    if first is not None:
        return first
    today = kst_date(at)
    if amount <= 0 or money.charged(amount, member.currency) != amount:
        raise InvalidAmount(facts={"amount": amount})
    if due_on < today:
        raise InvalidDates(facts={"starts_on": today, "ends_on": due_on})
    due_on = Holiday.objects.calendar().extended(due_on)
    series, sequence = next_number(f"UC-{today:%Y%m}")
    tax = taxes.vat(amount, member.currency)
    invoice = Invoice.objects.create(
        member=member,
        series=series,
        sequence=sequence,
        number=f"{series.code}-{sequence:06}",
        kind=InvoiceKind.SINGLE,
        month=month_of(today),
        currency=member.currency,
        usage=amount,
        credits_applied=0,
        rounding=0,
        subtotal=amount,
        tax_rate=taxes.VAT_RATE,
        tax=tax,
        total=amount + tax,
        issued_at=at,
        issued_on=today,
        due_on=due_on,
        key=key,
    )
    _add_line(invoice, amount, what_ko, what_en)
    outbox.put("invoice", invoice.public_id, {"invoice": invoice.public_id, "at": at.isoformat()}, at=at)
    facts = {"total": invoice.total, "due_on": due_on}
    clauses = ["upstage/18.1", "upstage/18.4"]
    audit.record("invoice.issued", invoice, by=by, at=at, about=member, reason=reason, clauses=clauses, facts=facts)
    return invoice


def _add_line(invoice: Invoice, amount: Decimal, what_ko: str, what_en: str) -> None:
    InvoiceLine.objects.create(
        invoice=invoice,
        member_id=invoice.member_id,
        position=1,
        kind=LineKind.FEE,
        month_of_use=invoice.month,
        what_ko=what_ko,
        what_en=what_en,
        quantity=1,
        unit_price=amount,
        amount=amount,
        credits=0,
        charged=amount,
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
    `idempotency_mismatch`. It talks to the gateway, so it is not called inside a transaction.
    """
    payment = _begin(member_id, invoice_id, key, amount, by, at)
    if payment.status in payments.OPEN:
        payment = payments.ask(payment.pk, by=by, at=at)
    if payment.failure:
        raise PaymentDeclined(facts={"failure": payment.failure})
    return payment


@enforces("upstage/18.2", "upstage/19")
@transaction.atomic
def _begin(member_id: int, invoice_id: str, key: str, amount: Decimal | None, by: Any, at: datetime) -> Payment:
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
    if not 0 < wanted <= due or money.charged(wanted, invoice.currency) != wanted:
        told = {"amount": money.Money(wanted, invoice.currency), "due": money.Money(due, invoice.currency)}
        raise AmountTooLarge(facts=told)
    method = PaymentMethod.objects.filter(member=member_id, replaced_at__isnull=True).first()
    if method is None:
        raise NoPaymentMethod
    purpose = PaymentPurpose.INVOICE
    asked = payments.Wanted(method, purpose, invoice.public_id, f"invoice:{key}", wanted, invoice.currency)
    return payments.create(asked, by=by, at=at)

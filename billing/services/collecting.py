"""Charging monthly invoices to the registered card, once each (upstage/2.7, 19)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Replace

from billing.enums import InvoiceKind, InvoiceStatus
from billing.errors import NoPaymentMethod, PaymentDeclined, PaymentRunning
from billing.models import Invoice, Payment, PaymentMethod
from billing.services import invoices
from upstage_console.kernel.errors import AlreadyDone

LIMIT = 10_000


def collect(*, at: datetime, limit: int = LIMIT) -> int:
    """Charge every monthly invoice that no payment was tried for yet; returns how many were paid.

    A declined card leaves the invoice issued and its member told; the page pays it later. A run that was killed goes on
    where it stopped: each invoice has one key.
    """
    return sum(_collect_one(invoice, at) for invoice in waiting()[:limit])


def waiting() -> QuerySet[Invoice]:
    """Monthly invoices not paid, never tried, of members with a card; the oldest first."""
    text = TextField()
    bare = Replace(Cast(OuterRef("public_id"), text), Value("-", text), Value("", text))
    name = Concat(Value("inv_", text), bare)
    tried = Payment.objects.filter(subject=name)
    card = PaymentMethod.objects.filter(member=OuterRef("member"), replaced_at__isnull=True)
    rows = Invoice.objects.filter(~Exists(tried), Exists(card), kind=InvoiceKind.MONTHLY, status=InvoiceStatus.ISSUED)
    return rows.order_by("pk")


def _collect_one(invoice: Invoice, at: datetime) -> bool:
    key = f"collect:{invoice.public_id}"
    try:
        payment = invoices.pay(member_id=invoice.member_id, invoice_id=invoice.public_id, key=key, by=None, at=at)
    except (AlreadyDone, NoPaymentMethod, PaymentDeclined, PaymentRunning):
        return False
    return payment.settled_at is not None

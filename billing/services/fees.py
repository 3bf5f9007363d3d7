"""A fee that is paid in money at once, outside credits (upstage/18.1)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.errors import NoPaymentMethod
from billing.models import Invoice, Payment, PaymentMethod
from billing.services import invoices
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces


@enforces("upstage/18.1", "upstage/18.4")
@transaction.atomic
def begin(
    *, member_id: int, amount: Decimal, what_ko: str, what_en: str, by: Any, at: datetime, key: str, reason: str = ""
) -> Payment:
    """Issue an invoice for a net `amount`, due today, and write its payment down; the same `key` does it once.

    `payments.ask` asks the gateway, or the job that reconciles payments does. Refuses `no_payment_method` and
    `invalid_amount`; then nothing is written.
    """
    if not PaymentMethod.objects.filter(member=member_id, replaced_at__isnull=True).exists():
        raise NoPaymentMethod
    invoice = invoices.issue_single(
        member_id=member_id, amount=amount, due_on=kst_date(at), what_ko=what_ko, what_en=what_en, by=by, at=at,
        key=f"fee:{key}", reason=reason,
    )  # fmt: skip
    return invoices.begin(member_id=member_id, invoice_id=invoice.public_id, by=by, at=at, key=f"fee:{key}")


def pay_at_once(
    *, member_id: int, amount: Decimal, what_ko: str, what_en: str, by: Any, at: datetime, key: str
) -> Invoice:
    """Issue an invoice for a net `amount`, due today, and charge the registered card; the same `key` does it once.

    Refuses `no_payment_method` and `invalid_amount` before anything is written. Where the card is declined
    (`payment_declined`) the invoice stays due. It talks to the gateway, so it is not called inside a transaction.
    """
    payment = begin(
        member_id=member_id, amount=amount, what_ko=what_ko, what_en=what_en, by=by, at=at, key=key
    )  # fmt: skip
    invoices.pay(member_id=member_id, invoice_id=payment.subject, by=by, at=at, key=f"fee:{key}")
    invoice: Invoice = Invoice.objects.get_public(payment.subject)
    return invoice

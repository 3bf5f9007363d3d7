"""Charging monthly invoices to the registered card, and trying again where it failed (upstage/2.7, 19)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from billing.enums import InvoiceKind, InvoiceStatus
from billing.errors import NoPaymentMethod, PaymentDeclined, PaymentRunning
from billing.rules.recharging import TRY_AGAIN_AFTER
from billing.services import in_turn, invoices, setting_off
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone

LIMIT = 10_000
# Of each invoice that is waiting: how often the card was tried by itself. A try of the member's own that failed counts
# as a failure of the card, and as none of the tries.
WAITING = """
SELECT 'inv_' || replace(invoice.public_id::text, '-', ''), invoice.member_id, tried.times
FROM billing_invoice AS invoice
JOIN billing_paymentmethod AS card ON card.member_id = invoice.member_id AND card.replaced_at IS NULL
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE payment.key LIKE 'invoice:collect:%%') AS times, max(payment.created_at) AS last_at,
        min(payment.created_at) FILTER (WHERE payment.key LIKE 'invoice:collect:%%') AS first_at,
        (array_agg(payment.status ORDER BY payment.id DESC))[1] AS last
    FROM billing_payment AS payment
    WHERE payment.subject = 'inv_' || replace(invoice.public_id::text, '-', '')
) AS tried
WHERE invoice.kind = %(kind)s AND invoice.status = %(status)s AND NOT EXISTS (
    SELECT FROM billing_invoicepayment AS moved WHERE moved.invoice_id = invoice.id AND moved.dispute_id IS NOT NULL
) AND (
    tried.last IS NULL OR tried.last = 'failed' AND (
        card.registered_at > tried.last_at
        OR (tried.first_at AT TIME ZONE 'Asia/Seoul')::date + (%(days)s::int[])[tried.times] <= %(today)s
    )
)
ORDER BY invoice.id LIMIT %(limit)s
"""


@enforces("upstage/2.7", "upstage/19")
def collect(*, at: datetime, limit: int = LIMIT) -> int:
    """Charge every monthly invoice that is waiting for it; returns how many were paid.

    A card that was declined is tried again on the days of a recharge (`TRY_AGAIN_AFTER`), and another card at once;
    each failure is told, and the page pays it any time. A run that was killed goes on where it stopped: each try of an
    invoice has one key.
    What refunds are set off against an invoice is taken off first (20.4). No card is charged by itself for what its
    holder had taken back through the bank.
    """
    try:
        setting_off.set_off_due(at=at)
    finally:
        paid = in_turn.done(waiting(at=at, limit=limit), lambda found: _collect_one(*found, at))
    return paid


def waiting(*, at: datetime, limit: int = LIMIT) -> Sequence[tuple[str, int, int]]:
    """Monthly invoices that a card is to be charged for now, the oldest first: name, member, how often it was tried."""
    with connection.cursor() as cursor:
        cursor.execute(
            WAITING,
            {
                "kind": InvoiceKind.MONTHLY,
                "status": InvoiceStatus.ISSUED,
                "days": list(TRY_AGAIN_AFTER),
                "today": kst_date(at),
                "limit": limit,
            },
        )
        return cursor.fetchall()


def _collect_one(invoice_id: str, member_id: int, times: int, at: datetime) -> bool:
    key = f"collect:{invoice_id}:{times}" if times else f"collect:{invoice_id}"
    try:
        payment = invoices.pay(member_id=member_id, invoice_id=invoice_id, key=key, by=None, at=at)
    except (AlreadyDone, NoPaymentMethod, PaymentDeclined, PaymentRunning):
        return False
    return payment.settled_at is not None

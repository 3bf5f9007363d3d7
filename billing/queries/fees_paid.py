"""The fees a member paid in money, without tax, with what of them went back (upstage/24.5).

What a refund was set off against is a payment of that invoice on that day, and money back of the purchase. So is what
staff paid back by hand. The one place that counts fees paid, for every cap.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db.models import Q

from billing.enums import FEES, PurchaseStatus
from billing.models import Invoice, InvoicePayment, Purchase, SetOff
from billing.queries import gone_back
from billing.queries.gone_back import Back
from billing.rules import taxes
from billing.rules.liability import Fee, Refunded
from upstage_console.kernel.calendars import bounds, kst_date
from upstage_console.kernel.wording import Phrase

NOTHING: Final = Decimal(0)


def fees_paid(member_id: int, first: date, last: date) -> list[Fee]:
    """Payments of invoices and of credits from `first` to `last`, by payment day.

    Late fees, penalties and damages are no service fees; free credits were not paid. A fixed number of queries.
    """
    return sorted([*_invoices(member_id, first, last), *_purchases(member_id, first, last)], key=lambda fee: fee.on)


def _purchases(member_id: int, first: date, last: date) -> Iterator[Fee]:
    start, end = bounds(first, last)
    rows = Purchase.objects.filter(member=member_id, status=PurchaseStatus.PAID, paid_at__gte=start, paid_at__lt=end)
    for row in gone_back.with_purchases(rows.order_by("paid_at")):
        what = Phrase("크레딧 구매", "Purchase of credits")
        refunds = _refunds(gone_back.of_purchase(row), row.amount, row.total, row.currency)
        yield Fee(kst_date(row.paid_at or row.created_at), row.amount, what, row.public_id, refunds)


def _invoices(member_id: int, first: date, last: date) -> Iterator[Fee]:
    paid = InvoicePayment.objects.filter(member=member_id, paid_on__gte=first, paid_on__lte=last)
    taken = SetOff.objects.filter(member=member_id, on__gte=first, on__lte=last)
    rows = Invoice.objects.filter(Q(payments__in=paid) | Q(set_offs__in=taken), member=member_id, kind__in=FEES)
    for invoice in gone_back.with_invoices(rows.distinct().order_by("pk")):
        yield from (fee for fee in _parts(invoice) if first <= fee.on <= last)


def _parts(invoice: Invoice) -> Iterator[Fee]:
    """The share of the net amount of each payment and set-off; together they are it, to the last unit.

    What a bank took back is part of the payment it took it of.
    """
    before, what = Decimal(0), Phrase(f"청구서 {invoice.number}", f"Invoice {invoice.number}")
    backs = gone_back.of_set_offs(invoice)
    rows: list[tuple[datetime, date, Decimal, list[Back] | None]] = [
        (row.at, row.paid_on, row.principal, gone_back.of_payment(row.payment) if row.payment else None)
        for row in invoice.payments.all()
    ]
    rows += [(row.at, row.on, row.principal, backs[row.pk]) for row in invoice.set_offs.all()]
    rows.sort(key=lambda one: one[0])
    rooms = [NOTHING if back is None else part - sum((gone for _, gone in back), NOTHING) for _, _, part, back in rows]
    hands = gone_back.by_hand(invoice, rooms)
    for (_, on, principal, back), by_hand in zip(rows, hands, strict=True):
        net = _net(before + principal, invoice) - _net(before, invoice)
        before += principal
        if principal and back is not None:
            yield Fee(on, net, what, invoice.number, _refunds([*back, *by_hand], net, principal, invoice.currency))


def _net(principal: Decimal, invoice: Invoice) -> Decimal:
    return taxes.net_of(principal, net=invoice.subtotal, total=invoice.total, currency=invoice.currency)


def _refunds(backs: list[Back], net: Decimal, gross: Decimal, currency: str) -> tuple[Refunded, ...]:
    """What went back of a payment of `gross`, each in its share of the net amount; together never more than that."""
    found, before = [], Decimal(0)
    for on, amount in sorted(backs):
        after = min(before + amount, gross)
        share = [taxes.net_of(part, net=net, total=gross, currency=currency) for part in (before, after)]
        found.append(Refunded(on, share[1] - share[0]))
        before = after
    return tuple(found)

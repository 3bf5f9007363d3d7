"""What of payments went back: through the bank, by hand, or set off against an invoice (upstage/20.4, 24.5)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from billing.enums import DisputeStatus, HandPaymentStatus, RepaymentStatus
from billing.models import Dispute, HandPayment, Invoice, Purchase, RefundLine, Repayment
from billing.rules.repaying import after_set_off
from upstage_console.kernel.calendars import kst_date

Back = tuple[date, Decimal]
"""The KST day, and so much with tax."""
OF_CREDIT_NOTES = "crn_"


def with_purchases(rows: QuerySet[Purchase]) -> QuerySet[Purchase]:
    """The purchases with all that `of_purchase` looks at."""
    lines = RefundLine.objects.select_related("refund__taken").prefetch_related(
        "refund__lines", Prefetch("refund__hand_payments", _paid(), "by_hand")
    )
    return rows.select_related("payment").prefetch_related(*_of_bank("payment"), Prefetch("refund_lines", lines))


def with_invoices(rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """The invoices with all that `of_payment` and `of_set_offs` look at."""
    behind = "set_offs__refund__lines__purchase__payment"
    return rows.prefetch_related(
        "payments__payment", *_of_bank("payments__payment"), behind,
        Prefetch("credit_notes__hand_payments", _paid(), "by_hand"),
        Prefetch(f"{behind}__repayments", _succeeded(), "gone_back"),
    )  # fmt: skip


def _paid() -> QuerySet[HandPayment]:
    found: QuerySet[HandPayment] = HandPayment.objects.filter(status=HandPaymentStatus.PAID, is_interest=False)
    return found


def _of_bank(payment: str) -> tuple[Any, Any]:
    lost = Dispute.objects.filter(status=DisputeStatus.LOST)
    return (
        Prefetch(f"{payment}__repayments", _succeeded(), "gone_back"),
        Prefetch(f"{payment}__disputes", lost, "taken_back"),
    )


def _succeeded() -> QuerySet[Repayment]:
    found: QuerySet[Repayment] = Repayment.objects.filter(status=RepaymentStatus.SUCCEEDED)
    return found


def of_payment(payment: Any) -> list[Back]:
    """What the bank gave or took back of a payment."""
    gone = [(kst_date(row.settled_at), row.amount) for row in payment.gone_back]
    return gone + [(kst_date(row.closed_at), row.amount) for row in payment.taken_back]


def of_purchase(purchase: Purchase) -> list[Back]:
    """What went back of a purchase; not what its payment gave back for an invoice that a refund was set off against."""
    payment: Any = purchase.payment
    gone = [row for row in payment.gone_back if not row.subject.startswith(OF_CREDIT_NOTES)]
    found = [(kst_date(row.settled_at), row.amount) for row in gone]
    found += [(kst_date(row.closed_at), row.amount) for row in payment.taken_back]
    for line in purchase.refund_lines.all():
        paid = sum((row.amount for row in gone if row.subject == line.refund.public_id), Decimal(0))
        found += _besides_the_bank(line, paid)
    return [one for one in found if one[1]]


def _besides_the_bank(line: Any, by_bank: Decimal) -> Iterator[Back]:
    """What of a line was set off, and what of it was paid by hand since the bank did not take it back."""
    refund, lines = line.refund, sorted(line.refund.lines.all(), key=lambda one: one.pk)
    parts = after_set_off([one.total for one in lines], refund.set_off)
    in_money = parts[[one.pk for one in lines].index(line.pk)]
    if refund.set_off:
        yield refund.taken.on, line.total - in_money
    for hand in refund.by_hand:
        yield kst_date(hand.decided_at), in_money - by_bank


def of_set_offs(invoice: Invoice) -> dict[int, list[Back]]:
    """What credit notes gave back of each set-off of an invoice: through the payments behind it, each counted once."""
    notes = {note.public_id for note in invoice.credit_notes.all()}
    counted: set[int] = set()
    found: dict[int, list[Back]] = {}
    for row in sorted(invoice.set_offs.all(), key=lambda one: one.pk):
        behind: list[Any] = [line.purchase.payment for line in row.refund.lines.all()]
        gone: Any = {back.pk: back for payment in behind for back in payment.gone_back if back.subject in notes}
        found[row.pk] = [(kst_date(gone[pk].settled_at), gone[pk].amount) for pk in gone if pk not in counted]
        counted |= set(gone)
    return found


def by_hand(invoice: Invoice, rooms: Sequence[Decimal]) -> list[list[Back]]:
    """What staff paid of an invoice's credit notes, as the bank did not take it back: of its payments, the last first.

    `rooms` are what is left of each of them.
    """
    found: list[list[Back]] = [[] for _ in rooms]
    left = list(rooms)
    for hand in (hand for note in invoice.credit_notes.all() for hand in note.by_hand):
        amount = hand.amount
        for place in reversed(range(len(left))):
            part = min(amount, max(left[place], Decimal(0)))
            if part:
                found[place].append((kst_date(hand.decided_at), part))
                left[place], amount = left[place] - part, amount - part
    return found

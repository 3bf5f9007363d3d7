"""Refunds that are set off against next month's fees, as the member prefers (upstage/20.4).

The first invoice with something due that is issued in the month after the approval takes it, or the one for that
month's use; what it does not take goes back to the original payment method.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Member
from billing.enums import FEES, InvoiceStatus, RefundStatus, RefundWay
from billing.models import BillingMonth, Invoice, Payment, Refund, SetOff
from billing.queries.debts import debt_of
from billing.rules import late_fees, repaying
from billing.services import in_turn, paid_up, payments, payouts, refund_letters, refunds
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.models import Holiday

CLAUSES = ("upstage/20.4",)


@enforces("upstage/20.4")
def set_off_due(*, at: datetime) -> int:
    """Set off what can be by now, each in a transaction of its own; returns how many refunds were."""
    waiting = Refund.objects.filter(way=RefundWay.OFFSET, status=RefundStatus.APPROVED, set_off_at__isnull=True)
    ids: list[tuple[int, int]] = list(waiting.order_by("pk").values_list("pk", "member"))
    return in_turn.done(ids, lambda found: _set_off(*found, at))


@transaction.atomic
def _set_off(refund_id: int, member_id: int, at: datetime) -> bool:
    Member.objects.filter(pk=member_id).locked().get()
    refund: Refund = Refund.objects.filter(pk=refund_id).select_related("member").locked().get()
    if refund.status != RefundStatus.APPROVED or refund.set_off_at is not None:
        return False
    invoice = _next_fees(refund, at)
    if invoice is None and not _is_over(refund, at):
        return False
    taken = _take(refund, invoice, at) if invoice is not None else Decimal(0)
    _note(refund, invoice, taken, at)
    return True


def _next_month(refund: Refund) -> date:
    if refund.decided_at is None:
        raise ValueError("only what is approved is set off")
    return months_later(month_of(kst_date(refund.decided_at)), 1)


def _next_fees(refund: Refund, at: datetime) -> Invoice | None:
    """The first invoice for fees since the next month began with something due; one being paid now is left alone."""
    fees = Invoice.objects.filter(
        member=refund.member, kind__in=FEES, status=InvoiceStatus.ISSUED, issued_on__gte=_next_month(refund)
    )
    for invoice in fees.order_by("pk").locked():
        running = Payment.objects.filter(subject=invoice.public_id, status__in=payments.OPEN).exists()
        if not running and debt_of(invoice, kst_date(at)).total > 0:
            return invoice
    return None


def _is_over(refund: Refund, at: datetime) -> bool:
    """Whether the fees of next month are known to be nothing: its invoices are out."""
    month, today = _next_month(refund), kst_date(at)
    first = months_later(month, 1)
    return today > first or (
        today == first and BillingMonth.objects.filter(month=month, closed_at__isnull=False).exists()
    )


def _take(refund: Refund, invoice: Invoice, at: datetime) -> Decimal:
    debt = debt_of(invoice, kst_date(at))
    principal, late_fee = late_fees.put(min(refund.total, debt.total), debt)
    SetOff.objects.create(
        refund=refund, invoice=invoice, member_id=refund.member_id, principal=principal, late_fee=late_fee,
        on=kst_date(at), at=at,
    )  # fmt: skip
    paid_up.close(invoice, by=None, at=at)
    return principal + late_fee


def _note(refund: Refund, invoice: Invoice | None, taken: Decimal, at: datetime) -> None:
    facts: dict[str, Any] = {"set_off": taken, "set_off_at": at}
    if taken < refund.total:
        days = repaying.paying_days(kst_date(at), Holiday.objects.calendar(), is_withdrawal=True)
        last = repaying.paying_days(kst_date(at), Holiday.objects.calendar(), is_withdrawal=False).last
        facts |= {"pay_from": days.first, "pay_by": last}
    for name, value in facts.items():
        setattr(refund, name, value)
    refund.save(update_fields=list(facts))
    told = {"set_off": taken, "invoice": invoice.number if invoice else "–"}
    audit.record("refund.set_off", refund, by=None, at=at, about=refund.member, clauses=CLAUSES, facts=told)
    if invoice is not None:
        refund_letters.set_off(refund, number=invoice.number, at=at)
    if refund.to_pay:
        refunds.open_payout(refund, at=at)
    else:
        payouts.note_paid(refund, by=None, at=at)

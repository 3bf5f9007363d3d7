"""What billing adds to keeping and forgetting: payments are kept five years, a card is forgotten (upstage/21.1)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import RecordType
from accounts.models import Member
from accounts.services.kept_parts import Ids, Kept, forgetter, keeper, waits
from billing.enums import (
    DisputeStatus,
    FeeObjectionStatus,
    HandPaymentStatus,
    InvoiceStatus,
    PaymentStatus,
    PurchaseStatus,
    RefundStatus,
    RepaymentStatus,
)
from billing.models import (
    BusinessProfile,
    CardSetup,
    CreditNote,
    Dispute,
    DocumentFile,
    FeeObjection,
    HandPayment,
    Invoice,
    OwnLimits,
    Payment,
    PaymentMethod,
    Purchase,
    Refund,
    Repayment,
    UsageTally,
)
from billing.services import chargebacks, credit_backs, detaching, repayments
from billing.services import payments as payment_services
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.models import DueItem


@waits
def not_settled(ids: Ids, at: datetime) -> Iterable[int]:
    """Who owes or is owed, has money on its way or disputed, waits for an answer, or used what is not settled yet."""
    owed = Invoice.objects.filter(member__in=ids, status=InvoiceStatus.ISSUED, total__gt=0)
    pending = Payment.objects.filter(member__in=ids, status__in=payment_services.OPEN)
    back = Repayment.objects.filter(member__in=ids, status__in=repayments.OPEN)
    disputed = Dispute.objects.filter(member__in=ids, status=DisputeStatus.OPEN)
    used = UsageTally.objects.filter(member__in=ids)
    refunds = Refund.objects.filter(member__in=ids).exclude(status__in=(RefundStatus.PAID, RefundStatus.REJECTED))
    objections = FeeObjection.objects.filter(member__in=ids, status=FeeObjectionStatus.UNDER_REVIEW)
    waiting = (owed, pending, back, disputed, used, refunds, objections, *_by_hand(ids))
    return [member for rows in waiting for member in rows.values_list("member_id", flat=True)] + [*_asked_for(ids)]


def _by_hand(ids: Ids) -> tuple[QuerySet[Refund], QuerySet[HandPayment]]:
    """Delay interest that nobody has paid yet, and payments by hand that a second person has not agreed to."""
    paid = HandPayment.objects.filter(refund=OuterRef("pk"), is_interest=True, status=HandPaymentStatus.PAID)
    interest = Refund.objects.filter(~Exists(paid), member__in=ids, interest__gt=0)
    return interest, HandPayment.objects.filter(member__in=ids, status=HandPaymentStatus.PROPOSED)


def _asked_for(ids: Ids) -> Iterator[int]:
    """To whom money of a credit note, or that was paid twice, is to be paid another way than back to the card."""
    asked = DueItem.objects.filter(kind__in=(credit_backs.BY_HAND, chargebacks.TASK), closed_at__isnull=True)
    members = Member.objects.filter(pk__in=ids).only("public_id")
    named = {member.public_id: member.pk for member in members}
    yield from (named[about] for about in asked.filter(about__in=named).values_list("about", flat=True))


@keeper
def purchases(ids: Ids) -> Iterable[Kept]:
    """Credits that were bought and supplied, from the day they were paid."""
    for one in Purchase.objects.filter(member__in=ids, status=PurchaseStatus.PAID).order_by("pk"):
        yield _payment(one.member_id, one.paid_at, {
            "purchase": one.public_id, "amount": str(one.amount), "tax": str(one.tax), "total": str(one.total),
            "currency": one.currency, "credits": str(one.credits),
        })  # fmt: skip


@keeper
def invoices(ids: Ids) -> Iterable[Kept]:
    """Invoices, from the day they were issued."""
    for one in Invoice.objects.filter(member__in=ids).order_by("pk"):
        yield _payment(one.member_id, one.issued_at, {
            "invoice": one.number, "subtotal": str(one.subtotal), "tax": str(one.tax), "total": str(one.total),
            "currency": one.currency, "month": one.month.isoformat(),
        })  # fmt: skip


@keeper
def credit_notes(ids: Ids) -> Iterable[Kept]:
    """Credit notes, from the day they were issued."""
    for one in CreditNote.objects.filter(member__in=ids).select_related("invoice").order_by("pk"):
        yield _payment(one.member_id, one.issued_at, {
            "credit_note": one.number, "invoice": one.invoice.number, "subtotal": str(one.subtotal),
            "tax": str(one.tax), "total": str(one.total), "currency": one.currency,
        })  # fmt: skip


@keeper
def payments(ids: Ids) -> Iterable[Kept]:
    """Payments that went through, with the kind of card and the gateway's reference."""
    found = Payment.objects.filter(member__in=ids, status=PaymentStatus.SUCCEEDED).select_related("payment_method")
    for one in found.order_by("pk"):
        yield _payment(one.member_id, one.settled_at, {
            "payment": one.public_id, "amount": str(one.amount), "currency": one.currency, "for": one.subject,
            "card": one.payment_method.brand, "last4": one.payment_method.last4, "reference": one.reference,
        })  # fmt: skip


@keeper
def repaid(ids: Ids) -> Iterable[Kept]:
    """Money that went back, with the payment it went back of."""
    found = Repayment.objects.filter(member__in=ids, status=RepaymentStatus.SUCCEEDED).select_related("payment")
    for one in found.order_by("pk"):
        yield _payment(one.member_id, one.settled_at, {
            "repayment": one.public_id, "of": one.payment.public_id, "amount": str(one.amount),
            "currency": one.currency, "for": one.subject, "reference": one.reference,
        })  # fmt: skip


@keeper
def refunds(ids: Ids) -> Iterable[Kept]:
    """Money that went back, from the day it did."""
    for one in Refund.objects.filter(member__in=ids, status=RefundStatus.PAID).order_by("pk"):
        yield _payment(one.member_id, one.paid_at, {
            "refund": one.public_id, "amount": str(one.amount), "tax": str(one.tax), "total": str(one.total),
            "currency": one.currency, "set_off": str(one.set_off),
        })  # fmt: skip


@keeper
def objections(ids: Ids) -> Iterable[Kept]:
    """Objections to fees with their answers, from the day they came in: complaints are kept three years."""
    for one in FeeObjection.objects.filter(member__in=ids).select_related("invoice", "charge").order_by("pk"):
        about = {"charge": one.charge.public_id} if one.charge else {"invoice": one.invoice.number}
        content = {"objection": one.public_id, **about, "reason": one.reason, "status": one.status,
                   "answer": one.answer}  # fmt: skip
        yield Kept(one.member_id, RecordType.COMPLAINT, kst_date(one.submitted_at), content)


@forgetter
def reasons(ids: Ids, at: datetime) -> None:
    """What the member wrote when asking for money back or objecting, and what was answered."""
    Refund.objects.filter(member__in=ids).update(reason="", answer="", delay_reason="")
    FeeObjection.objects.filter(member__in=ids).update(reason="–", answer="", delay_reason="", evidence={})
    HandPayment.objects.filter(member__in=ids).update(way="", reference="", reason="")


@forgetter
def cards(ids: Ids, at: datetime) -> None:
    """The token that would charge the card again, and its digits; the gateway forgets the card as well."""
    detaching.ask(PaymentMethod.objects.filter(member__in=ids, detached_at__isnull=True), at=at)
    PaymentMethod.objects.filter(member__in=ids).update(token="", last4="")
    PaymentMethod.objects.filter(member__in=ids, replaced_at__isnull=True).update(replaced_at=at)
    CardSetup.objects.filter(member__in=ids).update(reference="", url="")


@forgetter
def documents(ids: Ids, at: datetime) -> None:
    """The files of invoices and credit notes, which nobody can open any more; what the law keeps stands in `Kept`."""
    files = DocumentFile.objects.filter(destroyed_at__isnull=True)
    for row in files.filter(Q(invoice__member__in=ids) | Q(credit_note__member__in=ids)).order_by("pk"):
        row.file.storage.delete(row.file.name)
        row.destroyed_at = at
        row.save(update_fields=["destroyed_at"])


@forgetter
def business_data(ids: Ids, at: datetime) -> None:
    """What stood on the documents of a business; tax invoices keep theirs, as the books must."""
    BusinessProfile.objects.filter(member__in=ids).delete()


@forgetter
def own_limits(ids: Ids, at: datetime) -> None:
    """When the member wanted to be told, and where to stop."""
    OwnLimits.objects.filter(member__in=ids).delete()


def _payment(member_id: int, at: datetime, content: dict[str, Any]) -> Kept:
    return Kept(member_id, RecordType.PAYMENT, kst_date(at), content)

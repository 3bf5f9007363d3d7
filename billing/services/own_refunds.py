"""What a member's export holds of refunds and objections to fees (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Member
from accounts.services.own_data import part, streamed
from billing.models import FeeObjection, HandPayment, Refund, RefundLine, SetOff


@part("refunds", place=380, ko="환불", en="Refunds", columns=(
    "number", "origin", "way", "status", "credits", "amount", "tax", "total", "set_off", "currency", "requested_at",
    "review_by", "decided_at", "answer", "pay_by", "paid_at", "delay_interest", "clauses",
))  # fmt: skip
def refunds(member: Member) -> Iterable[Sequence[Any]]:
    """What was asked back, what was decided, and when it was paid."""
    fields = ("public_id", "origin", "way", "status", "credits", "amount", "tax", "total", "set_off", "currency",
              "requested_at", "review_by", "decided_at", "answer", "pay_by", "paid_at", "interest",
              "clauses")  # fmt: skip
    return streamed(Refund.objects.filter(member=member).order_by("pk"), *fields)


@part("refund_lines", place=381, ko="환불 항목", en="Lines of refunds", columns=(
    "refund", "purchase", "credits", "amount", "tax", "total"
))  # fmt: skip
def refund_lines(member: Member) -> Iterable[Sequence[Any]]:
    """What each refund takes of which purchase."""
    fields = ("refund__public_id", "purchase__public_id", "credits", "amount", "tax", "total")
    return streamed(RefundLine.objects.filter(member=member).order_by("pk"), *fields)


@part("refunds_by_hand", place=382, ko="직접 지급한 환불", en="Refunds paid by hand", columns=(
    "refund", "credit_note", "dispute", "delay_interest", "amount", "currency", "status", "way", "reference",
    "decided_at",
))  # fmt: skip
def refunds_by_hand(member: Member) -> Iterable[Sequence[Any]]:
    """What was paid another way than back to the card."""
    of = ("refund__public_id", "credit_note__number", "dispute__public_id")
    fields = (*of, "is_interest", "amount", "currency", "status", "way", "reference", "decided_at")
    return streamed(HandPayment.objects.filter(member=member).order_by("pk"), *fields)


@part("fee_objections", place=385, ko="요금 이의제기", en="Objections to fees", columns=(
    "number", "invoice", "charge", "reason", "status", "submitted_at", "review_by", "decided_at", "answer",
    "credit_note", "attached",
))  # fmt: skip
def fee_objections(member: Member) -> Iterable[Sequence[Any]]:
    """What was objected to, with what was attached, and the answers."""
    fields = ("public_id", "invoice__number", "charge__public_id", "reason", "status", "submitted_at", "review_by",
              "decided_at", "answer", "credit_note__number", "evidence")  # fmt: skip
    return streamed(FeeObjection.objects.filter(member=member).order_by("pk"), *fields)


@part("set_offs", place=386, ko="상계", en="Set-offs", columns=(
    "refund", "invoice", "principal", "late_fee", "counts_from"
))  # fmt: skip
def set_offs(member: Member) -> Iterable[Sequence[Any]]:
    """What invoices took of refunds instead of a payment."""
    fields = ("refund__public_id", "invoice__number", "principal", "late_fee", "on")
    return streamed(SetOff.objects.filter(member=member).order_by("pk"), *fields)

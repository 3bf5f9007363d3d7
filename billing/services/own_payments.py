"""What a member's export holds of purchases, payments and cards (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Member
from accounts.services.own_data import part, streamed
from billing.models import (
    CardSetup,
    Dispute,
    Payment,
    PaymentMethod,
    Purchase,
    Repayment,
)


@part("purchases", place=330, ko="크레딧 구매", en="Purchases", columns=(
    "number", "amount", "tax", "total", "credits", "bonus", "currency", "mode", "status", "created_at", "paid_at",
    "usable_until",
))  # fmt: skip
def purchases(member: Member) -> Iterable[Sequence[Any]]:
    """Credits that were bought."""
    fields = ("amount", "tax", "total", "credits", "bonus", "currency", "mode", "status", "created_at", "paid_at",
              "expires_on")  # fmt: skip
    return streamed(Purchase.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("payments", place=340, ko="결제", en="Payments", columns=(
    "number", "purpose", "pays_for", "amount", "currency", "status", "failure", "created_at", "settled_at"
))  # fmt: skip
def payments(member: Member) -> Iterable[Sequence[Any]]:
    """Payments and what became of them."""
    fields = ("purpose", "subject", "amount", "currency", "status", "failure", "created_at", "settled_at")
    return streamed(Payment.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("repayments", place=345, ko="반환된 결제", en="Repayments", columns=(
    "number", "payment", "pays_back_for", "amount", "currency", "status", "failure", "created_at", "settled_at"
))  # fmt: skip
def repayments(member: Member) -> Iterable[Sequence[Any]]:
    """Money that went back, and what became of it."""
    fields = ("payment__public_id", "subject", "amount", "currency", "status", "failure", "created_at", "settled_at")
    return streamed(Repayment.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("disputes", place=346, ko="이의가 제기된 결제", en="Disputed payments", columns=(
    "number", "payment", "amount", "currency", "reason", "status", "opened_at", "closed_at"
))  # fmt: skip
def disputes(member: Member) -> Iterable[Sequence[Any]]:
    """Payments that the card's holder disputed at the bank."""
    fields = ("payment__public_id", "amount", "currency", "reason", "status", "opened_at", "closed_at")
    return streamed(Dispute.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("payment_methods", place=350, ko="결제수단", en="Payment methods", columns=(
    "brand", "last_digits", "registered_at", "replaced_at", "forgotten_by_the_gateway_at"
))  # fmt: skip
def payment_methods(member: Member) -> Iterable[Sequence[Any]]:
    """Cards: what is kept of them, without the gateway's token."""
    rows = PaymentMethod.objects.filter(member=member).order_by("pk")
    return streamed(rows, "brand", "last4", "registered_at", "replaced_at", "detached_at")


@part("card_registrations", place=355, ko="카드 등록", en="Registrations of cards", columns=(
    "number", "status", "conditions_shown", "began_at", "ended_at"
))  # fmt: skip
def card_registrations(member: Member) -> Iterable[Sequence[Any]]:
    """When the member agreed to register a card, under which conditions of withdrawal, and what came of it."""
    rows = CardSetup.objects.filter(member=member).order_by("pk")
    return streamed(rows, "public_id", "status", "conditions", "began_at", "ended_at")

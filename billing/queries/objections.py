"""Objections to fees, and what is attached to them (upstage/20.3)."""

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet

from billing.enums import FeeObjectionStatus, PaymentStatus
from billing.models import FeeObjection, Invoice, InvoiceLine, Payment


def objections_of_member(member_id: int) -> QuerySet[FeeObjection]:
    """All objections of a member, the newest first."""
    rows: QuerySet[FeeObjection] = FeeObjection.objects.filter(member_id=member_id).select_related(
        "invoice", "credit_note"
    )
    return rows.order_by("-id")


def objection_to(invoice: Invoice) -> FeeObjection | None:
    """The last objection to an invoice, or None."""
    found: FeeObjection | None = (
        FeeObjection.objects.filter(invoice=invoice).select_related("credit_note").order_by("-id").first()
    )
    return found


def open_objections() -> QuerySet[FeeObjection]:
    """Those that wait for their answer."""
    rows: QuerySet[FeeObjection] = FeeObjection.objects.filter(status=FeeObjectionStatus.UNDER_REVIEW)
    return rows


def evidence_of(invoice: Invoice) -> dict[str, Any]:
    """What upstage/20.3 wants with an objection: the usage on the invoice, and what was paid for it, as of now."""
    lines = InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    payments = Payment.objects.filter(subject=invoice.public_id).order_by("pk")
    return {
        "usage": [
            {
                "what_ko": line.what_ko, "what_en": line.what_en, "month": line.month_of_use.isoformat(),
                "quantity": str(line.quantity), "amount": str(line.amount), "credits": str(line.credits),
                "charged": str(line.charged),
            }
            for line in lines
        ],
        "payments": [
            {
                "payment": payment.public_id, "amount": str(payment.amount), "status": payment.status,
                "at": (payment.settled_at or payment.created_at).isoformat(),
            }
            for payment in payments
        ],
    }  # fmt: skip


def read(evidence: dict[str, Any]) -> dict[str, Any]:
    """What is attached, with its amounts and instants as values again."""
    amounts = ("quantity", "amount", "credits", "charged")
    return {
        "usage": [
            SimpleNamespace(**row | {name: Decimal(row[name]) for name in amounts}) for row in evidence.get("usage", ())
        ],
        "payments": [
            row | {"amount": Decimal(row["amount"]), "at": datetime.fromisoformat(row["at"]),
                   "label": PaymentStatus(row["status"]).label}
            for row in evidence.get("payments", ())
        ],
    }  # fmt: skip

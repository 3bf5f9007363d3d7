"""What is attached to an objection to a fee: the usage records and the payments, as of then (upstage/20.3)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum
from django.db.models.functions import TruncHour

from billing.enums import PaymentStatus
from billing.models import Charge, Invoice, InvoiceLine, Payment, Purchase, UsageEvent
from billing.queries import credit_notes, spending
from credits import queries as credits
from upstage_console.kernel.calendars import day_end, day_start
from upstage_console.kernel.clauses import Reason

AMOUNTS = ("quantity", "amount", "credits", "charged")


def of_invoice(invoice: Invoice) -> dict[str, Any]:
    """The usage on the invoice, and what was paid for it, as of now."""
    lines = InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    usage = [
        {
            "what_ko": line.what_ko, "what_en": line.what_en, "month": line.month_of_use.isoformat(),
            "quantity": str(line.quantity), "amount": str(line.amount), "credits": str(line.credits),
            "charged": str(line.charged),
        }
        for line in lines
    ]  # fmt: skip
    return {"usage": usage, "payments": _payments([invoice.public_id])}


def of_charge(charge: Charge) -> dict[str, Any]:
    """A charge with its arithmetic, its uses hour by hour, the lots that paid it, and what was paid for those."""
    burned = [entry for entry in credits.entries_of_charge(charge.member_id, _uuid(charge)) if entry.amount < 0]
    bought = Purchase.objects.filter(member=charge.member_id, lot__in=[entry.lot.public_id for entry in burned])
    line = credit_notes.line_of_charge(charge) if charge.owed else None
    paid = [*bought.values_list("public_id", flat=True), *([line.invoice.public_id] if line else [])]
    return {
        "usage": [_charged(charge)],
        "why": spending.why_charged(charge).as_json(),
        "hours": _hours(charge),
        "lots": [{"lot": entry.lot.public_id, "amount": str(-entry.amount)} for entry in burned],
        "payments": _payments(paid),
    }


def _uuid(charge: Charge) -> UUID:
    field: Any = Charge._meta.get_field("public_id")
    found: UUID = field.get_prep_value(charge.public_id)
    return found


def _charged(charge: Charge) -> dict[str, str]:
    meter, service = charge.meter, charge.meter.service
    return {
        "what_ko": f"{service.name_ko} · {meter.unit_ko}", "what_en": f"{service.name_en} · {meter.unit_en}",
        "month": charge.day.replace(day=1).isoformat(), "quantity": str(charge.quantity),
        "amount": str(charge.amount), "credits": str(charge.burned), "charged": str(charge.owed),
    }  # fmt: skip


def _hours(charge: Charge) -> list[dict[str, Any]]:
    """What was reported for the charge, by hour; nothing any more where its month lies in files."""
    uses = UsageEvent.objects.filter(
        member=charge.member_id, occurred_at__gte=day_start(charge.day), occurred_at__lt=day_end(charge.day),
        meter=charge.meter_id, price=charge.price_id, api_key=charge.api_key_id, batch__settlement=charge.settlement_id,
    )  # fmt: skip
    hours = uses.annotate(hour=TruncHour("occurred_at")).order_by("hour").values_list("hour")
    sums = hours.annotate(Count("event_id"), Sum("quantity"), Sum("amount"))
    return [
        {"at": hour.isoformat(), "calls": calls, "quantity": str(quantity), "amount": str(amount)}
        for hour, calls, quantity, amount in sums
    ]


def _payments(subjects: Iterable[str]) -> list[dict[str, str]]:
    return [
        {
            "payment": payment.public_id, "amount": str(payment.amount), "status": payment.status,
            "at": (payment.settled_at or payment.created_at).isoformat(),
        }
        for payment in Payment.objects.filter(subject__in=subjects).order_by("pk")
    ]  # fmt: skip


def read(evidence: dict[str, Any]) -> dict[str, Any]:
    """What is attached, with its amounts and instants as values again."""
    why = evidence.get("why")
    return {
        "usage": [_values(row, AMOUNTS) for row in evidence.get("usage", ())],
        "why": Reason.from_json(why) if why else None,
        "hours": [_values(row, ("quantity", "amount")) for row in evidence.get("hours", ())],
        "lots": [_values(row, ("amount",)) for row in evidence.get("lots", ())],
        "payments": [
            row | {"amount": Decimal(row["amount"]), "at": datetime.fromisoformat(row["at"]),
                   "label": PaymentStatus(row["status"]).label}
            for row in evidence.get("payments", ())
        ],
    }  # fmt: skip


def _values(row: dict[str, Any], amounts: Iterable[str]) -> SimpleNamespace:
    values = row | {name: Decimal(row[name]) for name in amounts}
    if "at" in row:
        values["at"] = datetime.fromisoformat(row["at"])
    return SimpleNamespace(**values)

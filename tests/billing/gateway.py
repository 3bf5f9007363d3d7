"""What gateways tell by themselves, as the sandbox signs it."""

from datetime import datetime
from typing import Any

from billing.gateways import sandbox_messages
from billing.models import GatewayEvent, Payment, Repayment
from billing.services import inbox
from tests.billing import make


def told(asked: Payment | Repayment, **changes: Any) -> dict[str, Any]:
    """What the sandbox says of a payment or a repayment: that it succeeded, unless it is told otherwise."""
    about = "charge" if isinstance(asked, Payment) else "refund"
    return {
        "id": f"evt_{asked.public_id}",
        "about": about,
        "key": asked.public_id,
        "said": "succeeded",
        "reference": f"told_{asked.pk}",
        "amount": str(asked.amount),
        "currency": asked.currency,
        "at": make.NOON.isoformat(),
    } | changes


def disputed(payment: Payment, status: str = "open", **changes: Any) -> dict[str, Any]:
    """What the sandbox says of a disputed payment."""
    return {
        "id": f"evt_{status}_{payment.public_id}",
        "about": "dispute",
        "reference": payment.reference,
        "amount": str(payment.amount),
        "currency": payment.currency,
        "at": make.NOON.isoformat(),
        "dispute": {"reference": "dp_1", "amount": str(payment.amount), "reason": "fraudulent", "status": status},
    } | changes


def sent(body: dict[str, Any], *, at: datetime = make.NOON) -> GatewayEvent:
    """The message as our inbox takes it."""
    raw, headers = sandbox_messages.signed(body, at=at)
    return inbox.receive("sandbox", raw, headers, at=at)

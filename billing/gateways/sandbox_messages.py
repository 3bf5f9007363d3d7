"""What the sandbox says by itself, signed as a gateway signs its webhooks: by time and body, under a secret."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.crypto import salted_hmac

from billing.enums import DisputeStatus, EventAbout
from billing.errors import ForgedEvent, UnreadableEvent
from billing.gateways.port import Disputed, Event, Outcome, Said

HEADER = "Sandbox-Signature"
TOLERANCE = timedelta(minutes=5)
"""A signature is good for this long; what comes later is a replay."""


def signed(body: Mapping[str, Any], *, at: datetime) -> tuple[bytes, dict[str, str]]:
    """The bytes and headers of a message, as they are sent at this instant."""
    raw, stamp = json.dumps(body).encode(), str(int(at.timestamp()))
    return raw, {HEADER: f"t={stamp},v1={_signature(stamp, raw)}"}


def parse(body: bytes, headers: Mapping[str, str], *, at: datetime) -> Event:
    """What a message says. Refuses `forged_event`, `unreadable_event`."""
    parts = dict(part.partition("=")[::2] for part in headers.get(HEADER, "").split(","))
    stamp = parts.get("t", "")
    if not hmac.compare_digest(_signature(stamp, body).encode(), parts.get("v1", "").encode()):
        raise ForgedEvent
    if abs(at - datetime.fromtimestamp(int(stamp), UTC)) > TOLERANCE:
        raise ForgedEvent
    try:
        return _event(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise UnreadableEvent from error


def _signature(stamp: str, body: bytes) -> str:
    return salted_hmac("sandbox gateway", stamp.encode() + b"." + body, algorithm="sha256").hexdigest()


def _event(told: Mapping[str, Any]) -> Event:
    dispute = told.get("dispute")
    return Event(
        id=told["id"],
        about=EventAbout(told["about"]),
        happened_at=datetime.fromisoformat(told["at"]),
        key=told.get("key", ""),
        reference=told.get("reference", ""),
        outcome=Outcome(Said(told.get("said", "unknown")), told.get("reference", ""), told.get("failure", "")),
        amount=Decimal(told["amount"]) if "amount" in told else None,
        currency=told.get("currency", ""),
        dispute=_disputed(dispute) if dispute else None,
    )


def _disputed(told: Mapping[str, Any]) -> Disputed:
    evidence_by = told.get("evidence_by")
    return Disputed(
        reference=told["reference"],
        amount=Decimal(told["amount"]),
        reason=told.get("reason", ""),
        status=DisputeStatus(told["status"]),
        evidence_by=datetime.fromisoformat(evidence_by) if evidence_by else None,
    )

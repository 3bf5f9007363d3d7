"""What gateways tell by themselves: proved, kept once for each id, and applied once, in whatever order it comes.

An event says what became of something that we asked for under a key of ours. It is compared with what we asked for;
what does not fit changes nothing and goes to staff. A crash after it was kept leaves it waiting, and `handle_waiting`
goes on.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from accounts.models import Member
from billing import gateways
from billing.enums import DisputeStatus, EventAbout, EventOutcome
from billing.errors import GatewayUnreachable
from billing.gateways import Disputed, Event, Outcome, Said
from billing.models import GatewayEvent, Payment, Repayment
from billing.services import disputes, in_turn, payment_methods, payments, repayments
from upstage_console.kernel import due

TASK: Final = "gateway_event"
LOOKED_AT_WITHIN: Final = timedelta(days=3)
"""The console's own time for what does not fit."""

CLAUSE: Final = "upstage/19"


def receive(gateway: str, body: bytes, headers: Mapping[str, str], *, at: datetime) -> GatewayEvent:
    """Keep a message of a gateway, once for each id, and apply it. Not inside a transaction.

    Refuses `forged_event`, `unreadable_event`, before anything is kept.
    """
    event = gateways.get(gateway).parse(body, headers, at=at)
    row = _keep(gateway, event, at)
    return row if row.handled_at else handle(row.pk, at=at)


@transaction.atomic
def _keep(gateway: str, event: Event, at: datetime) -> GatewayEvent:
    row, made = GatewayEvent.objects.get_or_create(
        gateway=gateway,
        event_id=event.id,
        defaults={
            "about": event.about,
            "subject": event.key,
            "facts": _facts(event),
            "happened_at": event.happened_at,
            "received_at": at,
        },
    )
    if not made:
        GatewayEvent.objects.filter(pk=row.pk).update(deliveries=F("deliveries") + 1)
        row.refresh_from_db()
    return row


def _facts(event: Event) -> dict[str, str]:
    """All that is applied of an event: what is not kept is not needed."""
    facts = {
        "reference": event.reference,
        "said": event.outcome.said.value,
        "of": event.outcome.reference,
        "failure": event.outcome.failure,
        "amount": "" if event.amount is None else f"{event.amount:f}",
        "currency": event.currency,
    }
    if event.dispute is not None:
        facts |= {
            "dispute": event.dispute.reference,
            "disputed": f"{event.dispute.amount:f}",
            "reason": event.dispute.reason,
            "status": event.dispute.status,
            "evidence_by": event.dispute.evidence_by.isoformat() if event.dispute.evidence_by else "",
        }
    return {name: value for name, value in facts.items() if value}


def handle_waiting(*, at: datetime, limit: int = 500) -> int:
    """Apply events that were kept and not applied, oldest first; returns how many."""
    waiting = GatewayEvent.objects.filter(handled_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    return in_turn.done(waiting[:limit], lambda pk: handle(pk, at=at).handled_at is not None)


def handle(event_pk: int, *, at: datetime) -> GatewayEvent:
    """Apply an event that was kept; a repeat finds it applied. It waits where the gateway must be asked and is down."""
    row: GatewayEvent = GatewayEvent.objects.get(pk=event_pk)
    if row.about != EventAbout.SETUP or row.handled_at:
        return _handle(event_pk, at)
    try:
        return _note(row, payment_methods.told(row.subject, gateway=row.gateway, at=at), at)
    except GatewayUnreachable:
        return row


@transaction.atomic
def _handle(event_pk: int, at: datetime) -> GatewayEvent:
    row: GatewayEvent = GatewayEvent.objects.filter(pk=event_pk).locked().get()
    if row.handled_at is not None:
        return row
    return _note(row, _HANDLERS.get(EventAbout(row.about), _other)(row, at), at)


def _note(row: GatewayEvent, outcome: EventOutcome, at: datetime) -> GatewayEvent:
    row.outcome, row.handled_at = outcome, at
    row.save(update_fields=["outcome", "handled_at"])
    return row


def _other(_row: GatewayEvent, _at: datetime) -> EventOutcome:
    return EventOutcome.IGNORED


def _charge(row: GatewayEvent, at: datetime) -> EventOutcome:
    payment: Payment | None = _ours(Payment, "payment_method__gateway", row)
    if payment is None:
        return EventOutcome.IGNORED
    return _settled(row, payment, payments, at)


def _refund(row: GatewayEvent, at: datetime) -> EventOutcome:
    repayment: Repayment | None = _ours(Repayment, "payment__payment_method__gateway", row)
    if repayment is not None:
        return _settled(row, repayment, repayments, at)
    payment = _by_reference(row)
    return _ask_staff(row, payment, at) if payment else EventOutcome.IGNORED


def _ours(model: type[Any], gateway: str, row: GatewayEvent) -> Any:
    """The row that an event names by our key, where that is one of this gateway's."""
    if model._meta.get_field("public_id").parse(row.subject) is None:
        return None
    return model.objects.filter(public_id=row.subject, **{gateway: row.gateway}).first()


def _by_reference(row: GatewayEvent) -> Payment | None:
    reference = row.facts.get("reference", "")
    found = Payment.objects.filter(payment_method__gateway=row.gateway, reference=reference)
    payment: Payment | None = found.select_related("payment_method").first() if reference else None
    return payment


def _settled(row: GatewayEvent, asked: Payment | Repayment, service: Any, at: datetime) -> EventOutcome:
    """What became of what we asked for, where that fits; what is settled already stays as it is."""
    outcome = Outcome(Said(row.facts["said"]), row.facts.get("of", ""), row.facts.get("failure", ""))
    if outcome.said is Said.UNKNOWN:
        return EventOutcome.KNOWN
    told = row.facts.get("amount"), row.facts.get("currency")
    if told[0] is None or (Decimal(told[0]), told[1]) != (asked.amount, asked.currency):
        return _ask_staff(row, asked, at)
    if asked.status in service.OPEN:
        return _settle(row, asked, service, outcome, at)
    return EventOutcome.KNOWN if asked.status == outcome.said.value else _ask_staff(row, asked, at)


def _settle(
    row: GatewayEvent, asked: Payment | Repayment, service: Any, outcome: Outcome, at: datetime
) -> EventOutcome:
    """The answer of the gateway may have come meanwhile: whoever is second finds it settled."""
    settled = service.told(asked.pk, outcome, at=at)
    if settled.status != outcome.said.value:
        return _ask_staff(row, settled, at)
    return EventOutcome.APPLIED if settled.settled_at == at else EventOutcome.KNOWN


def _dispute(row: GatewayEvent, at: datetime) -> EventOutcome:
    payment = _by_reference(row)
    if payment is None:
        return EventOutcome.IGNORED
    Member.objects.filter(pk=payment.member_id).locked().get()
    return EventOutcome.APPLIED if disputes.tell(payment, _disputed(row), at=at) else EventOutcome.KNOWN


def _disputed(row: GatewayEvent) -> Disputed:
    facts = row.facts
    evidence_by = facts.get("evidence_by")
    return Disputed(
        reference=facts["dispute"],
        amount=Decimal(facts["disputed"]),
        reason=facts.get("reason", ""),
        status=DisputeStatus(facts["status"]),
        evidence_by=datetime.fromisoformat(evidence_by) if evidence_by else None,
    )


def _ask_staff(row: GatewayEvent, about: Payment | Repayment, at: datetime) -> EventOutcome:
    due.open_item(
        TASK, row, about=about.member, clause=CLAUSE, at=at, key=f"{row.gateway}:{row.event_id}",
        title_ko=f"결제사의 알림이 기록과 다름: {about.public_id}",
        title_en=f"The gateway says otherwise: {about.public_id}",
        due_at=at + LOOKED_AT_WITHIN, warn_at=at,
    )  # fmt: skip
    return EventOutcome.DIFFERS


_HANDLERS: Final[Mapping[EventAbout, Callable[[GatewayEvent, datetime], EventOutcome]]] = {
    EventAbout.CHARGE: _charge,
    EventAbout.REFUND: _refund,
    EventAbout.DISPUTE: _dispute,
}

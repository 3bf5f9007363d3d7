"""Meetings: planned with what the customer brings along, moved, called off (rift/9.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import MEETING_MOVES, MeetingKind, MeetingStatus
from contracts.models import Meeting
from contracts.queries.standing import require_concluded
from contracts.services import drafting, meeting_letters
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/9.2"


@dataclass(frozen=True)
class Plan:
    """A meeting as it is planned, or as it was held."""

    kind: MeetingKind
    title: str
    held_at: datetime
    place: str = ""
    needs: str = ""


@enforces(CLAUSE)
@transaction.atomic
def plan(contract_id: str, given: Plan, *, by: Any, at: datetime, reason: str = "") -> Meeting:
    """Plan a meeting, or write down one that was held; of one to come the customer is told with what it provides.

    Refuses `not_found`, `not_concluded`.
    """
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    row: Meeting = Meeting.objects.create(
        customer_id=contract.customer_id, contract=contract, kind=given.kind, title=given.title.strip(),
        held_at=given.held_at, place=given.place.strip(), needs=given.needs.strip(), planned_by=audit.actor(by),
        planned_at=at,
    )  # fmt: skip
    told("planned", row, by, at, reason)
    if given.held_at > at:
        meeting_letters.planned(row, at=at)
    return row


@enforces(CLAUSE)
@transaction.atomic
def put_off(meeting_id: str, held_at: datetime, *, reason: str, by: Any, at: datetime) -> Meeting:
    """Hold a meeting at another time; the customer is told. Refuses `not_found`, `already_done` once it was held."""
    row = taken(meeting_id)
    _require_planned(row)
    row.held_at = held_at
    row.save(update_fields=["held_at"])
    told("put_off", row, by, at, reason)
    meeting_letters.put_off(row, at=at)
    return row


@transaction.atomic
def call_off(meeting_id: str, *, reason: str, by: Any, at: datetime) -> Meeting:
    """Hold no meeting; the customer is told why. Refuses `not_found`, `already_done`, `not_allowed` once held."""
    row = taken(meeting_id)
    move(row, MeetingStatus.CALLED_OFF, allowed=MEETING_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         called_off_at=at)  # fmt: skip
    told("called_off", row, by, at, reason)
    meeting_letters.called_off(row, reason, at=at)
    return row


def _require_planned(row: Meeting) -> None:
    if row.status != MeetingStatus.PLANNED:
        raise AlreadyDone(clauses=[CLAUSE])


def taken(meeting_id: str) -> Meeting:
    """A meeting, locked after its customer and its contract. Refuses `not_found`."""
    found: Meeting = Meeting.objects.select_related("contract").get_public(meeting_id)
    drafting.locked(found.contract.public_id)
    row: Meeting = Meeting.objects.select_related("contract__customer__firm").locked().get_public(meeting_id)
    return row


def told(what: str, row: Meeting, by: Any, at: datetime, reason: str, **facts: object) -> None:
    """Write one line of a meeting's history."""
    facts = {"title": row.title, "held_at": row.held_at.isoformat(), **facts}
    audit.record(f"meeting.{what}", row, by=by, at=at, about=row.contract.customer, reason=reason, clauses=[CLAUSE],
                 facts=facts)  # fmt: skip

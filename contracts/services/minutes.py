"""Minutes: written by one side, confirmed by the other or objected to and written anew; then final (rift/9.2).

They amend nothing of the contract: no document of it is made of them, and what governs a topic never asks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from contracts.enums import MEETING_MOVES, MINUTES_MOVES, MeetingStatus, MinutesStatus, Side
from contracts.errors import MinutesFinal, NotHeld, NothingSaid, ProofNeeded, ReasonsNeeded
from contracts.models import Meeting, Minutes, MinutesAnswer
from contracts.queries.meetings import current_of
from contracts.queries.sides import side_of
from contracts.rules import meetings as rules
from contracts.services import deadlines, meeting_letters, meetings
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

CLAUSE: Final = "rift/9.2"
CLAUSES: Final = [CLAUSE, "rift/2.4"]
TASK: Final = "minutes"
OBJECTION: Final = "minutes_objection"
ACTION: Final = "minutes_action"
WARNED_BEFORE: Final = timedelta(days=2)


@dataclass(frozen=True)
class Decision:
    """What was decided: what is done, by which side, until when."""

    what: str
    side: Side
    due_on: date | None = None

    def as_json(self) -> dict[str, str | None]:
        """What is kept of it."""
        return {"what": self.what, "side": self.side, "due_on": self.due_on.isoformat() if self.due_on else None}


@dataclass(frozen=True)
class Written:
    """Minutes as they are written: who was there, what was said, what was decided."""

    attendees: str
    text: str
    decisions: Sequence[Decision] = ()


@enforces(CLAUSE)
@transaction.atomic
def write(meeting_id: str, given: Written, *, by: Any, at: datetime, reason: str = "") -> Minutes:
    """Write a version of the minutes, which its side confirms by that; the other side is asked to.

    A version that waits is replaced. Refuses `not_found`, `not_held` before the meeting, `nothing_said`,
    `minutes_final`.
    """
    meeting = meetings.taken(meeting_id)
    _require_held(meeting, given, at)
    last = current_of(meeting)
    _replace(last, by, at)
    side = side_of(meeting.contract, by, at=at)
    made: Minutes = Minutes.objects.create(
        customer_id=meeting.customer_id, meeting=meeting, version=last.version + 1 if last else 1,
        attendees=given.attendees.strip(), text=given.text.strip(),
        decisions=[one.as_json() for one in given.decisions], written_by=audit.actor(by), written_side=side,
        written_at=at,
    )  # fmt: skip
    if meeting.status == MeetingStatus.PLANNED:
        move(meeting, MeetingStatus.HELD, allowed=MEETING_MOVES, by=by, at=at, clauses=[CLAUSE])
    _answer(made, side, by, at, is_confirmed=True)
    meetings.told("minutes_written", meeting, by, at, reason, version=made.version)
    _await(made, side, at)
    return made


def _require_held(meeting: Meeting, given: Written, at: datetime) -> None:
    if meeting.status == MeetingStatus.CALLED_OFF or meeting.held_at > at:
        raise NotHeld(facts={"meeting": meeting.title})
    if not (is_visible(given.text) and is_visible(given.attendees)):
        raise NothingSaid


def _replace(last: Minutes | None, by: Any, at: datetime) -> None:
    if last is None:
        return
    if last.status == MinutesStatus.CONFIRMED:
        raise MinutesFinal(facts={"meeting": last.meeting.title})
    if last.status == MinutesStatus.PROPOSED:
        move(last, MinutesStatus.REPLACED, allowed=MINUTES_MOVES, by=by, at=at, clauses=[CLAUSE], closed_at=at)
    for kind in (TASK, OBJECTION):
        _close(kind, last, by, at, "written anew")


def _await(row: Minutes, side: Side, at: datetime) -> None:
    """The other side confirms; where that is the customer, staff see to it."""
    meeting, contract = row.meeting, row.meeting.contract
    last = deadlines.last_instant("minutes_days", on=kst_date(at), at=at)
    ko, en = ("고객의 회의록 확인", "The customer confirms minutes") if side == Side.COMPANY else (
        "회의록 확인", "Confirm minutes"
    )  # fmt: skip
    due.open_item(
        TASK, meeting, key=row.public_id, about=contract.customer, clause=CLAUSE, due_at=last, at=at,
        warn_at=last - WARNED_BEFORE, title_ko=f"{ko}: {contract.title}, {meeting.title}",
        title_en=f"{en}: {contract.title}, {meeting.title}",
    )  # fmt: skip
    if side == Side.COMPANY:
        meeting_letters.to_confirm(row, at=at)


@enforces(CLAUSE)
@transaction.atomic
def confirm(
    minutes_id: str, *, by: Any, at: datetime, for_customer: bool = False, reason: str = ""
) -> Minutes:  # fmt: skip
    """One side confirms; with both they are final. `for_customer`: staff write down what the customer said elsewhere.

    Refuses `not_found`, `already_done` for what was answered or closed, `proof_needed` for the customer's word without
    what proves it.
    """
    row = _taken(minutes_id)
    side, is_recorded = _speaking(row, by, at, for_customer, reason)
    _answer(row, side, by, at, is_confirmed=True, is_recorded=is_recorded, reason=reason)
    meetings.told("minutes_confirmed", row.meeting, by, at, reason, version=row.version, side=side.value)
    confirmed = [Side(one) for one in row.answers.filter(is_confirmed=True).values_list("side", flat=True)]
    if rules.standing(confirmed, []) == MinutesStatus.CONFIRMED:
        _close(TASK, row, by, at, "confirmed")
        move(row, MinutesStatus.CONFIRMED, allowed=MINUTES_MOVES, by=by, at=at, clauses=CLAUSES, closed_at=at)
        _open_actions(row, at)
        meeting_letters.confirmed(row, at=at)
    return row


@enforces(CLAUSE)
@transaction.atomic
def object_to(
    minutes_id: str, *, reason: str, by: Any, at: datetime, for_customer: bool = False
) -> Minutes:  # fmt: skip
    """One side says what is wrong; a new version is written. Refuses `not_found`, `already_done`, `reasons_needed`."""
    row = _taken(minutes_id)
    if not is_visible(reason):
        raise ReasonsNeeded(clauses=[CLAUSE])
    side, is_recorded = _speaking(row, by, at, for_customer, reason)
    _answer(row, side, by, at, is_confirmed=False, is_recorded=is_recorded, reason=reason)
    move(row, MinutesStatus.OBJECTED, allowed=MINUTES_MOVES, by=by, at=at, reason=reason[:500], clauses=[CLAUSE],
         closed_at=at)  # fmt: skip
    meetings.told("minutes_objected", row.meeting, by, at, reason[:500], version=row.version, side=side.value)
    _close(TASK, row, by, at, "objected to")
    _open_objection(row, at)
    meeting_letters.objected(row, reason, at=at)
    return row


def _speaking(row: Minutes, by: Any, at: datetime, for_customer: bool, reason: str) -> tuple[Side, bool]:
    """For which side somebody speaks, and whether staff write it down for the customer."""
    side = side_of(row.meeting.contract, by, at=at)
    is_recorded = for_customer and side == Side.COMPANY
    if is_recorded and not is_visible(reason):
        raise ProofNeeded(clauses=[CLAUSE])
    return (Side.CUSTOMER, True) if is_recorded else (side, False)


def _answer(
    row: Minutes, side: Side, by: Any, at: datetime, *, is_confirmed: bool, is_recorded: bool = False, reason: str = ""
) -> None:  # fmt: skip
    if row.status != MinutesStatus.PROPOSED or row.answers.filter(side=side).exists():
        raise AlreadyDone(clauses=[CLAUSE])
    MinutesAnswer.objects.create(
        customer_id=row.customer_id, minutes=row, side=side, is_confirmed=is_confirmed, is_recorded=is_recorded,
        reason=reason, by=audit.actor(by), at=at,
    )  # fmt: skip


def _open_objection(row: Minutes, at: datetime) -> None:
    meeting, contract = row.meeting, row.meeting.contract
    last = deadlines.last_instant("minutes_days", on=kst_date(at), at=at)
    due.open_item(
        OBJECTION, meeting, key=row.public_id, about=contract.customer, clause=CLAUSE, due_at=last, warn_at=at, at=at,
        title_ko=f"이의가 있는 회의록: {contract.title}, {meeting.title}",
        title_en=f"Minutes objected to: {contract.title}, {meeting.title}",
    )  # fmt: skip


def _open_actions(row: Minutes, at: datetime) -> None:
    """What the company is to do by a day becomes a task."""
    meeting = row.meeting
    for number, one in enumerate(row.decisions):
        if one["side"] != Side.COMPANY or not one["due_on"]:
            continue
        last = day_end(date.fromisoformat(one["due_on"]))
        due.open_item(
            ACTION, meeting, key=f"{row.public_id}:{number}", about=meeting.contract.customer, clause=CLAUSE, at=at,
            due_at=last, warn_at=last - WARNED_BEFORE, title_ko=f"회의 결정: {one['what'][:120]}",
            title_en=f"Decided in a meeting: {one['what'][:120]}",
        )  # fmt: skip


def _close(kind: str, row: Minutes, by: Any, at: datetime, outcome: str) -> None:
    if DueItem.objects.filter(kind=kind, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(kind, row.public_id, by=by, at=at, outcome=outcome)


def _taken(minutes_id: str) -> Minutes:
    found: Minutes = Minutes.objects.select_related("meeting").get_public(minutes_id)
    meetings.taken(found.meeting.public_id)
    row: Minutes = Minutes.objects.select_related("meeting__contract__customer__firm").locked().get_public(minutes_id)
    return row

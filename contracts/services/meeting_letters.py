"""What customers hear of meetings and minutes (rift/9.2)."""

from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services.notices import compose
from contracts.models import Meeting, Minutes
from contracts.rules.meetings import AMENDS_NOTHING
from contracts.services import letters
from contracts.services.letters import Letter
from upstage_console.kernel.wording import Phrase

CLAUSES: Final = ["rift/9.2"]
NOTHING: Final = Phrase("없음", "nothing")
NOT_NAMED: Final = Phrase("추후 안내", "to be told")
RECORDS_ONLY: Final = Phrase(AMENDS_NOTHING.ko, AMENDS_NOTHING.en)


def planned(row: Meeting, *, at: datetime) -> None:
    """Invite the customer, with what it is asked to provide in time."""
    _tell(
        row, _("Meeting: %(title)s"),
        _("“%(contract)s”: %(held)s, %(place)s. Please have this ready: %(needs)s."), f"meeting:{row.public_id}", at,
        needs=row.needs or NOTHING,
    )  # fmt: skip


def put_off(row: Meeting, *, at: datetime) -> None:
    """Tell the customer the new time."""
    key = f"put_off:{row.public_id}:{row.held_at.isoformat()}"
    _tell(row, _("Meeting put off: %(title)s"), _("“%(contract)s”: now %(held)s, %(place)s."), key, at)


def called_off(row: Meeting, reason: str, *, at: datetime) -> None:
    """Tell the customer that there is no meeting, and why."""
    body = _("“%(contract)s”: the meeting of %(held)s does not take place. %(reason)s")
    _tell(row, _("Meeting called off: %(title)s"), body, f"called_off:{row.public_id}", at, reason=reason)


def to_confirm(row: Minutes, *, at: datetime) -> None:
    """Ask the customer to confirm a version; silence confirms nothing."""
    body = _(
        "“%(contract)s”: please confirm the minutes of %(held)s (version %(version)s), or say what is wrong. Silence "
        "confirms nothing. %(records)s\n\n%(text)s"
    )
    key = f"minutes:{row.public_id}"
    said = {"version": row.version, "records": RECORDS_ONLY, "text": row.text}
    _tell(row.meeting, _("Minutes to confirm: %(title)s"), body, key, at, **said)


def confirmed(row: Minutes, *, at: datetime) -> None:
    """Tell the customer that both sides confirmed."""
    body = _("“%(contract)s”: both sides confirmed version %(version)s, which is final. %(records)s")
    said = {"version": row.version, "records": RECORDS_ONLY}
    _tell(row.meeting, _("Minutes confirmed: %(title)s"), body, f"confirmed:{row.public_id}", at, **said)


def objected(row: Minutes, reason: str, *, at: datetime) -> None:
    """Tell the customer that a version will be written anew, and why."""
    body = _("“%(contract)s”: version %(version)s was objected to and is written anew. %(reason)s")
    said = {"version": row.version, "reason": reason}
    _tell(row.meeting, _("Minutes objected to: %(title)s"), body, f"objected:{row.public_id}", at, **said)


def _tell(row: Meeting, subject: Promise, body: Promise, key: str, at: datetime, **facts: object) -> None:
    text = compose(
        subject, body, title=row.title, contract=row.contract.title, held=row.held_at, place=row.place or NOT_NAMED,
        **facts,
    )  # fmt: skip
    letters.tell([Letter(row.customer_id, row.contract_id, "meeting", text, key, CLAUSES)], at=at)

"""What all proposals have in common: they open a task, another person decides, and it stands in the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from accounts.models import Member
from billing.enums import PROPOSAL_MOVES, ProposalStatus
from billing.models.proposals import Proposal
from upstage_console.kernel import audit, due, wording
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, SamePerson
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import Phrase

DECIDED_WITHIN: Final = timedelta(days=7)
"""The terms name no time for the second person; this is the console's own."""


@dataclass(frozen=True)
class Topic:
    """A kind of proposal: the name of its task and of its deeds, and the clauses it rests on."""

    name: str
    clauses: Sequence[str]


def put_credit(topic: Topic, row: Any, *, by: Any, at: datetime) -> None:
    """Propose a credit note, of a member's invoice or of a firm's."""
    ko, en = (wording.money(row.amount, row.currency, language) for language in wording.LANGUAGES)
    number = row.invoice.number
    title = Phrase(f"감액 청구서 결정: {number} {ko}", f"Decide on a credit note: {number}, {en}")
    put(topic, row, title=title, by=by, at=at, amount=row.amount, invoice=number)


def put(topic: Topic, row: Any, *, title: Phrase, by: Any, at: datetime, **facts: object) -> None:
    """Write that something was proposed, and open the second person's task."""
    require_transaction()
    audit.record(f"{topic.name}.proposed", row, by=by, at=at, about=row.about, reason=row.reason,
                 clauses=topic.clauses, facts=facts)  # fmt: skip
    due.open_item(
        topic.name, row, about=row.about, clause=topic.clauses[0], at=at, title_ko=title.ko, title_en=title.en,
        due_at=day_end(kst_date(at + DECIDED_WITHIN)), warn_at=at,
    )  # fmt: skip


def take(model: type[Proposal], public_id: str) -> Any:
    """A proposal that is still open, after its member was locked. Refuses `not_found`, `already_done`."""
    require_transaction()
    found = model.objects.get_public(public_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    row = model.objects.locked().get_public(public_id)
    if row.status != ProposalStatus.PROPOSED:
        raise AlreadyDone
    return row


def check_second(topic: Topic, row: Any, by: Any) -> None:
    """Refuse `same_person` where nobody, or the one who proposed it, would decide."""
    if audit.actor(by) is None or row.proposed_by_id == by.pk:
        raise SamePerson(clauses=topic.clauses)


def approve(topic: Topic, row: Any, *, reason: str, by: Any, at: datetime, **facts: Any) -> None:
    """Move a proposal on as the second person; `facts` are columns that belong to the approval."""
    check_second(topic, row, by)
    _decide(topic, row, ProposalStatus.APPROVED, reason, by, at, facts)


def drop(topic: Topic, row: Any, *, reason: str, by: Any, at: datetime) -> None:
    """Leave a proposal; whoever proposed it may do that, too."""
    _decide(topic, row, ProposalStatus.DROPPED, reason, by, at, {})


def _decide(
    topic: Topic, row: Any, to: ProposalStatus, reason: str, by: Any, at: datetime, facts: dict[str, Any]
) -> None:
    """Write the decision; a task that staff waived stays waived, and the proposal is decided all the same."""
    move(row, to, allowed=PROPOSAL_MOVES, by=by, at=at, reason=reason, clauses=topic.clauses,
         decided_by=audit.actor(by), decided_at=at, **facts)  # fmt: skip
    audit.record(f"{topic.name}.{to}", row, by=by, at=at, about=row.about, reason=reason, clauses=topic.clauses)
    due.close_all(topic.name, {row.public_id: reason}, by=by, at=at)

"""What a verb would do, found out by doing it and taking it back: the preview is the same code as the deed.

A rehearsal runs the service in a transaction that is always rolled back. What it wrote at its instant – moves, history,
tasks, messages – is what the page shows.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.admin.words import label_of
from upstage_console.kernel.db import PublicIdField
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import AuditEvent, DueItem, OutboxMessage, Transition

MOST_SHOWN = 4
"""Of many mails that say the same, the first are shown, and how many there are."""


WITHOUT_EFFECT = frozenset({"reason", "nonce", "seen", "typed"})
"""What a form says that changes nothing of the effect; `typed` is a number typed after it was seen."""


@dataclass(frozen=True)
class Row:
    """One line of the effect: what changes, from what, to what."""

    label: str | Promise
    after: str
    before: str = ""


@dataclass(frozen=True)
class Mail:
    """A mail as it will be sent in one language; `is_sent` where it is the language of its receiver."""

    language: str
    to: str
    subject: str
    body: str
    is_sent: bool = True


@dataclass(frozen=True)
class Effect:
    """Everything a verb does, or the refusal that stops it."""

    rows: Sequence[Row] = ()
    mails: Sequence[Mail] = ()
    clauses: Sequence[str] = ()
    refusal: Refusal | None = None

    def digest(self, given: Mapping[str, Any]) -> str:
        """A fingerprint of the effect and of what was asked, so that nobody confirms what they have not seen."""
        asked = {name: str(value) for name, value in given.items() if name not in WITHOUT_EFFECT}
        rows = [(str(row.label), row.before, row.after) for row in self.rows]
        return hashlib.sha256(json.dumps([asked, rows, list(self.clauses)], sort_keys=True).encode()).hexdigest()


MailsOf = Callable[[Mapping[str, Any]], Sequence[Mail]]
_mails: dict[str, MailsOf] = {}


def mails_of(topic: str) -> Callable[[MailsOf], MailsOf]:
    """Register how a message of the outbox reads, in every language."""

    def register(function: MailsOf) -> MailsOf:
        _mails[topic] = function
        return function

    return register


@dataclass(frozen=True)
class _Before:
    """What stood there before: where time stands still, an instant alone does not tell the new from the old."""

    event: int
    move: int
    message: int
    item: int
    closed: frozenset[int]

    @classmethod
    def now(cls, at: datetime) -> Self:
        return cls(
            event=_newest(AuditEvent),
            move=_newest(Transition),
            message=_newest(OutboxMessage),
            item=_newest(DueItem),
            closed=frozenset(DueItem.objects.filter(closed_at=at).values_list("pk", flat=True)),
        )


def _newest(model: Any) -> int:
    return model.objects.aggregate(Max("id"))["id__max"] or 0


def rehearse(act: Callable[[], Any], rows_of: Callable[[Any], Iterable[Row]], *, at: datetime) -> Effect:
    """What `act` does at `at`, with nothing of it left behind."""
    try:
        with transaction.atomic():
            before = _Before.now(at)
            done = act()
            effect = _written(rows_of(done), before, at)
            transaction.set_rollback(True)
    except Refusal as refusal:
        return Effect(refusal=refusal, clauses=refusal.clauses)
    return effect


def _written(rows: Iterable[Row], before: _Before, at: datetime) -> Effect:
    events = list(AuditEvent.objects.filter(at=at, pk__gt=before.event).order_by("id"))
    moves = list(Transition.objects.filter(at=at, pk__gt=before.move).order_by("id"))
    shown = [*rows, *(_moved(move) for move in moves), *_tasks(before, at), *_many_mails(before, at)]
    shown += [_noted(event) for event in events]
    clauses = dict.fromkeys(clause for deed in (*moves, *events) for clause in deed.clauses)
    return Effect(rows=shown, mails=_mails_since(before, at), clauses=tuple(clauses))


def _moved(move: Transition) -> Row:
    states = _states_of(move)
    before, after = (str(states.get(name) or in_words(name)) for name in (move.from_state, move.to_state))
    return Row(label=_("State"), before=before, after=after)


def _states_of(move: Transition) -> dict[str, Any]:
    """The words for the states of the row that moved; its table is known by the beginning of its public id."""
    prefix = move.subject.partition("_")[0]
    own = (field for model in apps.get_models() for field in model._meta.fields if isinstance(field, PublicIdField))
    found = next((field.model for field in own if field.prefix == prefix), None)
    fields = found._meta.fields if found else ()
    return {state: words for field in fields if field.name == move.field for state, words in field.flatchoices}


def in_words(name: str) -> str:
    """A state as people read it: translated, or in plain words."""
    return _(name).replace("_", " ")


def _tasks(before: _Before, at: datetime) -> list[Row]:
    opened = DueItem.objects.filter(opened_at=at, pk__gt=before.item)
    closed = DueItem.objects.filter(closed_at=at).exclude(pk__in=before.closed)
    return [
        *(Row(_("Opens a task"), local(item, "title")) for item in opened),
        *(Row(_("Closes a task"), local(item, "title")) for item in closed),
    ]


def _noted(event: AuditEvent) -> Row:
    return Row(label=_("Entry in the history"), after=label_of(event.action))


def _mails_since(before: _Before, at: datetime) -> list[Mail]:
    messages = _messages(before, at).filter(topic__in=_mails).order_by("id")[:MOST_SHOWN]
    return [mail for message in messages for mail in _mails[message.topic](message.payload)]


def _many_mails(before: _Before, at: datetime) -> list[Row]:
    """How many messages leave, where they are more than the page shows."""
    number = _messages(before, at).count()
    return [Row(_("Messages that will be sent"), after=f"{number:,}")] if number > MOST_SHOWN else []


def _messages(before: _Before, at: datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(created_at=at, pk__gt=before.message)

"""Verbs of the back office: a button, a page that previews the effect and asks for a reason, and one service."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Choices
from django.utils.functional import Promise

from upstage_console.kernel.admin.effects import Effect, Row, in_words, rehearse
from upstage_console.kernel.admin.forms import ReasonForm
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, Refusal

Text = str | Promise


@dataclass(frozen=True)
class Done:
    """What happened: the sentence for the person who did it, and a secret that is shown this once."""

    message: Text
    secret: str = ""
    result: Any = None


@dataclass(frozen=True)
class Button:
    """A verb as a page shows it; where it cannot be used now, with the reason."""

    name: str
    label: Text
    url: str
    tone: str
    icon: str
    why_not: str = ""


class Verb:
    """Something staff can do to a row, or (where `row` is None) to a list. Subclasses say what, and call one service.

    `permission` is needed to see and to use it. `refusal` is what the domain would answer now; it greys the button.
    """

    name: ClassVar[str]
    label: ClassVar[Text]
    permission: ClassVar[str]
    tone: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    form: ClassVar[type[ReasonForm]] = ReasonForm

    def sentence(self, row: Any, *, at: datetime) -> Text:
        """What will happen, in one sentence."""
        raise NotImplementedError

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        """Call the service; what it refuses goes through."""
        raise NotImplementedError

    def refusal(self, row: Any, *, at: datetime) -> Refusal | None:
        """Why it is not possible now, or None."""
        return None

    def rows(self, row: Any, done: Done, *, at: datetime) -> Iterable[Row]:
        """What the effect shows besides moves, history, tasks and mails; read while the deed stands."""
        return ()

    def initial(self, row: Any, *, at: datetime) -> Mapping[str, Any]:
        """What the form says at first."""
        return {}

    def rehearse(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Effect:
        """The effect, found out without leaving anything behind."""
        return rehearse(
            lambda: self.run(row, given=given, by=by, at=at), lambda done: self.rows(row, done, at=at), at=at
        )


class PlainVerb(Verb):
    """A verb that gives a service the row's public id and the reason, and nothing else.

    `says` is what will happen, `service` does it, and `after` is said once it is done.
    """

    says: ClassVar[Text]
    after: ClassVar[Text]
    service: ClassVar[Callable[..., Any]]

    def sentence(self, row: Any, *, at: datetime) -> Text:
        """What will happen."""
        return self.says

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        """Call the service."""
        return Done(self.after, result=type(self).service(row.public_id, reason=given["reason"], by=by, at=at))


def no_move(state: str, to: str, allowed: Mapping[str, frozenset[str]]) -> Refusal | None:
    """The refusal of a move that the table of states does not name."""
    if state == to:
        return AlreadyDone()
    if to in allowed.get(state, frozenset()):
        return None
    words = dict(type(to).choices) if isinstance(to, Choices) else {}
    from_state, to_state = (words.get(name) or in_words(name) for name in (state, to))
    return IllegalMove(facts={"from_state": from_state, "to_state": to_state})

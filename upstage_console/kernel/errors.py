"""What the domain says when it says no."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.figures import plain
from upstage_console.kernel.wording import tongue, worded


class Refusal(Exception):
    """A decision of the domain not to do something, with its code, its numbers and the clauses it rests on.

    Subclasses stand beside what raises them and set `code` (stable, the same in scenarios and the API), `message` (a
    translatable sentence, filled from the facts) and `rests_on`. One place each maps it to HTTP, a form and the admin.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[str | Promise] = _("This is not possible.")
    rests_on: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, facts: Mapping[str, object] | None = None, clauses: Sequence[str] | None = None) -> None:
        self.facts: dict[str, object] = dict(facts or {})
        self.clauses: tuple[str, ...] = tuple(self.rests_on if clauses is None else clauses)
        super().__init__(self.code)

    def __str__(self) -> str:
        """The sentence in the language that is active now, with its numbers."""
        language = tongue(get_language())
        return str(self.message) % {name: _shown(fact, language) for name, fact in self.facts.items()}


def _shown(fact: object, language: str) -> object:
    """A number as it was sent, without idle zeros: 12.5, not 12.500000; days and money as sentences have them."""
    return plain(fact) if isinstance(fact, Decimal) and fact.is_finite() else worded(fact, language)


class Invalid(Refusal):
    """The request itself is malformed; nothing was decided."""

    code = "invalid"
    message = _("The request is malformed.")


class NotFound(Refusal):
    """There is no such thing, or it is not yours; which of the two is never told."""

    code = "not_found"
    message = _("There is no such thing here.")


class NotAllowed(Refusal):
    """The caller may not do this."""

    code = "not_allowed"
    message = _("You may not do this.")


class Conflict(Refusal):
    """The state of things does not allow it."""

    code = "conflict"
    message = _("The state of things does not allow this.")


class Gone(Refusal):
    """It was there once and will not come back."""

    code = "gone"
    message = _("This is no longer there.")


class AlreadyDone(Conflict):
    """It has been done before."""

    code = "already_done"
    message = _("This has already been done.")


class IllegalMove(Conflict):
    """No move leads from the present state to the wanted one."""

    code = "not_allowed"
    message = _("No step leads from “%(from_state)s” to “%(to_state)s”.")


class Taken(Conflict):
    """Somebody else has taken this on."""

    code = "taken"
    message = _("%(owner)s has taken this on.")


class NobodysTask(Conflict):
    """Nobody has taken this on."""

    code = "nobodys_task"
    message = _("Nobody has taken this on.")


class ClosesItself(Conflict):
    """The task is closed by the decision it asks for, not by hand."""

    code = "closes_itself"
    message = _("This closes by itself once its subject is decided.")


class DayHasPassed(Conflict):
    """What was counted with that day stays."""

    code = "day_has_passed"
    message = _("The day has passed; what was counted with it stays.")


class SamePerson(NotAllowed):
    """Two people are needed, and this is the first one again."""

    code = "same_person"
    message = _("A second person has to do this.")


class InvalidDates(Refusal):
    """Days in an order, or at a distance, that time does not have."""

    code = "invalid_dates"
    message = _("These dates do not fit together: %(starts_on)s, %(ends_on)s.")


class InvalidAmount(Invalid):
    """No amount that can be counted: NaN, an infinity, a number without bounds, a fraction of the smallest unit,
    shares of nothing."""

    code = "invalid_amount"
    message = _("%(amount)s is not an amount.")


class UnknownCurrency(Invalid):
    """A currency the console does not keep accounts in."""

    code = "unknown_currency"
    message = _("%(currency)s is not a currency of the console.")


class MixedCurrencies(Refusal):
    """Amounts of two currencies are never added or compared."""

    code = "mixed_currencies"
    message = _("%(one)s and %(other)s cannot be added or compared.")


class InvalidClause(Invalid):
    """No clause code such as `upstage/15-2.1`."""

    code = "invalid_clause"
    message = _("“%(code)s” is not the code of a clause.")

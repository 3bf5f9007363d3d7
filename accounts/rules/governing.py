"""Which version of a document governs a member on a day (upstage/4.2, 4.4, 4.5, 5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules.amendments import paid_from
from upstage_console.kernel.clauses import enforces

ACCEPTED = ("explicit", "deemed")

PRECEDENCE = ("agreement", "service", "general")
"""upstage/5.2: the earlier named prevails."""

SURVIVING = {
    "upstage": ("개인정보의 관리", "서비스 저작권 및 사용권", "회사의 책임", "회원의 책임"),
}
"""upstage/4.6, by title: the numbers printed in it are those of an older version."""


@dataclass(frozen=True, slots=True)
class Stance:
    """A published version and what the member said to it: explicit, deemed, refused or none, and on which day."""

    key: int
    effective_on: date
    consent: str
    said_on: date | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether it binds the member at all: it has effect for those who agreed (4.2)."""
        return self.consent in ACCEPTED


@dataclass(frozen=True, slots=True)
class Held:
    """The version that holds, and the newer ones that do not yet, or not for this member."""

    stance: Stance
    begins_on: date
    newer: tuple[Stance, ...]

    @property
    def consent(self) -> str:
        """What the member said: that the newest version was refused is why an older one goes on."""
        return "refused" if self.newer and self.newer[0].consent == "refused" else self.stance.consent


@enforces("upstage/4.2", "upstage/4.4", "upstage/4.5")
def holding(stances: Sequence[Stance], *, paid: bool, on: date) -> Held | None:
    """The newest accepted version whose time has come for this kind of service; None where none was accepted.

    A version has effect for those who agreed to it (4.2). So for who rejected it the old one goes on, for paid services
    at least to the end of the billing unit (4.5), and for free ones as well: of the two readings the one that favours
    the member (I-5).
    """
    known = sorted((one for one in stances if one.effective_on <= on), key=lambda one: one.effective_on, reverse=True)
    for place, stance in enumerate(known):
        if stance.is_accepted and (begins_on := begins(stance, known[place + 1 :], paid=paid)) <= on:
            return Held(stance, begins_on, tuple(known[:place]))
    return None


@enforces("upstage/4.4")
def begins(stance: Stance, older: Sequence[Stance], *, paid: bool) -> date:
    """The day on which an accepted version begins to hold for a member.

    The version somebody joins under holds at once, for paid services too; a change waits for the next billing unit.
    """
    is_change = any(one.is_accepted for one in older)
    day = paid_from(stance.effective_on) if paid and is_change else stance.effective_on
    return max(day, stance.said_on or day)


@enforces("upstage/5.2")
def prevailing(kinds: Sequence[str]) -> str:
    """Of the kinds of text that hold, the one that prevails: separate agreement > service terms > general terms."""
    return min(kinds, key=PRECEDENCE.index)


@enforces("upstage/4.6")
def survives(document: str, title_ko: str) -> bool:
    """Whether an article goes on after the member has left, known by its title."""
    return any(title in title_ko for title in SURVIVING.get(document, ()))

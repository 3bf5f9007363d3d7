"""The ladder of sanctions, its grounds, how long a suspension lasts, and what reports add up to (upstage/7, 11, 26)."""

from collections.abc import Collection, Mapping
from datetime import date

from accounts.enums import LADDER, SanctionKind
from upstage_console.kernel.calendars import Calendar, period_end, window_before
from upstage_console.kernel.clauses import enforces

CONDUCT = tuple(f"upstage/7.1.{item}" for item in range(1, 16))
"""The items of upstage/7.1."""
BREACHES = tuple(f"upstage/26.1.{item}" for item in range(1, 11))
"""The items of upstage/26.1, by their position: the Korean list is misnumbered."""
EMERGENCIES = tuple(f"upstage/11.1.{item}" for item in range(1, 6))
"""The items of upstage/11.1."""
OUTPUT = "upstage/7.4"
UNPAID = ("upstage/18.2", "upstage/26.1.1")
LADDER_GROUNDS = (*CONDUCT, OUTPUT, "upstage/9.1", "upstage/18.2", *BREACHES)
"""What the composer offers for a stage of the ladder."""
STOP_GROUNDS = (*EMERGENCIES, OUTPUT)
WHOLE_PARAGRAPHS = ("upstage/7.1", "upstage/26.1")

DAYS_FOR_STATEMENT = 30
"""upstage/3.4"""
DAYS_AFTER_UNPAID_NOTICE = 7
"""upstage/18.2: a suspension for unpaid fees follows its notice after as many days."""
MOST_DAYS = 3650
"""A suspension longer than ten years is a termination by another name."""


@enforces("upstage/7.1", *CONDUCT, "upstage/7.4", "upstage/26.1", *BREACHES)
def is_ground_of_ladder(clause: str) -> bool:
    """Whether a stage of 26.1 may rest on this clause: an act of 7.1, a breach of 26.1, or a duty those name."""
    return clause in LADDER_GROUNDS or clause in WHOLE_PARAGRAPHS


@enforces("upstage/11.1", *EMERGENCIES, "upstage/7.4")
def is_ground_of_stop(clause: str) -> bool:
    """Whether use may be stopped without prior notice on this clause."""
    return clause in STOP_GROUNDS


@enforces("upstage/26.1")
def stage_left_out(kind: str, taken: Collection[str]) -> SanctionKind | None:
    """The stage that comes before `kind` and was not taken, or None where none is skipped.

    `taken` are the kinds imposed before and not overturned: what ended or was lifted was still gone through.
    """
    place = LADDER.index(SanctionKind(kind))
    before = LADDER[place - 1] if place else None
    return before if before is not None and before not in taken else None


def last_day(decided_on: date, days: int) -> date:
    """The last day of a measure of so many days, decided on this one; never extended over holidays (I-1, I-2)."""
    return period_end(decided_on, days=min(days, MOST_DAYS))


@enforces("upstage/3.4")
def last_day_for_statement(received_on: date, calendar: Calendar) -> date:
    """The last day for the one statement against a loss of membership (I-1, I-2)."""
    return calendar.extended_end(received_on, days=DAYS_FOR_STATEMENT)


@enforces("upstage/11.2", "upstage/26.4")
def last_day_to_object(received_on: date, *, months: int, calendar: Calendar) -> date:
    """The last day to object; the terms name no limit, so it is so many months from receipt (a setting; I-1, I-2)."""
    return calendar.extended_end(received_on, months=months)


@enforces("upstage/18.2")
def may_suspend_unpaid(noticed_on: date | None, on: date) -> bool:
    """Whether use may be suspended for unpaid fees: not before so many days after the notice are over."""
    return noticed_on is not None and on > period_end(noticed_on, days=DAYS_AFTER_UNPAID_NOTICE)


def first_day_counted(on: date, *, days: int) -> date:
    """The first day whose reports still count on this day; the day itself counts too."""
    return window_before(on, days=days)[0]


@enforces("upstage/7.1", "upstage/26.1")
def proposals(score: int, thresholds: Mapping[str, int]) -> tuple[str, ...]:
    """What a score proposes to staff, mildest first. It restricts nobody: only a decision of people does."""
    return tuple(name for name, least in thresholds.items() if score >= least)

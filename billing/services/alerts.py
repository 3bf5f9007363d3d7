"""Telling members what they wanted to be told: a month's spending at their limits, a low balance (their own wish)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from accounts.enums import MemberStatus
from accounts.services import notices
from accounts.services.notices import Letter
from billing.models import OwnLimits
from billing.queries.limits import limits_of, spent_expression, told_of
from billing.rules import limits as rules
from billing.rules.limits import Crossing
from billing.services import alert_letters
from credits.queries import available_expression
from upstage_console.kernel.calendars import billing_month

AT_A_TIME = 5_000
"""Members per statement."""

FIGURES = """
SELECT own.member_id,
    CASE WHEN own.soft IS NOT NULL OR own.hard IS NOT NULL THEN {spent} ELSE 0 END,
    CASE WHEN own.low_balance IS NOT NULL THEN {available} ELSE 0 END
FROM billing_ownlimits AS own WHERE own.member_id = ANY (%(members)s)
"""
"""What is not asked for is not summed up."""


@dataclass(frozen=True)
class Figures:
    """What a member has used this month, and what they can still use."""

    spent: Decimal
    available: Decimal


def tell(*, at: datetime) -> int:
    """Tell every member whose month's spending has reached a limit, or whose balance has fallen below what they want.

    Each limit is told once a month, a low balance once until a run has seen it risen. Returns how many letters were
    written; a repeat writes none. A batch of members is a transaction, and its statements do not grow with the members.
    """
    return sum(_tell(rows, at) for rows in _batches())


def _batches() -> Iterator[Sequence[OwnLimits]]:
    rows = OwnLimits.objects.filter(member__status=MemberStatus.ACTIVE).order_by("pk")
    after = 0
    while batch := list(rows.filter(pk__gt=after)[:AT_A_TIME]):
        yield batch
        after = batch[-1].pk


@transaction.atomic
def _tell(rows: Sequence[OwnLimits], at: datetime) -> int:
    """Only those with news are locked, and asked once more: their limits may have changed since they were read."""
    month, figures = billing_month(at), _figures([row.pk for row in rows], at)
    changed = [row.pk for row in rows if _has_news(row, figures[row.pk], month)]
    if not changed:
        return 0
    members = OwnLimits.objects.select_related("member").filter(pk__in=changed)
    locked: list[OwnLimits] = list(members.locked())
    letters = [letter for row in locked for letter in _note(row, figures[row.pk], month, at)]
    OwnLimits.objects.bulk_update(locked, ["soft_told", "hard_told", "low_told_at", "letters"])
    return notices.notify_all(letters, at=at) if letters else 0


def _figures(member_ids: list[int], at: datetime) -> dict[int, Figures]:
    spent, available = spent_expression("own.member_id", "%(month)s"), available_expression("own.member_id", "%(at)s")
    with connection.cursor() as cursor:
        cursor.execute(
            FIGURES.format(spent=spent, available=available),
            {"members": member_ids, "month": billing_month(at), "at": at},
        )
        return {member: Figures(spent, available) for member, spent, available in cursor.fetchall()}


def _has_news(row: OwnLimits, figures: Figures, month: date) -> bool:
    return bool(_crossed(row, figures, month)) or _has_risen(row, figures)


def _crossed(row: OwnLimits, figures: Figures, month: date) -> Sequence[Crossing]:
    return rules.crossed(
        limits_of(row), told_of(row), spent=figures.spent, available=figures.available, month=month
    )  # fmt: skip


def _has_risen(row: OwnLimits, figures: Figures) -> bool:
    return row.low_told_at is not None and not rules.is_low(limits_of(row), figures.available)


def _note(row: OwnLimits, figures: Figures, month: date, at: datetime) -> Iterator[Letter]:
    """Note on the row what is told now, and write the letters. A soft limit passed with the hard one is told by it."""
    if _has_risen(row, figures):
        row.low_told_at = None
    for crossing in _crossed(row, figures, month):
        row.letters += 1
        if crossing == Crossing.LOW:
            row.low_told_at = at
        if crossing == Crossing.HARD:
            row.hard_told = month
        if crossing != Crossing.LOW and row.soft is not None:
            row.soft_told = month
        yield alert_letters.letter(row, crossing, figures.spent, figures.available, month)

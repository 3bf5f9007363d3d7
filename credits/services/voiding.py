"""Credits of who left and did not ask to come back are void when the grace period ends (upstage/3.5.1)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Departure
from accounts.queries.leaving import ended_windows
from accounts.services import leaving, notices
from credits.services import expiry
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.clauses import enforces

DEPARTURES_AT_A_TIME = 1000
CLAUSES = ("upstage/3.5.1",)


@enforces("upstage/3.5.1")
def void_left(*, at: datetime) -> int:
    """Void what is left of the credits of every withdrawal whose window is over; returns of how many withdrawals.

    Each entry happened when its window ended, 24:00 of the last day. A batch is one transaction, in which the members
    who had something left are told; a repeat finds nothing, a late run catches up.
    """
    if not ended_windows(at).exists():
        return 0
    expiry.post_expired(at=at)
    voided = 0
    while batch := _void_batch(at):
        voided += batch
    return voided


@transaction.atomic
def _void_batch(at: datetime) -> int:
    """One batch; who asks to come back at this moment has the member locked, and is left to the next run."""
    ended = (
        ended_windows(at)
        .select_related("member")
        .select_for_update(of=("self", "member"), skip_locked=True, no_key=True)
    )
    departures: Sequence[Departure] = list(ended[:DEPARTURES_AT_A_TIME])
    if departures:
        told = _void([one.member_id for one in departures], [_end_of(one) for one in departures])
        letters = [_letter(one) for one in departures if one.member_id in told]
        notices.notify_all(letters, at=at)
        leaving.note_voided([one.pk for one in departures], at=at)
    return len(departures)


def _end_of(departure: Departure) -> datetime:
    if departure.kept_until is None:
        raise ValueError("a withdrawal that is not completed has no window")
    return day_end(departure.kept_until)


def _void(member_ids: list[int], ends: list[datetime]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT credits_void(%s::bigint[], %s::timestamptz[])", [member_ids, ends])
        return {int(row[0]) for row in cursor.fetchall()}


def _letter(departure: Departure) -> notices.Letter:
    text = notices.compose(
        _("Your credits are void"),
        _("You left, and did not come back by %(until)s; the credits that were left are void since that day's end."),
        until=departure.kept_until,
    )
    return notices.Letter(departure.member_id, "credits_voided", text, f"voided:{departure.public_id}", clauses=CLAUSES)

"""Who of the staff looked at whose personal data, when, from where, and what for (rules.md, section 8)."""

from datetime import datetime, timedelta
from typing import Any, Final

from accounts.models import DataView, Member
from accounts.rules.retention import first_day_kept
from upstage_console.kernel.calendars import day_start, kst_date
from upstage_console.kernel.clauses import enforces

ONE_VIEW: Final = timedelta(minutes=10)
KEPT_AS: Final = "views"
"""The row of the schedule that says how long the log is kept."""


@enforces("upstage/21.1")
def note(member: Member, *, by: Any, at: datetime, ip: str, screen: str, purpose: str = "") -> DataView | None:
    """Log that `by` looked at a member's data; what is opened within ten minutes of it for the same purpose is one
    view, and gives None."""
    views = DataView.objects.filter(actor=by, member=member, purpose=purpose)
    if views.filter(at__gt=at - ONE_VIEW).exists():
        return None
    return note_each(member, by=by, at=at, ip=ip, screen=screen, purpose=purpose)


def note_each(member: Member, *, by: Any, at: datetime, ip: str, screen: str, purpose: str) -> DataView:
    """Log one look, whatever was looked at before: for what is kept apart."""
    return DataView.objects.create(
        actor=by, member=member, screen=screen, purpose=purpose, rows=1, at=at, ip=ip or None
    )  # fmt: skip


def note_many(*, rows: int, by: Any, at: datetime, ip: str, screen: str, purpose: str = "") -> DataView | None:
    """Log a list, a search or a file that showed `rows` members; one that showed nobody gives None."""
    if not rows:
        return None
    return DataView.objects.create(actor=by, screen=screen, purpose=purpose, rows=rows, at=at, ip=ip or None)


@enforces("upstage/21.1")
def forget_old(*, at: datetime) -> int:
    """Drop what the log has kept for its two years, in one statement; returns how many rows."""
    oldest = day_start(first_day_kept(KEPT_AS, kst_date(at)))
    dropped, _details = DataView.objects.filter(at__lt=oldest).delete()
    return dropped

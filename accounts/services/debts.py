"""Since when a member knows of unpaid fees: the app above that keeps the invoices says so (upstage/18.2)."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import Member

Told = Callable[[Member, datetime], datetime | None]
_tellers: list[Told] = []


def told_by(ask: Told) -> Told:
    """Register who knows when a member was first told of what is still unpaid."""
    _tellers.append(ask)
    return ask


def told_at(member: Member, *, at: datetime) -> datetime | None:
    """The first notice of fees that are still unpaid at `at`; None where there is no such notice, or no such debt."""
    return min((told for ask in _tellers if (told := ask(member, at)) is not None), default=None)

"""Ending sessions: whoever sits there has to log in again (upstage/6.3, 6.4)."""

from allauth.usersessions.models import UserSession

from accounts.models import User
from upstage_console.kernel.db import require_transaction


def end_all(user: User) -> int:
    """End every session of a person, in the caller's transaction; returns how many there were."""
    require_transaction()
    found = list(UserSession.objects.filter(user=user))
    for session in found:
        session.end()
    return len(found)

"""How an account is guarded: its second factors, its open sessions (upstage/6.3)."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What proves a person besides the password; recovery codes only stand in for one of these."""


def has_second_factor(user: Any) -> bool:
    """Whether this person has set up a second factor."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


def open_sessions(user: Any) -> list[UserSession]:
    """The sessions in which this person is logged in, the last seen first; forgotten ones are swept away."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.last_seen_at, reverse=True)

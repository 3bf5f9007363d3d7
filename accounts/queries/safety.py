"""How an account is guarded: its second factors, its open sessions, its locks (upstage/6.3, 6.4, 26.2)."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings

from accounts.enums import RestrictionKind
from accounts.models import ChangeRequest, Member
from accounts.queries.standing import restrictions_of
from upstage_console.kernel.clauses import enforces

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What proves a person besides the password; recovery codes only stand in for one of these."""

SHOWN_REQUESTS = 5


def has_second_factor(user: Any) -> bool:
    """Whether this person has set up a second factor."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


@enforces("upstage/6.3")
def may_enter_back_office(user: Any) -> bool:
    """Whether somebody of the staff may work in the back office: only with a second factor, where that is required."""
    return not settings.STAFF_SECOND_FACTOR_REQUIRED or has_second_factor(user)


def is_dormant(member: Member, *, at: datetime) -> bool:
    """Whether the membership sleeps until its member confirms who they are (upstage/26.2)."""
    return restrictions_of(member.pk, at=at).filter(kind=RestrictionKind.DORMANT).exists()


def is_locked(member: Member, *, at: datetime) -> bool:
    """Whether the account is locked after a theft, until staff have verified who the member is (upstage/6.4)."""
    return restrictions_of(member.pk, at=at).filter(kind=RestrictionKind.LOCKED).exists()


def open_sessions(user: Any) -> list[UserSession]:
    """The sessions in which this person is logged in, the last seen first; forgotten ones are swept away."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.last_seen_at, reverse=True)


def change_requests_of(member_id: int) -> list[ChangeRequest]:
    """What the member asked staff to change, the newest first."""
    return list(ChangeRequest.objects.filter(member=member_id).order_by("-pk")[:SHOWN_REQUESTS])

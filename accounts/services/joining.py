"""Becoming a member with a login that exists already, such as the one of a contract's user (upstage/3.1, 2.4)."""

from dataclasses import replace
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.errors import EmailTaken, NotVerified
from accounts.models import Member, User
from accounts.services import members, registration
from accounts.services.members import Application
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone

CLAUSES = ("upstage/3.1",)


@enforces("upstage/3.1")
@transaction.atomic
def join(user_id: int, application: Application, *, at: datetime, ip: str = "", user_agent: str = "") -> Member:
    """Apply as anybody does, with the login and the address that somebody has proved before, and be answered at once.

    The login stays what it was for everything else. Refuses what an application is refused for, `already_done` for who
    has applied before, `not_verified` while the address is not, and `email_taken` for staff, who join with another one.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    _require_may_join(user)
    said = replace(application, email=user.email)
    versions = members.agreed(said, at)
    user.language = said.language
    user.save(update_fields=["language"])
    member = members.record(said, user, versions, at, ip, user_agent)
    return registration.email_verified(member.pk, at=at)


def _require_may_join(user: User) -> None:
    if Member.objects.filter(user=user).exists():
        raise AlreadyDone(clauses=CLAUSES)
    if user.is_staff:
        raise EmailTaken
    if not EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        raise NotVerified

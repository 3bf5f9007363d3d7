"""The people of the back office: added, and given or taken away what they may do, by people."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.errors import EmailTaken, NotStaff, OwnRights
from accounts.models import User
from upstage_console.kernel import audit


@transaction.atomic
def add(*, email: str, name: str, groups: Collection[Group], reason: str, by: Any, at: datetime) -> User:
    """Add somebody to the staff, without a password: they set it by mail. Refuses with `email_taken`.

    A member never becomes staff: who works here has an account of their own for it.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    user = User.objects.create_user(email, None, name=name, is_staff=True, date_joined=at)
    user.groups.set(groups)
    facts = {"groups": ", ".join(sorted(group.name for group in groups))}
    audit.record("staff.added", user, by=by, at=at, reason=reason, facts=facts)
    return user


@transaction.atomic
def change(user_id: int, *, is_active: bool, groups: Collection[Group], reason: str, by: Any, at: datetime) -> User:
    """Change what somebody of the staff may do; refuses with `not_staff` for members, `own_rights` for oneself."""
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.is_staff:
        raise NotStaff
    if user == by:
        raise OwnRights
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    user.groups.set(groups)
    facts = {"active": is_active, "groups": ", ".join(sorted(group.name for group in groups))}
    audit.record("staff.changed", user, by=by, at=at, reason=reason, facts=facts)
    return user

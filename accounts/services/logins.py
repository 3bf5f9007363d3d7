"""Taking away every way to log in, and the address: for who has no membership and nothing else here any more."""

from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User

UNROUTABLE: Final = "@gone.invalid"
"""No mail reaches a name under `.invalid` (RFC 2606); the address itself becomes free for somebody new."""


def close(users: "QuerySet[User]", *, prefix: str, **blanks: Any) -> None:
    """Blank address, password, factors and sessions of these, in a fixed number of statements; `blanks` besides."""
    sessions = UserSession.objects.filter(user__in=users)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()
    EmailAddress.objects.filter(user__in=users).delete()
    Authenticator.objects.filter(user__in=users).delete()
    address = Concat(Value(f"{prefix}-"), Cast("public_id", TextField()), Value(UNROUTABLE), output_field=TextField())
    User.objects.filter(pk__in=users.values("pk")).update(
        email=address, password=make_password(None), is_active=False, last_login=None, **blanks
    )

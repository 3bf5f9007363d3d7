"""Keys, and a client that speaks as a program does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member, User
from accounts.rules.keys import MEMBER_SCOPES, PLATFORM_SCOPES
from accounts.services import keys
from tests.api.asking import Asking

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
MakeKey = Callable[..., str]


@pytest.fixture
def make_key(amy: User) -> MakeKey:
    """A secret: of a member, or without one of the platform; with all scopes it can have, or those asked for."""

    def make(member: Member | None = None, scopes: Any = None, **fields: Any) -> str:
        allowed = MEMBER_SCOPES if member else PLATFORM_SCOPES
        given = {"name": "test", "by": amy, "at": AT, "scopes": scopes or allowed, **fields}
        return keys.issue(member_id=member.pk if member else None, **given)[1]

    return make


@pytest.fixture
def own(make_key: MakeKey, member: Member) -> Asking:
    """The member's program."""
    return Asking(Client(), make_key(member))


@pytest.fixture
def gateway(make_key: MakeKey) -> Asking:
    """The service that serves the AI models."""
    return Asking(Client(), make_key())


@pytest.fixture
def anybody(db: None) -> Asking:
    return Asking(Client(), None)

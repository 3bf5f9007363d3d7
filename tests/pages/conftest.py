"""Pages as a member sees them, at an instant that stands still."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Member
from tests.billing import make
from upstage_console.kernel import clock

AT = make.NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.fixed(AT):
        yield


@pytest.fixture
def kim(db: None) -> Member:
    """A member with a card, granted and bought credits, and a day of use."""
    make.price()
    holder = make.member(card="ok")
    make.granted(holder, "3000")
    make.bought(holder, "10000")
    make.taken(make.event(holder, quantity=100))
    return holder


@pytest.fixture
def kims(client: Client, kim: Member) -> Client:
    """A browser in which kim is logged in."""
    client.force_login(kim.user, backend="django.contrib.auth.backends.ModelBackend")
    return client

"""Staff at their desks, at a fixed hour."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Member, User
from accounts.services import registration
from accounts.services.members import Application, apply
from upstage_console.kernel import clock


@pytest.fixture(autouse=True)
def fixed_clock(at: datetime) -> Iterator[None]:
    with clock.fixed(at):
        yield


@pytest.fixture
def office(amy: User) -> Client:
    """Amy, who may do everything."""
    return desk_of(amy)


@pytest.fixture
def clerk(db: None) -> Callable[..., Client]:
    """Somebody who may do only what is named."""

    def make(*permissions: str) -> Client:
        user = User.objects.create_user("clerk@staff.example", "a long enough password", is_staff=True, name="Clerk")
        for name in permissions:
            app, codename = name.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        return desk_of(user)

    return make


@pytest.fixture
def waiting(db: None, at: datetime) -> Member:
    """An applicant whom a hold keeps waiting, with the task that comes of it."""
    registration.hold(reason="facilities", by=None, at=at)
    member = apply(Application(email="wait@member.example", name="김대기", born_on=datetime(1990, 1, 1).date()),
                   password=None, at=at)  # fmt: skip
    return registration.email_verified(member.pk, at=at)


def desk_of(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client

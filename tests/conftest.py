"""What most tests need: an instant, a member, somebody on the staff."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import translation
from hypothesis import HealthCheck, settings

from accounts.enums import MemberStatus
from accounts.models import Member, User
from accounts.queries import api_versions
from tests import flushing, migrated
from upstage_console.kernel.clock import KST

MakeMember = Callable[..., Member]

# A busy machine is no finding; CI tries the same examples every time, a developer's run looks for new ones.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


LONG = ("browser", "soak", "scenarios", "properties", "addresses")
"""The folders whose tests take seconds each."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones begin, so that no process of the tests ends minutes after the others.

    pytest-django then puts those that commit after those that don't, and keeps this order among each.
    """
    folder = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(folder).parts[0] not in LONG)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    django_db_createdb: bool,
    django_db_use_migrations: bool,
) -> None:
    """The database of the tests is a copy where it is not there yet or is to be made anew."""
    with django_db_blocker.unblock():
        if django_db_use_migrations and (django_db_createdb or not migrated.is_there()):
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated.database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """No test cuts the database server's power, so that no commit in this database has to wait for the disk."""
    connection.ops.sql_flush = flushing.sql_flush
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.close()  # it counts for connections that come


@pytest.fixture(scope="session", autouse=True)
def own_cache() -> Iterator[None]:
    """Each process of the tests counts for itself."""
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A hash that is slow on purpose would be most of what the tests do."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def nobody_is_asked_what_for() -> Iterator[None]:
    """Staff open page after page in tests; that they are asked what for is tested in tests/admin/test_viewing.py."""
    with override_settings(STAFF_PURPOSE_MINUTES=0):
        yield


@pytest.fixture(autouse=True)
def own_language() -> None:
    """The language of the last request of a test before is no longer switched on."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def api_goes_on() -> None:
    """What a test before announced of the API's end is forgotten, and no request of this one has to ask."""
    api_versions.known.remember(None)


@pytest.fixture(scope="session", autouse=True)
def staff_without_second_factor() -> Iterator[None]:
    """Staff of most tests just sit at their desks; tests/accounts/test_second_factor.py asks them for more."""
    with override_settings(STAFF_SECOND_FACTOR_REQUIRED=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def files_of_invoices_when_asked_for() -> Iterator[None]:
    """A PDF takes as long as a hundred tests; tests/billing/test_documents.py has them written ahead."""
    with override_settings(INVOICE_FILES_AHEAD=False):
        yield


@pytest.fixture
def at() -> datetime:
    """A Wednesday morning in Korea, no holiday near."""
    return datetime(2026, 11, 18, 10, 0, tzinfo=KST)


@pytest.fixture
def make_member(db: None, at: datetime) -> MakeMember:
    """Makes active members of Korea; fields may be given."""
    numbers = count(1)

    def make(**fields: object) -> Member:
        number = next(numbers)
        user = User.objects.create_user(f"member{number}@member.example", "a long enough password", date_joined=at)
        given = {"name": f"회원 {number}", "applied_at": at, "accepted_at": at, "status": MemberStatus.ACTIVE, **fields}
        return Member.objects.create(user=user, **given)

    return make


@pytest.fixture
def member(make_member: MakeMember) -> Member:
    return make_member()


@pytest.fixture
def stranger(make_member: MakeMember) -> Member:
    return make_member()


@pytest.fixture
def amy(db: None) -> User:
    """Somebody on the staff."""
    return User.objects.create_superuser("amy@staff.example", "a long enough password", name="Amy")


@pytest.fixture
def ben(db: None) -> User:
    """Somebody else on the staff."""
    return User.objects.create_superuser("ben@staff.example", "a long enough password", name="Ben")

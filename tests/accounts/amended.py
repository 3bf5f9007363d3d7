"""A change of the terms as its tests announce it, on 1 July 2027 for the 15th."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import Consent, Member, Version
from accounts.queries import documents_in_force
from accounts.services import consents, telling
from tests.accounts.terms_setup import amend, load_digests
from upstage_console.kernel.clock import KST

AT = datetime(2027, 7, 1, 10, tzinfo=KST)
DAY = date(2027, 7, 15)
EFFECTIVE = datetime(2027, 7, 15, tzinfo=KST)
PAID = date(2027, 8, 1)


@pytest.fixture(autouse=True)
def loaded(db):
    load_digests(AT)


@pytest.fixture
def joined(make_member):
    """Makes members who agreed to what was in force when they joined."""

    def join(at: datetime = AT - timedelta(days=30), **fields: object) -> Member:
        person = make_member(accepted_at=at, applied_at=at, **fields)
        consents.agree(member=person, versions=documents_in_force(at), at=at)
        return person

    return join


def announced(**said: object) -> Version:
    version = amend(**{"effective_on": DAY, "at": AT, **said})
    telling.tell_all(at=AT)
    return version


def modes(person: Member, version: Version) -> list[str]:
    return list(Consent.objects.filter(member=person, version=version).order_by("pk").values_list("mode", flat=True))

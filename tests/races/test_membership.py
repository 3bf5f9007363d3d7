"""Two real connections: one address has one account."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from accounts.errors import EmailTaken
from accounts.models import Member, User
from accounts.services import members
from accounts.services.members import Application
from tests.races.test_billing_money import at_once

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 3, 2, tzinfo=UTC)
KIM = Application(email="kim@member.example", name="김하늘", born_on=date(1990, 5, 5))


def test_two_applications_with_one_address_are_one():
    for round in range(4):
        one = replace(KIM, email=f"kim{round}@member.example")
        other = replace(one, email=f"Kim{round}@Member.example")
        answers = at_once(
            *(lambda as_=as_: members.apply(as_, password="demo-console-2026", at=AT) for as_ in (one, other))
        )
        assert {type(answer) for answer in answers} == {Member, EmailTaken}
        assert User.objects.filter(email__iexact=one.email).count() == 1

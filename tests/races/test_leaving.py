"""Two real connections: who leaves leaves once, and is answered once."""

from datetime import UTC, datetime
from functools import partial

import pytest

from accounts.models import Departure, Member, Notice, RejoinRequest, User
from accounts.services import leaving, rejoining
from tests.races.test_billing_money import at_once
from upstage_console.kernel.db import new_id
from upstage_console.kernel.errors import AlreadyDone

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 3, 2, tzinfo=UTC)


def a_member() -> Member:
    user = User.objects.create_user(f"{new_id().hex}@member.example")
    return Member.objects.create(user=user, name="kim", applied_at=AT, accepted_at=AT, status="active")


@pytest.mark.clause("upstage/3.2")
def test_two_requests_to_leave_are_one_withdrawal() -> None:
    for _ in range(4):
        member = a_member()
        answers = at_once(*[partial(leaving.withdraw, member.pk, by=member.user, at=AT)] * 2)
        assert {type(answer) for answer in answers} <= {Departure, AlreadyDone}
        departure = Departure.objects.get(member=member)
        assert (departure.status, Notice.objects.filter(member=member).count()) == ("completed", 1)
        assert {row.attempts for row in departure.steps.all()} == {1}


@pytest.mark.clause("upstage/3.5.1")
def test_a_request_to_come_back_is_made_and_approved_once() -> None:
    amy = User.objects.create_superuser("amy@staff.example")
    for _ in range(4):
        member = a_member()
        leaving.withdraw(member.pk, by=member.user, at=AT)
        asked = at_once(*[partial(rejoining.ask, member.pk, by=member.user, at=AT)] * 2)
        assert {type(answer) for answer in asked} == {RejoinRequest, AlreadyDone}
        approved = at_once(*[partial(rejoining.approve, member.pk, by=amy, at=AT)] * 2)
        assert {type(answer) for answer in approved} == {Member, AlreadyDone}

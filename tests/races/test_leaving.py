"""Two real connections: who leaves leaves once, and is answered once."""

from datetime import UTC, datetime
from functools import partial

import pytest

from accounts.errors import AlreadyAppealed, AlreadyDecided
from accounts.models import Departure, Member, Notice, Objection, RejoinRequest, Sanction, User
from accounts.services import leaving, objections, rejoining
from accounts.services.disqualification import disqualify
from accounts.services.statements import Finding
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


@pytest.mark.clause("upstage/3.4")
def test_a_statement_is_submitted_and_decided_once() -> None:
    amy, ben = (User.objects.create_superuser(f"{name}@staff.example") for name in ("amy", "ben"))
    finding = Finding("도용된 카드로 가입했습니다.", "Joined with a stolen card.")
    for _ in range(3):
        member = a_member()
        lost = at_once(*[partial(disqualify, member.pk, ground=5, finding=finding, by=amy, at=AT)] * 2)
        assert {type(answer) for answer in lost} == {Sanction, AlreadyDone}
        loss = Sanction.objects.get(member=member)
        said = {"member_id": member.pk, "sanction_id": loss.public_id, "text": "아닙니다", "by": member.user, "at": AT}
        made = at_once(*[partial(objections.object, **said)] * 2)
        assert {type(answer) for answer in made} == {Objection, AlreadyAppealed}
        statement = Objection.objects.get(member=member)
        decided = at_once(*[partial(objections.decide, statement.pk, uphold=True, answer="네", by=ben, at=AT)] * 2)
        assert {type(answer) for answer in decided} == {Objection, AlreadyDecided}
        assert Member.objects.get(pk=member.pk).status == "active"

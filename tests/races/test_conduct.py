"""Two real connections: an objection is decided once, a measure ends once."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from accounts.errors import AlreadyDecided
from accounts.models import Member, Notice, Objection, Sanction, User
from accounts.services import objections, restoring, sanctions
from tests.accounts.conduct import imposed, measure
from tests.races.test_billing_money import at_once
from upstage_console.kernel.errors import AlreadyDone

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def kim() -> Member:
    user = User.objects.create_user("kim@member.example", "a long enough password")
    facts = {"name": "김하늘", "born_on": date(1990, 5, 5), "status": "active"}
    return Member.objects.create(user=user, applied_at=AT, accepted_at=AT, **facts)


def staff(name: str) -> User:
    return User.objects.create_superuser(f"{name}@staff.example", name=name)


def test_two_deciders_decide_once(kim: Member) -> None:
    sanction = imposed(kim, "stop", by=staff("amy"), at=AT)
    objection = objections.object(member_id=kim.pk, sanction_id=sanction.public_id, text="아님", by=kim.user, at=AT)
    deciders = [staff("ben"), staff("dana")]
    answers = at_once(
        *(
            lambda by=by, uphold=uphold: objections.decide(objection.pk, uphold=uphold, answer="답", by=by, at=AT)
            for by, uphold in zip(deciders, (True, False), strict=True)
        )
    )
    assert {type(answer) for answer in answers} == {Objection, AlreadyDecided}
    upheld = Objection.objects.get().status == "upheld"
    assert Sanction.objects.get().status == ("overturned" if upheld else "in_force")


def test_an_end_is_noted_once(kim: Member) -> None:
    imposed(kim, "stop", by=staff("amy"), at=AT)
    later = AT + timedelta(days=30)
    assert sorted(at_once(*[lambda: restoring.note_ended(at=later)] * 3)) == [0, 0, 1]
    assert Notice.objects.filter(about="restored").count() == 1


def test_two_terminations_are_one(kim: Member) -> None:
    amy, ben = staff("amy"), staff("ben")
    wanted = measure("termination", skip_reason="심각합니다.")
    answers = at_once(*[lambda: sanctions.impose(kim.pk, wanted, by=amy, at=AT, approver=ben)] * 2)
    assert {type(answer) for answer in answers} == {Sanction, AlreadyDone}


def test_an_objection_upheld_while_its_measure_ends_waits_for_nobody(kim: Member) -> None:
    amy, ben = staff("amy"), staff("ben")
    for _ in range(3):
        sanction = imposed(kim, "stop", by=amy, at=AT)
        objection = objections.object(member_id=kim.pk, sanction_id=sanction.public_id, text="아님", by=kim.user, at=AT)
        later = AT + timedelta(days=30)
        uphold = partial(objections.decide, objection.pk, uphold=True, answer="답", by=ben, at=later)
        answers = at_once(uphold, uphold, *[partial(restoring.note_ended, at=later)] * 3)
        assert {type(answer) for answer in answers} == {Objection, AlreadyDecided, int}
        assert Sanction.objects.get(pk=sanction.pk).status == "overturned"

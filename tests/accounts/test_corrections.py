"""What only staff change, and the requests of members for it (upstage/6.5, 9.1)."""

from datetime import date

import pytest

from accounts.enums import ChangeStatus
from accounts.errors import EmailTaken, InvalidBusinessNumber, MissingInformation, Restricted, UnderFourteen
from accounts.models import ChangeRequest, Notice
from accounts.services import change_requests, corrections, theft
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, Invalid, NotFound
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/6.5", "upstage/9.1")]
WHY = "개명 결정문을 확인했습니다."


@pytest.fixture
def person(make_member):
    return make_member(born_on=date(1990, 4, 12))


@pytest.fixture
def firm(make_member):
    return make_member(kind="firm", business_number="124-81-00998")


def test_name_is_corrected_and_the_member_told(person, amy, at):
    corrections.correct(person.pk, {"name": "김새이름"}, reason=WHY, by=amy, at=at)
    person.refresh_from_db()
    assert person.name == "김새이름"
    assert Notice.objects.get(member=person).about == "profile"
    event = AuditEvent.objects.get(about=person.public_id, action="member.changed")
    assert (event.actor, event.reason, event.facts) == (amy, WHY, {"name": "회원 1 → 김새이름"})


def test_birth_date_that_makes_too_young_is_refused(person, amy, at):
    with pytest.raises(UnderFourteen):
        corrections.correct(person.pk, {"born_on": "2012-11-19"}, reason=WHY, by=amy, at=at)
    person.refresh_from_db()
    assert (person.born_on, Notice.objects.count()) == (date(1990, 4, 12), 0)


def test_birth_date_of_who_turns_fourteen_today_is_taken(person, amy, at):
    corrections.correct(person.pk, {"born_on": "2012-11-18"}, reason=WHY, by=amy, at=at)
    person.refresh_from_db()
    assert person.born_on == date(2012, 11, 18)


def test_business_number_is_checked_by_its_last_digit(firm, amy, at):
    with pytest.raises(InvalidBusinessNumber):
        corrections.correct(firm.pk, {"business_number": "124-81-00997"}, reason=WHY, by=amy, at=at)
    corrections.correct(firm.pk, {"business_number": "214-81-03454"}, reason=WHY, by=amy, at=at)
    firm.refresh_from_db()
    assert firm.business_number == "214-81-03454"


def test_individual_becomes_a_firm_with_a_number_and_without_a_birth_date(person, amy, at):
    with pytest.raises(MissingInformation):
        corrections.correct(person.pk, {"kind": "firm"}, reason=WHY, by=amy, at=at)
    corrections.correct(person.pk, {"kind": "firm", "business_number": "214-81-03454"}, reason=WHY, by=amy, at=at)
    person.refresh_from_db()
    assert (person.kind, person.born_on, person.business_number) == ("firm", None, "214-81-03454")


def test_firm_becomes_an_individual_with_a_birth_date(firm, amy, at):
    corrections.correct(firm.pk, {"kind": "individual", "born_on": "1990-01-01"}, reason=WHY, by=amy, at=at)
    firm.refresh_from_db()
    assert (firm.kind, firm.born_on, firm.business_number) == ("individual", date(1990, 1, 1), "")


@pytest.mark.parametrize(
    "changes",
    [{"kind": "robot"}, {"country": "Korea"}, {"born_on": "yesterday"}, {"email": "x@y.z"}, {"name": "a" * 81}],
)
def test_what_is_no_such_value_is_refused(person, amy, at, changes):
    with pytest.raises(Invalid):
        corrections.correct(person.pk, changes, reason=WHY, by=amy, at=at)


def test_without_a_reason_nothing_is_changed(person, amy, at):
    with pytest.raises(Invalid):
        corrections.correct(person.pk, {"name": "x"}, reason=" ", by=amy, at=at)


def test_correction_to_the_same_is_refused(person, amy, at):
    with pytest.raises(AlreadyDone):
        corrections.correct(person.pk, {"name": person.name}, reason=WHY, by=amy, at=at)


def test_request_waits_for_staff_with_a_deadline(person, at):
    row = _ask(person, at)
    assert (row.status, row.value) == (ChangeStatus.REQUESTED, "김새이름")
    assert DueItem.objects.get(subject=row.public_id).state == DueItem.State.OPEN
    person.refresh_from_db()
    assert person.name != "김새이름"


def test_second_request_for_a_field_is_refused(person, at):
    _ask(person, at)
    with pytest.raises(AlreadyDone):
        _ask(person, at)
    assert ChangeRequest.objects.count() == 1


def test_request_that_could_never_be_approved_is_refused_at_once(person, at):
    with pytest.raises(UnderFourteen):
        _ask(person, at, field="born_on", value="2020-01-01")
    assert not ChangeRequest.objects.exists()


def test_request_of_a_locked_account_is_refused(person, at):
    theft.report(person.pk, by=person.user, at=at)
    with pytest.raises(Restricted):
        _ask(person, at)


def test_approved_request_changes_the_member(person, amy, at):
    row = change_requests.approve(_ask(person, at).pk, answer=WHY, by=amy, at=at)
    person.refresh_from_db()
    assert (person.name, row.status, row.answered_by) == ("김새이름", ChangeStatus.APPROVED, amy)
    assert DueItem.objects.get(subject=row.public_id).closed_at == at


def test_declined_request_leaves_everything_and_tells_why(person, amy, at):
    row = change_requests.decline(_ask(person, at).pk, answer="증명이 없습니다.", by=amy, at=at)
    person.refresh_from_db()
    assert (person.name, row.status) == ("회원 1", ChangeStatus.DECLINED)
    assert "증명이 없습니다." in Notice.objects.get(member=person).body_ko


@pytest.mark.parametrize("again", [change_requests.approve, change_requests.decline])
def test_answered_request_is_answered_once(person, amy, at, again):
    row = change_requests.decline(_ask(person, at).pk, answer="-", by=amy, at=at)
    with pytest.raises((AlreadyDone, IllegalMove)):
        again(row.pk, answer="-", by=amy, at=at)
    person.refresh_from_db()
    assert person.name == "회원 1"


def test_unknown_request_is_not_found(amy, at):
    with pytest.raises(NotFound):
        change_requests.approve(404, answer="-", by=amy, at=at)


def test_stolen_mailbox_is_replaced_when_identity_is_verified(person, stranger, amy, at):
    theft.report(person.pk, by=None, at=at)
    with pytest.raises(EmailTaken):
        theft.verify_identity(person.pk, how=WHY, email=stranger.user.email, by=amy, at=at)
    theft.verify_identity(person.pk, how=WHY, email="New@Member.example", by=amy, at=at)
    person.user.refresh_from_db()
    assert person.user.email == "new@member.example"


def _ask(member, at, *, field="name", value="김새이름"):
    return change_requests.ask(member.pk, field=field, value=value, reason="개명했습니다.", by=member.user, at=at)

"""Somebody who is a member and has a seat of a contract: one login, and two things that end each by itself."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import MemberStatus
from accounts.models import Member, User
from accounts.services import joining, keys, leaving, separation, terms
from accounts.services.members import Application
from contracts.enums import SeatRole
from contracts.models import Contract, Seat
from contracts.queries import former_people
from contracts.queries.people import has_seats
from contracts.services import customer_holds, seats
from tests.accounts.leaving import destroyed
from tests.contracts import making, portal
from tests.contracts.portal import AT, PASSWORD
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
SAID = Application("", "김하늘", born_on=date(1990, 1, 1), agreed_to=["upstage"])
APART = timedelta(days=40)


@pytest.fixture
def contract(amy: User) -> Contract:
    terms.load_digests(by=None, at=AT)
    return making.concluded(making.drafted(making.customer(making.NUMBERS[0])))


@pytest.fixture
def seat(contract: Contract) -> Seat:
    portal.seated(contract, "admin@customer.example")
    return portal.seated(contract, "haneul@customer.example", SeatRole.USER, name="하늘")


@pytest.fixture
def both(seat: Seat) -> Member:
    """Who had a seat, and became a member."""
    assert seat.user is not None
    return joining.join(seat.user.pk, SAID, at=AT)


def left(member: Member, *, days: int = 40) -> Member:
    leaving.withdraw(member.pk, by=member.user, at=AT)
    separation.separate_due(at=AT + timedelta(days=days))
    return Member.objects.get(pk=member.pk)


def test_the_portal_stays_what_it_was(both: Member, seat: Seat, contract: Contract) -> None:
    with clock.fixed(AT):
        page = portal.browser(seat).get(reverse("contract", args=[contract.public_id])).content.decode()
    assert (both.public_id in page, f'href="{reverse("overview")}"' in page) == (False, True)


def test_the_firm_sees_the_seat_and_nothing_of_the_member(both: Member, contract: Contract) -> None:
    administrator = contract.seats.get(role=SeatRole.ADMINISTRATOR)
    with clock.fixed(AT):
        page = portal.browser(administrator).get(reverse("contract-users", args=[contract.public_id])).content.decode()
    assert ("haneul@customer.example" in page, "김하늘" in page, both.public_id in page) == (True, False, False)


@pytest.mark.clause("rift/2.3")
def test_a_member_is_invited_and_comes_with_the_password_they_have(contract: Contract, member: Member) -> None:
    made = portal.seated(contract, member.user.email, SeatRole.USER, name="바다")
    with clock.fixed(AT):
        outbox.deliver_due(at=AT)
    assert (made.user, made.user.check_password("a long enough password")) == (member.user, True)
    assert reverse("contract", args=[contract.public_id]) in mail.outbox[-1].body
    member.refresh_from_db()
    assert member.name == "회원 1"


@pytest.mark.clause("upstage/21.1")
def test_leaving_the_membership_leaves_the_seat_its_login(both: Member, seat: Seat) -> None:
    key, _ = keys.issue(member_id=both.pk, name="열쇠", scopes=["usage:read"], by=both.user, at=AT)
    gone = left(both)
    user = User.objects.get(pk=seat.user_id)
    assert (user.email, user.is_active, user.check_password(PASSWORD)) == ("haneul@customer.example", True, True)
    assert user.emailaddress_set.filter(verified=True).count() == 1
    is_gone = gone.user.email.endswith("@gone.invalid")
    assert (gone.user_id != user.pk, gone.user.is_active, is_gone) == (True, False, True)
    assert authenticate(username=user.email, password=PASSWORD) == user
    assert has_seats(user, at=AT + APART)


def test_history_of_the_membership_names_the_login_no_more(both: Member, seat: Seat) -> None:
    before = AuditEvent.objects.filter(about=both.public_id, actor=seat.user).count()
    left(both)
    assert (before > 0, AuditEvent.objects.filter(about=both.public_id, actor=seat.user).count()) == (True, 0)
    assert AuditEvent.objects.filter(action="seat.accepted", actor=seat.user).count() == 1


def test_the_same_person_joins_anew(both: Member, seat: Seat) -> None:
    gone = left(both)
    again = joining.join(seat.user_id or 0, SAID, at=AT + APART)
    assert (again.pk != gone.pk, again.user_id, again.status) == (True, seat.user_id, MemberStatus.ACTIVE)


@pytest.mark.clause("rift/6.3")
def test_taking_the_seat_leaves_the_membership(both: Member, seat: Seat, contract: Contract, amy: User) -> None:
    seats.close(contract.public_id, seat.public_id, by=amy, at=AT)
    both.refresh_from_db()
    assert (both.status, both.user.is_active, both.user.has_usable_password()) == (MemberStatus.ACTIVE, True, True)
    assert not has_seats(both.user, at=AT + timedelta(seconds=1))


def test_who_has_no_seat_any_more_goes_with_the_membership(
    both: Member, seat: Seat, contract: Contract, amy: User
) -> None:
    seats.close(contract.public_id, seat.public_id, by=amy, at=AT)
    gone = left(both)
    assert (gone.user_id, gone.user.is_active) == (seat.user_id, False)


@pytest.mark.clause("upstage/21.1")
@pytest.mark.clause("rift/11.1")
def test_a_hold_over_the_customer_keeps_the_login_of_who_left_both(
    both: Member, seat: Seat, contract: Contract, amy: User
) -> None:
    ben, released = making.staff("ben"), AT + APART + timedelta(days=1)
    seats.close(contract.public_id, seat.public_id, by=amy, at=AT)
    customer_holds.place(contract.customer.public_id, reason="a suit", by=amy, at=AT)
    gone, user = left(both), User.objects.get(pk=seat.user_id)
    assert (gone.user_id != user.pk, gone.user.is_active, user.is_active) == (True, False, True)
    assert (user.email, user.name) == ("haneul@customer.example", "하늘")
    customer_holds.release(contract.customer.public_id, reason="settled", by=ben, at=released)
    assert destroyed(amy, ben, released).certificate["counts"]["seat_login"] == 1
    user.refresh_from_db()
    assert (user.is_active, user.name) == (False, "하늘")


@pytest.mark.parametrize(("days", "stays"), [(30, False), (29, True)])
def test_a_login_whose_seat_ended_lately_goes_by_its_own_days(
    both: Member, seat: Seat, contract: Contract, amy: User, days: int, stays: bool
) -> None:
    """The batch of the day after takes what parting left to it: between the two nothing is lost, and nothing stays."""
    seats.close(contract.public_id, seat.public_id, by=amy, at=AT + APART - timedelta(days=days + 1))
    gone, today = left(both), (AT + APART).date()
    assert (gone.user_id != seat.user_id, User.objects.get(pk=seat.user_id).is_active) == (stays, stays)
    due = [former_people.due_logins(on).filter(pk=seat.user_id).exists() for on in (today - timedelta(days=1), today)]
    assert due == [False, stays]


def test_parting_takes_as_many_statements_for_three_as_for_one(contract: Contract) -> None:
    portal.seated(contract, "admin@customer.example")
    numbers = []
    for start, count in ((0, 1), (1, 3)):
        for number in range(start, start + count):
            made = portal.seated(contract, f"p{number}@customer.example", SeatRole.USER)
            member = joining.join(made.user_id or 0, SAID, at=AT)
            leaving.withdraw(member.pk, by=member.user, at=AT)
        with CaptureQueriesContext(connection) as queries:
            assert separation.separate_due(at=AT + APART) == count
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


# Where a signed-in reader is led from the first page


def test_the_home_page_leads_to_the_contracts(seat: Seat) -> None:
    with clock.fixed(AT):
        page = portal.browser(seat).get(reverse("home")).content.decode()
    assert f'href="{reverse("contracts")}"' in page
    assert "Go to your contracts" in page


def test_the_home_page_leads_a_member_to_the_overview(both: Member, seat: Seat) -> None:
    with clock.fixed(AT):
        assert "Go to your overview" in portal.browser(seat).get(reverse("home")).content.decode()


def test_the_home_page_leads_staff_to_the_back_office(amy: User) -> None:
    client = Client()
    client.force_login(amy)
    assert reverse("admin:index") in client.get(reverse("home")).content.decode()

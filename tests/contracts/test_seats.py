"""Who gets into a contract, how, and when it ends: services (rift/2.3, 6.1–6.3)."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core import mail

from accounts.models import User
from contracts.enums import EndReason, SeatRole, Side
from contracts.models import Contract, Seat
from contracts.queries.people import access_for, accesses_of, has_seats
from contracts.queries.sides import side_of
from contracts.services import administrators, contract_keys, ending, invitations, seats
from contracts.services.ending import End
from contracts.services.seats import Invited
from tests.contracts import making, portal
from tests.contracts.portal import AT
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.errors import NotFound, Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def contract() -> Contract:
    return making.concluded(making.drafted())


@pytest.fixture
def administrator(contract: Contract) -> Seat:
    return portal.seated(contract, "admin@customer.example")


def refused(work) -> str:
    before = Seat.objects.count()
    with pytest.raises(Refusal) as caught:
        work()
    assert Seat.objects.count() == before
    return caught.value.code


def sees(seat: Seat, at=LATER) -> bool:
    try:
        access_for(seat.user, seat.contract.public_id, at=at)
    except NotFound:
        return False
    return True


# Invitations


@pytest.mark.clause("rift/6.1")
def test_who_is_invited_gets_a_mail_and_chooses_a_password(contract: Contract) -> None:
    portal.named(contract)
    asked = Invited("박사용", "Park@Customer.example", SeatRole.ADMINISTRATOR, "en")
    made = seats.invite(contract.public_id, asked, by=making.staff("amy"), at=AT)
    assert (made.user.email, made.user.has_usable_password(), made.user.language) == (
        "park@customer.example",
        False,
        "en",
    )
    with clock.fixed(AT):
        outbox.deliver_due(at=AT, topic=invitations.TOPIC)
    (sent,) = mail.outbox
    assert (sent.to, "/invitation/" in sent.body, "7" not in sent.subject) == (["park@customer.example"], True, True)
    portal.accepted(made)
    made.user.refresh_from_db()
    assert made.user.check_password(portal.PASSWORD)
    assert EmailAddress.objects.get(user=made.user).verified


def test_a_link_works_once_in_seven_days_and_while_the_seat_exists(contract: Contract, administrator: Seat) -> None:
    late, gone = (
        seats.invite(contract.public_id, Invited(name, f"{name}@customer.example"), by=administrator.user, at=AT)
        for name in ("late", "gone")
    )
    token = portal.token_of(late)
    spent = portal.token_of(gone)
    seats.close(contract.public_id, gone.public_id, by=administrator.user, at=AT)
    for given, at in ((token, AT + timedelta(days=7)), (spent, AT), ("nothing", AT)):
        assert refused(lambda given=given, at=at: invitations.accept(given, portal.PASSWORD, at=at)) == "link_spent"
    invitations.accept(token, portal.PASSWORD, at=LATER)
    assert refused(lambda: invitations.accept(token, "another password", at=LATER)) == "link_spent"


def test_a_member_who_is_invited_is_led_to_the_contract(contract: Contract, administrator: Seat, member) -> None:
    made = seats.invite(contract.public_id, Invited("회원", member.user.email), by=administrator.user, at=AT)
    assert (made.user, invitations.address(made, at=AT).endswith(f"/contracts/{contract.public_id}/")) == (
        member.user, True,
    )  # fmt: skip


def test_no_mail_goes_to_whose_seat_is_gone(contract: Contract, administrator: Seat) -> None:
    made = seats.invite(contract.public_id, Invited("박", "park@customer.example"), by=administrator.user, at=AT)
    outbox.deliver_due(at=AT)
    mail.outbox.clear()
    seats.invite_again(contract.public_id, made.public_id, by=administrator.user, at=LATER)
    seats.close(contract.public_id, made.public_id, by=administrator.user, at=LATER)
    with clock.fixed(LATER):
        outbox.deliver_due(at=LATER, topic=invitations.TOPIC)
    assert mail.outbox == []


def test_a_person_has_one_seat_and_staff_have_none(contract: Contract, administrator: Seat) -> None:
    ask = lambda email: seats.invite(contract.public_id, Invited("가", email), by=administrator.user, at=AT)  # noqa: E731
    assert refused(lambda: ask(administrator.user.email.upper())) == "already_done"
    assert refused(lambda: ask(making.staff("amy").email)) == "staff_takes_no_seat"
    assert ask("one@customer.example").name == ask("two@customer.example").name


@pytest.mark.clause("rift/7.1")
def test_no_more_than_were_ordered(contract: Contract) -> None:
    contract = making.concluded(
        making.drafted(making.customer(making.NUMBERS[1]), fees=[making.fee("seat", "9000", included=1)])
    )
    first = portal.seated(contract, "first@customer.example")
    second = Invited("둘", "second@customer.example")
    assert refused(lambda: seats.invite(contract.public_id, second, by=first.user, at=AT)) == "seats_exhausted"


# Administrators


@pytest.mark.clause("rift/6.1")
def test_administrators_are_issued_by_staff_where_somebody_was_named(contract: Contract) -> None:
    asked, amy = Invited("가", "one@customer.example", SeatRole.ADMINISTRATOR), making.staff("amy")
    assert refused(lambda: seats.invite(contract.public_id, asked, by=amy, at=AT)) == "nobody_named"
    administrator = portal.seated(contract, "admin@customer.example")
    ask = lambda: seats.invite(contract.public_id, asked, by=administrator.user, at=AT)  # noqa: E731
    assert refused(ask) == "issued_by_staff"
    user = portal.seated(contract, "user@customer.example", SeatRole.USER)
    raise_ = lambda by: seats.change_role(  # noqa: E731
        contract.public_id, user.public_id, SeatRole.ADMINISTRATOR, by=by, at=AT
    )
    assert refused(lambda: raise_(administrator.user)) == "issued_by_staff"
    assert raise_(amy).role == SeatRole.ADMINISTRATOR


@pytest.mark.clause("rift/6.1")
def test_the_named_contact_asks_and_staff_do_it(contract: Contract, administrator: Seat) -> None:
    user = portal.seated(contract, "user@customer.example", SeatRole.USER)
    ask = lambda by: administrators.request(contract.public_id, user.public_id, by=by, at=AT)  # noqa: E731
    assert refused(lambda: ask(administrator.user)) == "not_the_named_contact"
    named = portal.seated(contract, "named@customer.example", SeatRole.USER)
    ask(named.user)
    assert refused(lambda: ask(named.user)) == "already_done"
    assert administrators.requested(contract) == {user.public_id}
    seats.change_role(contract.public_id, user.public_id, SeatRole.ADMINISTRATOR, by=making.staff("amy"), at=AT)
    assert not DueItem.objects.filter(kind=seats.ASKED_FOR, closed_at__isnull=True).exists()
    assert refused(lambda: ask(named.user)) == "already_done"


@pytest.mark.clause("rift/2.3")
def test_one_administrator_always_stays(contract: Contract, administrator: Seat) -> None:
    by = making.staff("amy")
    for work in (seats.close, lambda *ids, **more: seats.change_role(*ids, SeatRole.USER, **more)):
        code = refused(lambda work=work: work(contract.public_id, administrator.public_id, by=by, at=AT))
        assert code == "last_administrator"
    other = portal.seated(contract, "other@customer.example")
    seats.change_role(contract.public_id, administrator.public_id, SeatRole.USER, by=other.user, at=AT)
    administrator.refresh_from_db()
    assert administrator.role == SeatRole.USER


# Ends


@pytest.mark.clause("rift/6.3")
def test_a_seat_taken_back_opens_nothing_from_that_instant(contract: Contract, administrator: Seat) -> None:
    other = portal.seated(contract, "other@customer.example")
    browser = portal.browser(other)
    made, _secret = portal.key(other)
    seats.close(contract.public_id, other.public_id, by=administrator.user, at=LATER)
    made.key.refresh_from_db()
    assert (sees(other), sees(administrator), made.key.revoked_at) == (False, True, LATER)
    with clock.fixed(LATER):
        assert browser.get(f"/contracts/{contract.public_id}/").status_code in (302, 404)
    assert not has_seats(other.user, at=LATER)


def test_who_steps_down_loses_the_keys(contract: Contract, administrator: Seat) -> None:
    portal.seated(contract, "other@customer.example")
    portal.key(administrator)
    seats.change_role(contract.public_id, administrator.public_id, SeatRole.USER, by=making.staff("amy"), at=LATER)
    assert not contract_keys.live(contract, at=LATER).exists()


@pytest.mark.clause("rift/15.3")
def test_after_the_end_administrators_read_and_users_see_nothing(contract: Contract, administrator: Seat) -> None:
    user = portal.seated(contract, "user@customer.example", SeatRole.USER)
    left = portal.seated(contract, "left@customer.example")
    seats.close(contract.public_id, left.public_id, by=administrator.user, at=AT)
    ending.terminate(contract.public_id, End(Side.CUSTOMER, EndReason.REQUEST), by=making.staff("amy"), at=LATER)
    tomorrow = LATER + timedelta(days=1)
    assert (sees(administrator, tomorrow), sees(user, tomorrow), sees(left, tomorrow)) == (True, False, False)
    assert not access_for(administrator.user, contract.public_id, at=tomorrow).may_act
    assert access_for(user.user, contract.public_id, at=LATER).may_act


def test_nothing_is_done_after_the_term(contract: Contract, administrator: Seat) -> None:
    over = making.NOON + timedelta(days=400)
    assert not access_for(administrator.user, contract.public_id, at=over).may_act


# Who is asked for


def test_the_door_is_closed_to_all_others(contract: Contract, administrator: Seat, member) -> None:
    clerk = User.objects.create_user("clerk@staff.example", "x", is_staff=True)
    for user in (member.user, clerk):
        with pytest.raises(NotFound):
            access_for(user, contract.public_id, at=AT)
    for name in ("ctr_0", "x", administrator.public_id):
        with pytest.raises(NotFound):
            access_for(administrator.user, name, at=AT)
    assert access_for(making.staff("amy"), contract.public_id, at=AT).seat is None


def test_a_seat_without_a_log_in_is_nobodys(contract: Contract) -> None:
    seats.add(contract.public_id, "ms_a", SeatRole.ADMINISTRATOR, by=None, at=AT)
    assert not has_seats(AnonymousUser(), at=AT)


def test_contracts_are_found_by_as_many_statements_however_many(
    contract: Contract, administrator: Seat, django_assert_num_queries
) -> None:
    user = administrator.user
    with django_assert_num_queries(1):
        assert len(accesses_of(user, at=LATER)) == 1
    asked = Invited("나", user.email, SeatRole.ADMINISTRATOR)
    for _ in range(2):
        more = making.concluded(making.drafted(contract.customer))
        seats.invite(more.public_id, asked, by=making.staff("amy"), at=AT)
    with django_assert_num_queries(1):
        assert len(accesses_of(user, at=LATER)) == 3


# What was found by looking for ways around it


def test_a_link_dies_with_the_placeholder_it_was_made_for(contract: Contract) -> None:
    portal.named(contract)
    made = seats.invite(contract.public_id, Invited("박", "park@customer.example"), by=making.staff("amy"), at=AT)
    token = portal.token_of(made)
    assert made.user is not None
    made.user.set_unusable_password()
    made.user.save()
    assert refused(lambda: invitations.accept(token, portal.PASSWORD, at=LATER)) == "link_spent"


def test_who_was_taken_back_on_the_last_day_reads_nothing_afterwards(contract: Contract, administrator: Seat) -> None:
    gone = portal.seated(contract, "gone@customer.example")
    Contract.objects.filter(pk=contract.pk).update(ended_at=AT, status="terminated")
    seats.close_all(contract, until=day_end(AT.date()))
    Seat.objects.filter(pk=gone.pk).update(until_at=LATER)
    assert (sees(gone, AT + timedelta(days=3)), sees(administrator, AT + timedelta(days=3))) == (False, True)


def test_after_the_term_only_administrators_read(contract: Contract, administrator: Seat) -> None:
    user = seats.invite(contract.public_id, Invited("박", "park@customer.example"), by=making.staff("amy"), at=AT)
    after = AT + timedelta(days=800)
    assert (sees(user), sees(user, after), sees(administrator, after)) == (True, False, True)


def test_a_key_needs_the_seat_as_it_is_now(contract: Contract, administrator: Seat) -> None:
    Seat.objects.filter(pk=administrator.pk).update(role=SeatRole.USER)
    with pytest.raises(Refusal) as caught:
        contract_keys.make(administrator, "CRM", scopes=["contracts:read"], by=administrator.user, at=LATER)
    assert caught.value.code == "administrator_needed"


def test_who_had_a_seat_speaks_for_the_customer_for_good(contract: Contract, administrator: Seat) -> None:
    seats.close_all(contract, until=LATER)
    assert side_of(contract, administrator.user, at=LATER + timedelta(days=1)) == Side.CUSTOMER

"""Who had a seat and needs it no more: the login goes after a month, the name with the contract's records."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import BatchStatus
from accounts.errors import OnHold
from accounts.models import Destruction, DestructionBatch, User
from accounts.queries import retention
from accounts.queries.schedule import seat_login_days
from accounts.services import batches, joining, replaying, terms
from accounts.services.members import Application
from contracts.enums import EndReason, SeatRole, Side
from contracts.models import Contract, CustomerHold, Seat
from contracts.queries import former_people
from contracts.queries.people import has_seats
from contracts.services import customer_holds, ending, seats
from contracts.services.ending import End
from tests.accounts.leaving import destroyed, morning
from tests.admin.verbs import use, verb_of
from tests.contracts import making, portal
from tests.contracts.portal import AT, PASSWORD
from upstage_console.kernel import clock, policy
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
CLOSED_ON = AT.date()
DUE_ON = CLOSED_ON + timedelta(days=30)
DUE = morning(DUE_ON + timedelta(days=1))
ADDRESS = "haneul@customer.example"
ENDS_ON = date(2028, 1, 24)
FIVE_YEARS_ON = date(2033, 1, 24)


@pytest.fixture
def ben(amy: User) -> User:
    """The one whom the reviews of a contract have made already, or will."""
    return making.staff("ben")


@pytest.fixture
def contract(amy: User) -> Contract:
    return making.concluded(making.drafted(making.customer(making.NUMBERS[0])))


@pytest.fixture
def seat(contract: Contract) -> Seat:
    portal.seated(contract, "admin@customer.example")
    return portal.seated(contract, ADDRESS, SeatRole.USER, name="하늘")


@pytest.fixture
def former(contract: Contract, seat: Seat, amy: User) -> User:
    """Somebody whose only seat was taken back."""
    seats.close(contract.public_id, seat.public_id, by=amy, at=AT)
    return User.objects.get(pk=seat.user_id)


def due(on: date = DUE_ON) -> list[str]:
    return list(former_people.due_logins(on).values_list("email", flat=True))


# The login


@pytest.mark.clause("rift/11.1")
@pytest.mark.clause("upstage/21.1")
def test_a_month_after_the_last_seat_the_login_goes(former: User, seat: Seat, amy: User, ben: User) -> None:
    assert batches.collect(at=morning(DUE_ON)) is None
    batch = destroyed(amy, ben, DUE)
    former.refresh_from_db()
    assert (former.email.endswith("@gone.invalid"), former.is_active, former.has_usable_password()) == (
        True, False, False,
    )  # fmt: skip
    assert (authenticate(username=ADDRESS, password=PASSWORD), former.name) == (None, "하늘")
    assert (batch.certificate["counts"], batch.status) == ({"seat_login": 1}, BatchStatus.EXECUTED)
    assert Destruction.objects.values_list("what", "subject").get() == ("seat_login", former.public_id)


def test_what_the_law_keeps_still_says_who_it_was(former: User, seat: Seat, amy: User, ben: User) -> None:
    destroyed(amy, ben, DUE)
    seat.refresh_from_db()
    assert (seat.name, AuditEvent.objects.get(action="seat.removed").facts["user"]) == ("하늘", "하늘")


def test_twice_destroys_nothing_more(former: User, amy: User, ben: User) -> None:
    destroyed(amy, ben, DUE)
    assert (batches.collect(at=DUE + timedelta(days=1)), batches.carry_out(at=DUE)) == (
        DestructionBatch.objects.filter(status__in=retention.OPEN).first(), 0,
    )  # fmt: skip


def test_an_open_seat_elsewhere_keeps_the_login(former: User, amy: User) -> None:
    other = making.concluded(making.drafted(making.customer(making.NUMBERS[1])))
    portal.seated(other, ADDRESS, SeatRole.USER)
    assert due() == []


def test_who_is_invited_again_comes_with_the_old_login(former: User, contract: Contract, amy: User, ben: User) -> None:
    batch = batches.collect(at=DUE)
    assert batch is not None
    batches.look_through(batch.public_id, reason="r", by=amy, at=DUE)
    batches.approve(batch.public_id, reason="r", by=ben, at=DUE)
    again = portal.seated(contract, ADDRESS, SeatRole.USER, at=DUE)
    assert (batches.carry_out(at=DUE), again.user_id) == (0, former.pk)
    assert authenticate(username=ADDRESS, password=PASSWORD) == former


def test_who_is_invited_after_it_comes_as_somebody_new(former: User, contract: Contract, amy: User, ben: User) -> None:
    destroyed(amy, ben, DUE)
    again = portal.seated(contract, ADDRESS, SeatRole.USER, at=DUE)
    assert (again.user_id == former.pk, User.objects.filter(email=ADDRESS).count()) == (False, 1)


def test_a_member_keeps_the_login(former: User) -> None:
    terms.load_digests(by=None, at=AT)
    joining.join(former.pk, Application("", "김하늘", born_on=date(1990, 1, 1), agreed_to=["upstage"]), at=AT)
    assert due() == []


def test_staff_keep_theirs(former: User) -> None:
    User.objects.filter(pk=former.pk).update(is_staff=True)
    assert due() == []


@pytest.mark.parametrize("days", [0, 7])
def test_staff_set_how_long_it_stays(former: User, amy: User, ben: User, days: int) -> None:
    asked = policy.propose("seat_login_days", days, reason="r", starts_at=AT, by=amy, at=AT)
    policy.approve(asked.pk, by=ben, at=AT)
    assert seat_login_days(at=AT) == days
    assert (due(CLOSED_ON + timedelta(days=days)), due(CLOSED_ON + timedelta(days=days - 1))) == ([ADDRESS], [])


def test_the_public_schedule_says_the_period_that_holds(former: User, amy: User, ben: User, client: Client) -> None:
    asked = policy.propose("seat_login_days", 7, reason="r", starts_at=AT, by=amy, at=AT)
    policy.approve(asked.pk, by=ben, at=AT)
    with clock.fixed(AT):
        rows = {row.name: row for row in client.get(reverse("retention-schedule")).context["rows"]}
    assert rows["seat_login"].days == 7
    assert rows["seat_name"].years == 5


def test_at_the_end_of_the_term_users_go_and_administrators_read_on(seat: Seat) -> None:
    last = ENDS_ON + timedelta(days=30)
    assert (due(last - timedelta(days=1)), due(last)) == ([], [ADDRESS])


@pytest.mark.clause("rift/15.1")
def test_administrators_read_as_long_as_the_law_keeps_it(seat: Seat, contract: Contract) -> None:
    administrator = contract.seats.get(role=SeatRole.ADMINISTRATOR).user
    assert administrator is not None
    read = [has_seats(administrator, at=morning(FIVE_YEARS_ON + timedelta(days=days))) for days in (0, 1)]
    assert read == [True, False]
    assert administrator.email in due(FIVE_YEARS_ON + timedelta(days=30))
    assert administrator.email not in due(FIVE_YEARS_ON + timedelta(days=29))


def test_so_do_those_of_a_terminated_contract(seat: Seat, contract: Contract, amy: User, ben: User) -> None:
    ending.terminate(contract.public_id, End(Side.CUSTOMER, EndReason.REQUEST), by=amy, at=AT, approver=ben)
    administrator = contract.seats.get(role=SeatRole.ADMINISTRATOR).user
    assert administrator is not None
    last = date(2032, 5, 3)
    read = [has_seats(administrator, at=morning(last + timedelta(days=days))) for days in (0, 1)]
    assert (read, due(DUE_ON)) == ([True, False], [ADDRESS])


# The name


def test_five_years_after_the_contract_the_name_goes(former: User, seat: Seat, amy: User, ben: User) -> None:
    destroyed(amy, ben, DUE)
    assert former_people.due_names(FIVE_YEARS_ON - timedelta(days=1)).count() == 0
    batch = destroyed(amy, ben, morning(FIVE_YEARS_ON + timedelta(days=1)))
    seat.refresh_from_db()
    former.refresh_from_db()
    assert (seat.name, former.name, batch.certificate["counts"]["seat_name"]) == (f"– {seat.pk}", "", 2)
    assert not AuditEvent.objects.filter(facts__user="하늘").exists()


def test_a_name_without_a_login_goes_too(contract: Contract, amy: User, ben: User) -> None:
    first, second = (seats.add(contract.public_id, name, SeatRole.USER, by=amy, at=AT) for name in ("ms_a", "ms_b"))
    destroyed(amy, ben, morning(FIVE_YEARS_ON + timedelta(days=1)))
    named = dict(Seat.objects.values_list("pk", "name"))
    assert (named[first.pk], named[second.pk]) == (f"– {first.pk}", f"– {second.pk}")


# A legal hold


def test_nothing_goes_while_a_hold_is_on(former: User, contract: Contract, amy: User, ben: User) -> None:
    customer_holds.place(contract.customer.public_id, reason="a suit", by=amy, at=AT)
    assert (due(), batches.collect(at=DUE)) == ([], None)
    assert retention.number_held(DUE_ON) == 1
    customer_holds.release(contract.customer.public_id, reason="settled", by=ben, at=DUE)
    assert due() == [ADDRESS]


def test_a_hold_that_comes_after_the_batch_keeps_it(former: User, contract: Contract, amy: User, ben: User) -> None:
    batch = batches.collect(at=DUE)
    assert batch is not None
    batches.look_through(batch.public_id, reason="r", by=amy, at=DUE)
    customer_holds.place(contract.customer.public_id, reason="a suit", by=amy, at=DUE)
    with pytest.raises(OnHold):
        batches.approve(batch.public_id, reason="r", by=ben, at=DUE)


def test_the_names_are_held_too(former: User, contract: Contract, amy: User) -> None:
    customer_holds.place(contract.customer.public_id, reason="a suit", by=amy, at=AT)
    assert (former_people.due_names(FIVE_YEARS_ON).count(), former_people.held_names(FIVE_YEARS_ON).count()) == (0, 2)


def test_there_is_one_hold_at_a_time(contract: Contract, amy: User) -> None:
    with pytest.raises(NotFound):
        customer_holds.release(contract.customer.public_id, reason="r", by=amy, at=AT)
    customer_holds.place(contract.customer.public_id, reason="r", by=amy, at=AT)
    with pytest.raises(AlreadyDone):
        customer_holds.place(contract.customer.public_id, reason="r", by=amy, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerHold.objects.create(customer=contract.customer, reason="r", starts_at=AT, placed_by=amy)
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerHold.objects.update(ends_at=AT)


def test_the_desk_places_and_releases_a_hold(contract: Contract, amy: User, client: Client) -> None:
    client.force_login(amy)
    for verb, number in (("place-hold", 1), ("release-hold", 0)):
        use(client, verb_of(contract.customer, verb))
        assert CustomerHold.objects.filter(ends_at__isnull=True).count() == number


# After a backup is restored


def test_what_was_destroyed_is_destroyed_again(former: User, seat: Seat) -> None:
    lines = [
        json.dumps({"what": what, "subject": subject, "at": DUE.isoformat()})
        for what, subject in (("seat_login", former.public_id), ("seat_name", seat.public_id), ("seat_name", "seat_x"))
    ]
    assert (replaying.replay(lines, at=DUE), replaying.replay(lines, at=DUE)) == (2, 0)
    former.refresh_from_db()
    seat.refresh_from_db()
    assert (former.is_active, former.name, seat.name) == (False, "", f"– {seat.pk}")


def test_three_take_as_many_statements_as_one(contract: Contract, amy: User, ben: User) -> None:
    portal.seated(contract, "admin@customer.example")
    numbers = []
    for count, at in ((1, AT), (3, AT + timedelta(days=60))):
        for number in range(count):
            one = portal.seated(contract, f"p{number}-{count}@customer.example", SeatRole.USER, at=at)
            seats.close(contract.public_id, one.public_id, by=amy, at=at)
        numbers.append(_carried(amy, ben, at + timedelta(days=40), count))
    assert numbers[0] == numbers[1]


def _carried(amy: User, ben: User, at: datetime, count: int) -> int:
    batch = batches.collect(at=at)
    assert batch is not None
    batches.look_through(batch.public_id, reason="r", by=amy, at=at)
    batches.approve(batch.public_id, reason="r", by=ben, at=at)
    with CaptureQueriesContext(connection) as queries:
        assert batches.carry_out(at=at) == count
    return len(queries)

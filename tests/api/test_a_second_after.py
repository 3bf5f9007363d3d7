"""A lot pays to its last instant and not a second longer, with every scheduled job stopped (upstage/15.4).

Nothing here posts an expiry, settles or runs a task: whoever asks at an instant gets the truth of that instant.
"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from billing.models import Service
from credits import queries
from credits.errors import InsufficientCredits
from credits.models import Entry, Lot
from credits.services import holds
from tests.api.asking import is_problem
from tests.billing import make
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_end

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.4", "upstage/15.3")]
ENDS = day_end(make.NOON.date())
MICROSECOND, SECOND = timedelta(microseconds=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def lot(member) -> Lot:
    """Credits that end with the day."""
    make.price("1")
    Service.objects.update(is_listed=True)
    return make.granted(member, "100", until=make.NOON.date())


def charged(gateway, member, at: datetime, name: str):
    with clock.fixed(at):
        return gateway.post("/charges", {"member": member.public_id, "amount": "10"}, repeat=name)


def left(lot: Lot) -> Decimal:
    lot.refresh_from_db()
    return lot.remaining


def test_a_charge_in_the_last_instant_draws_and_one_after_does_not(gateway, member, lot) -> None:
    assert charged(gateway, member, ENDS - MICROSECOND, "in time").status_code == 201
    assert left(lot) == 90
    for number, late in enumerate([ENDS, ENDS + SECOND, ENDS + timedelta(days=40)]):
        assert is_problem(charged(gateway, member, late, f"late {number}"), 422, "insufficient_credits")
    assert left(lot) == 90
    assert list(Entry.objects.filter(member=member).order_by("sequence").values_list("kind", flat=True)) == [
        "grant",
        "use",
    ]


def test_on_credit_a_charge_after_draws_nothing_and_is_owed(gateway, member, lot) -> None:
    make.give_card(member, postpaid=True)
    answer = charged(gateway, member, ENDS + SECOND, "late").json()
    assert (answer["burned"], answer["owed"], answer["lots"]) == ("0", "10", [])
    assert left(lot) == 100


def test_a_charge_after_draws_from_what_still_lives(gateway, member, lot) -> None:
    other = make.granted(member, "50", until=make.later(days=9).date())
    answer = charged(gateway, member, ENDS + SECOND, "late").json()
    assert [part["lot"] for part in answer["lots"]] == [other.public_id]
    assert (left(lot), left(other)) == (100, 40)


def test_the_gate_and_the_balance_say_the_same(gateway, member, make_key) -> None:
    secret = make_key(member, at=make.NOON)
    for at, code, balance in [(ENDS - MICROSECOND, "allowed", "100"), (ENDS + SECOND, "insufficient_credits", "0")]:
        with clock.fixed(at):
            assert gateway.post("/access", {"key": secret, "service": "ocr"}).json()["code"] == code
            assert gateway.get("/credits", member=member.public_id).json()["total"] == balance
            assert str(queries.balance(member.pk, at).available.normalize()) == f"{Decimal(balance).normalize()}"


def test_no_hold_is_placed_on_it(member, lot) -> None:
    def placed(at: datetime) -> None:
        holds.place(member_id=member.pk, amount=Decimal(10), expires_at=at + timedelta(hours=1), by=None, at=at)

    placed(ENDS - MICROSECOND)
    with pytest.raises(InsufficientCredits):
        placed(ENDS + SECOND)
    assert left(lot) == 100


@pytest.mark.clause("upstage/2.7")
def test_use_of_the_day_reported_after_it_draws_from_what_lived_then(member, lot) -> None:
    """It was used while the credits lived; only the report came later."""
    make.taken(make.event(member, quantity=30, at=(ENDS - SECOND).isoformat()), at=ENDS + timedelta(hours=1))
    assert left(lot) == 70
    make.taken(make.event(member, "e2", quantity=30, at=(ENDS + SECOND).isoformat()), at=ENDS + timedelta(hours=1))
    assert left(lot) == 70

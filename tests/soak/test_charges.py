"""A thousand charges on one member at once, through real HTTP."""

from decimal import Decimal
from random import Random

import pytest

from accounts.models import Member
from credits import queries
from tests.billing import make
from tests.soak import proof
from tests.soak.asking import MANY, charge, give
from tests.soak.clients import called
from tests.soak.console import Console
from tests.soak.gateway import Gateway
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause("upstage/15.3")
def test_a_thousand_charges_take_what_is_there_and_no_more(
    console: Console, gateway: Gateway, kim: Member, chance: Random
) -> None:
    """Of a thousand charges of 1 on 700 credits exactly 700 pass; every tenth is asked twice at once."""
    give(kim, "150", "0.5", "549.5")
    errands = [charge(kim, "1", f"c{number}") for number in [*range(MANY), *range(0, MANY, 10)]]
    chance.shuffle(errands)
    calls = called(console, gateway.secret, errands)
    proof.everybody_was_answered(calls, "insufficient_credits")
    assert (len(calls.done()), len(calls.refused())) == (700, 300)
    assert queries.balance(kim.pk, clock.now()).total == 0
    proof.charges_alone(kim, calls, gateway)


def test_charges_of_any_size_add_up(console: Console, gateway: Gateway, kim: Member, chance: Random) -> None:
    """Small ones still pass where large ones no longer do; what is left is what came in less what was taken."""
    give(kim, *["25.000001"] * 20)
    amounts = [Decimal(chance.randrange(1, 4_000_000)) / 1_000_000 for _ in range(MANY // 3)]
    calls = called(
        console, gateway.secret, [charge(kim, str(amount), f"c{place}") for place, amount in enumerate(amounts)]
    )
    proof.everybody_was_answered(calls, "insufficient_credits")
    taken = sum(amounts[int(key[1:])] for key in calls.done())
    left = queries.balance(kim.pk, clock.now()).total
    assert left == 20 * Decimal("25.000001") - taken
    assert all(amounts[int(key[1:])] > left for key in calls.refused())
    proof.charges_alone(kim, calls, gateway)


def test_who_may_owe_is_never_refused(console: Console, gateway: Gateway, kim: Member) -> None:
    """What credits do not cover is owed, to the last digit."""
    make.give_card(kim, postpaid=True, at=clock.now())
    give(kim, "100")
    calls = called(console, gateway.secret, [charge(kim, "0.75", f"c{number}") for number in range(MANY // 4)])
    proof.everybody_was_answered(calls)
    bodies = [answer["body"] for answer in calls.done().values()]
    assert sum(Decimal(body["burned"]) for body in bodies) == 100
    assert sum(Decimal(body["owed"]) for body in bodies) == 87.5
    proof.charges_alone(kim, calls, gateway)

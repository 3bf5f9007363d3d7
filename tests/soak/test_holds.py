"""Charges, holds, captures and releases on one member at once, through real HTTP: no credit is spent twice."""

import time
from random import Random

import pytest

from accounts.models import Member
from tests.soak import proof_of_holds
from tests.soak.asking import MANY, capture, charge, give, hold, release
from tests.soak.clients import Errand, called, calling
from tests.soak.console import Console
from tests.soak.gateway import Gateway
from tests.soak.test_kills import killed_and_started_again

pytestmark = pytest.mark.django_db(transaction=True)


def errand(member: Member, number: int, chance: Random) -> Errand:
    """One of all that may be done, with a few mistakes among it."""
    size, key = chance.randrange(1_000_000, 3_000_000), f"n{number}"
    amount, part, more = (f"{value / 1_000_000:.6f}" for value in (size, size * 2 // 3, size + 1))
    return chance.choice(
        [
            charge(member, amount, key),
            charge(member, amount, key),
            hold(member, amount, key, capture(part, f"{key} used")),
            hold(member, amount, key, capture(amount, f"{key} used"), capture(amount, f"{key} again")),
            hold(member, amount, key, capture(more, f"{key} too much")),
            hold(member, amount, key, release(f"{key} freed")),
            hold(member, amount, key, release(f"{key} freed"), capture(part, f"{key} too late")),
            hold(member, amount, key),
        ]
    )


def errands(member: Member, chance: Random, many: int) -> list[Errand]:
    """So many, every eighth asked by two at once."""
    chosen = [errand(member, number, chance) for number in range(many)]
    twice = [*chosen, *chosen[::8]]
    chance.shuffle(twice)
    return twice


@pytest.mark.clause("upstage/15.3")
def test_holds_and_charges_never_spend_one_credit_twice(
    console: Console, gateway: Gateway, kim: Member, chance: Random
) -> None:
    give(kim, "200", "0.000001", "199.999999", "100")
    calls = called(console, gateway.secret, errands(kim, chance, MANY * 2 // 3))
    proof_of_holds.everything(kim, calls, gateway)
    assert len(calls.answers) > MANY
    assert calls.refused("/holds")


def test_holds_survive_a_killed_server(console: Console, gateway: Gateway, kim: Member, chance: Random) -> None:
    give(kim, "200", "0.000001", "199.999999", "100")
    with calling(console, gateway.secret, errands(kim, chance, MANY * 2 // 3)) as calls:
        killed_and_started_again(console, chance)
    proof_of_holds.everything(kim, calls, gateway)
    assert max(answer["tries"] for answer in calls.answers) > 1


def test_hold_past_its_time_holds_nothing_with_every_job_stopped(
    console: Console, gateway: Gateway, kim: Member
) -> None:
    """What it held is there for others at once; to capture it is too late."""
    give(kim, "10")
    held = called(console, gateway.secret, [hold(kim, "10", "h", seconds=2)]).done()["h"]["body"]
    early = called(console, gateway.secret, [charge(kim, "0.000001", "early")])
    assert early.codes() == {"insufficient_credits"}
    time.sleep(2)
    late = called(console, gateway.secret, [charge(kim, "10", "late")])
    assert late.done()["late"]["body"]["available"] == "0"
    step = {**capture("1", "captured"), "path": f"/api/v1/holds/{held['id']}/capture"}
    assert called(console, gateway.secret, [[step]]).codes() == {"already_done"}

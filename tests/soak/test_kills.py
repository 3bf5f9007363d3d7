"""The server killed (kill -9) while its callers call, and started again; they repeat with their keys."""

import time
from random import Random

import pytest

from accounts.models import Member
from tests.soak import proof
from tests.soak.asking import MANY, charge, give
from tests.soak.clients import calling
from tests.soak.conftest import KILLS
from tests.soak.console import Console
from tests.soak.gateway import Gateway

pytestmark = pytest.mark.django_db(transaction=True)


def killed_and_started_again(console: Console, chance: Random, kills: int = KILLS) -> None:
    """Again and again, at whatever moment it is."""
    for _ in range(kills):
        time.sleep(chance.uniform(0.2, 1.5))
        console.kill(chance)
        console.start()


def test_charges_survive_a_killed_server(console: Console, gateway: Gateway, kim: Member, chance: Random) -> None:
    give(kim, "250.5", "449.5")
    errands = [charge(kim, "1", f"c{number}") for number in range(MANY)]
    with calling(console, gateway.secret, errands) as calls:
        killed_and_started_again(console, chance)
    proof.everybody_was_answered(calls, "insufficient_credits")
    assert (len(calls.done()), len(calls.refused())) == (700, 300)
    assert max(answer["tries"] for answer in calls.answers) > 1
    proof.charges_alone(kim, calls, gateway)

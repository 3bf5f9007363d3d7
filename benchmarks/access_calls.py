"""The statement of POST /access: random keys, one connection, beside the floor of finding key and member."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from accounts.models import Member
from accounts.rules.keys import hash_secret
from benchmarks import seeding
from billing.queries.access import access
from upstage_console.kernel.db import prepared

CALLS = 3000
ROUNDS = 3
HEADER = "| POST /access, its statement | calls a second | of the floor |\n|---|--:|--:|"
FLOOR = """
SELECT member.status FROM accounts_apikey AS key JOIN accounts_member AS member ON member.id = key.member_id
WHERE key.sha256 = %(sha256)s
"""


def lines(first: Member, count: int, *, at: datetime, open_at: datetime, closed_at: datetime) -> list[str]:
    """Its pace while nobody is restricted, and while everybody is."""
    seeding.priced_service(at=at)
    secrets = seeding.keys(min(count, 10_000), by=first.user, at=at)
    seeding.analyze()
    floor = _pace(secrets, _floor)
    free = _pace(secrets, lambda secret: access(secret, seeding.SERVICE, at=open_at))
    closed = _pace(secrets, lambda secret: access(secret, seeding.SERVICE, at=closed_at))
    assert access(secrets[0], seeding.SERVICE, at=closed_at).code == "restricted"
    rates = (("floor: key and member", floor), ("nobody restricted", free), ("everybody restricted", closed))
    return [f"| {name} | {rate:,.0f} | {rate / floor:.2f} |" for name, rate in rates]


def _floor(secret: str) -> object:
    return prepared(FLOOR, {"sha256": hash_secret(secret)})


def _pace(secrets: Sequence[str], ask: Callable[[str], object]) -> float:
    """Calls per second, the median of some rounds."""
    chance, rates = random.Random(1), []
    for _round in range(ROUNDS):
        chosen = chance.choices(secrets, k=CALLS)
        begun = time.perf_counter()
        for secret in chosen:
            ask(secret)
        rates.append(CALLS / (time.perf_counter() - begun))
    return statistics.median(rates)

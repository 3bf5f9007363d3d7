"""One charge, and a hundred in one transaction: plain SQL beside burn() and POST /charges."""

import random
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import count

from django.db import connection

from benchmarks import load, own_server, web
from benchmarks.bulk import settle, without_indexes
from benchmarks.filling import A_LOT, Filled, filled
from benchmarks.floors import pgbench, statements
from benchmarks.load import Call, Client
from benchmarks.results import Found, Ratio, Table, figure, kept
from benchmarks.sizes import Size
from benchmarks.turns import medians, say
from credits.services import burning
from upstage_console.kernel import clock
from upstage_console.kernel.db import new_id

Situation = tuple[int, bool]
"""So many clients, and whether all of them charge one member."""

SITUATIONS: tuple[Situation, ...] = ((1, False), (8, False), (32, False), (8, True), (32, True))
A_BATCH = 100
LEFT = 0.9
"""Wanted of each rate with 10^7 entries beside 10^5."""
RANDOM, HOT, BATCH = 0.40, 0.55, 0.40
"""Wanted of the floor: eight clients over random members, one hot member, batches."""

FILL = """
INSERT INTO floor.account SELECT member, %(lot)s, %(each)s FROM generate_series(1, %(members)s) AS member;
INSERT INTO floor.lot (member_id, is_paid, remaining, granted_at, expires_at)
SELECT member, is_paid, %(lot)s, now(), now() + interval '1 year'
FROM generate_series(1, %(members)s) AS member CROSS JOIN (VALUES (false), (true)) AS kind (is_paid);
INSERT INTO floor.entry SELECT member, number, 1, -1, 0, now()
FROM generate_series(1, %(each)s) AS number CROSS JOIN generate_series(1, %(members)s) AS member
"""
ONE = "\\set member random(1, {last})\nSELECT floor.charge(:member, 1);\n"
MANY = (
    "SELECT floor.charges(array(SELECT 1 + floor(random() * {last})::bigint FROM generate_series(1, {batch})), "
    "array_fill(1::numeric, ARRAY[{batch}]));\n"
)

PGBENCH, DJANGO, BURN = "floor: one SQL call (pgbench)", "the same call from Django", "burn() from Django"
BARE, POST = "floor: the same call, bare WSGI", "POST /charges"


def measured(size: Size, existing: int) -> Found:
    """Charges per second of every system in every situation."""
    whole = _Charges(size, existing)
    environment = own_server.here()
    with web.served(web.BARE, environment) as bare, web.served(web.CONSOLE, environment) as console:
        whole.ports = {BARE: bare, POST: console}
        return whole.found()


def compared(small: Found, large: Found) -> list[Ratio]:
    """What is left of each rate where the ledger is long."""
    return kept(small, large, "charges/s", LEFT)


class _Charges:
    """The floor's tables filled like the console's, and every system as a function of the situation."""

    def __init__(self, size: Size, existing: int) -> None:
        say(f"charges: filling {existing:,} entries")
        self.size, self.existing = size, existing
        self.filled: Filled = filled(size, existing)
        self.ports: dict[str, int] = {}
        with connection.cursor() as cursor:
            cursor.execute(statements.CHARGE_SCHEMA)
        each = existing // size.charged
        with without_indexes("floor.entry"), connection.cursor() as cursor:
            cursor.execute(FILL, {"lot": A_LOT, "members": size.charged, "each": each})
        settle()

    def found(self) -> Found:
        single: dict[str, Callable[[Situation], float]] = {
            PGBENCH: partial(self.by_pgbench, ONE),
            DJANGO: partial(self.by_clients, self.call_in_django),
            BURN: partial(self.by_clients, self.burn),
            BARE: partial(self.by_clients, self.bare),
            POST: partial(self.by_clients, self.post),
        }
        batches: dict[str, Callable[[Situation], float]] = {
            PGBENCH: lambda situation: A_BATCH * self.by_pgbench(MANY, situation),
            BURN: lambda situation: A_BATCH * self.by_clients(self.burn_many, situation),
        }
        say("charges: one by one")
        one = self.medians(single)
        say("charges: a hundred at once")
        many = self.medians(batches)
        tables = [
            _table(f"Charges a second, each a transaction, after {self.existing:,} entries", single, one),
            _table(f"Charges a second, {A_BATCH} a transaction, after {self.existing:,} entries", batches, many),
        ]
        ratios = _ratios(one, many)
        return Found("charges", self.existing, ratios, tables, {ratio.what: ratio.product for ratio in ratios})

    def medians(self, systems: dict[str, Callable[[Situation], float]]) -> dict[tuple[str, Situation], float]:
        each = {
            (name, situation): partial(system, situation)
            for situation in SITUATIONS
            for name, system in systems.items()
        }
        return medians(each, self.size.rounds)

    def by_pgbench(self, script: str, situation: Situation) -> float:
        clients, hot = situation
        last = 1 if hot else self.size.charged
        return pgbench.rate(script.format(last=last, batch=A_BATCH), clients, self.size.seconds)

    def by_clients(self, system: Callable[[bool], Client], situation: Situation) -> float:
        clients, hot = situation
        return load.paced(system(hot), clients, self.size.seconds).rate

    def call_in_django(self, hot: bool) -> Client:
        last = 1 if hot else self.size.charged

        def client(number: int) -> Call:
            chance = random.Random(number)

            def call() -> None:
                with connection.cursor() as cursor:
                    cursor.execute(statements.CHARGE, {"member": chance.randint(1, last), "amount": 1})
                    cursor.fetchone()

            return call

        return client

    def burn(self, hot: bool) -> Client:
        return self._burning(hot, 1)

    def burn_many(self, hot: bool) -> Client:
        return self._burning(hot, A_BATCH)

    def _burning(self, hot: bool, many: int) -> Client:
        members = [pk for pk, _name in self.filled.members[: 1 if hot else None]]

        def client(number: int) -> Call:
            chance = random.Random(number)

            def call() -> None:
                charges = [burning.Charge(new_id(), chance.choice(members), Decimal(1)) for _ in range(many)]
                burning.burn(charges, at=clock.now(), by=None)

            return call

        return client

    def bare(self, hot: bool) -> Client:
        last = 1 if hot else self.size.charged

        def client(number: int) -> Call:
            asker, chance = web.Asker(self.ports[BARE]), random.Random(number)
            return lambda: asker.ask(
                web.post("/charge", b'{"member":%d,"amount":1}' % chance.randint(1, last), {"Idempotency-Key": "x"})
            )

        return client

    def post(self, hot: bool) -> Client:
        names = [name for _pk, name in self.filled.members[: 1 if hot else None]]
        secrets = self.filled.platform_secrets

        def client(number: int) -> Call:
            asker, chance = web.Asker(self.ports[POST]), random.Random(number)
            numbers, mine = count(), new_id().hex
            headers = {"Authorization": f"Bearer {secrets[number % len(secrets)]}"}

            def call() -> None:
                body = b'{"member":"%s","amount":"1"}' % chance.choice(names).encode()
                asker.ask(web.post("/api/v1/charges", body, headers | {"Idempotency-Key": f"{mine}-{next(numbers)}"}))

            return call

        return client


def _name(situation: Situation) -> str:
    clients, hot = situation
    plural = f"{clients} client{'s' if clients > 1 else ''}"
    return f"hot, {plural}" if hot else plural


def _table(
    title: str, systems: dict[str, Callable[[Situation], float]], found: dict[tuple[str, Situation], float]
) -> Table:
    rows = [[name, *(figure(found[name, situation]) for situation in SITUATIONS)] for name in systems]
    return Table(title, ["system", *map(_name, SITUATIONS)], rows)


def _ratios(one: dict[tuple[str, Situation], float], many: dict[tuple[str, Situation], float]) -> list[Ratio]:
    eight, hot = (8, False), (8, True)
    wanted = (
        ("burn(), 8 clients", one, PGBENCH, BURN, eight, RANDOM),
        ("burn(), hot member, 8 clients", one, PGBENCH, BURN, hot, HOT),
        ("POST /charges beside bare WSGI, 8 clients", one, BARE, POST, eight, RANDOM),
        ("POST /charges beside bare WSGI, hot member, 8 clients", one, BARE, POST, hot, HOT),
        ("burn() of 100, 8 clients", many, PGBENCH, BURN, eight, BATCH),
        ("burn() of 100, hot member, 8 clients", many, PGBENCH, BURN, hot, BATCH),
    )
    return [
        Ratio(what, found[floor, situation], found[product, situation], "charges/s", ratio)
        for what, found, floor, product, situation, ratio in wanted
    ]

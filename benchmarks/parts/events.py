"""Usage events: COPY, staging and bare WSGI beside POST /usage-events with its settlement, and import_usage."""

import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from uuid import UUID

import psycopg
from django.db import connection

from benchmarks import bulk, filling, load, own_server, traces, usage_filling, web
from benchmarks.floors import statements
from benchmarks.load import Call, Client
from benchmarks.results import Found, Ratio, Table, figure, kept
from benchmarks.seeding import METER, SERVICE
from benchmarks.sizes import Size
from benchmarks.turns import medians, say
from upstage_console.kernel import clock

CLIENTS = 4
LARGE, SMALL = 1000, 100
A_STAGE = 10_000
LEFT = 0.85
"""Wanted of each rate with 10^7 events beside 10^5."""
OF_LARGE, OF_SMALL, OF_STAGING = 0.4, 0.3, 0.5
"""Wanted: of bare WSGI at 1,000 and at 100 a batch; of COPY to a temporary table for an import."""

COPY, STAGING = "COPY, nothing passed over", "COPY to a temporary table, INSERT … ON CONFLICT"
BARE, POST = "bare WSGI, the body to one statement", "POST /usage-events"
SETTLED = "POST /usage-events and its settlement"
IMPORT = "import_usage"

Rows = Sequence[tuple[datetime, UUID, str, int]]
System = tuple[str, int]
"""What takes events, and how many at once."""


def measured(size: Size, existing: int) -> Found:
    """Events per second of every way in."""
    whole = _Events(size, existing)
    environment = own_server.here()
    with web.served(web.BARE, environment) as bare, web.served(web.CONSOLE, environment) as console:
        whole.ports = {BARE: bare, POST: console}
        return whole.found()


def compared(small: Found, large: Found) -> list[Ratio]:
    """What is left of each rate where many events are there."""
    return kept(small, large, "events/s", LEFT)


class _Events:
    """The floor's table filled like the console's, and every way in."""

    def __init__(self, size: Size, existing: int) -> None:
        say(f"events: filling {existing:,} events")
        self.size, self.existing = size, existing
        self.filled = filling.filled(size, 0)
        usage_filling.events_this_month(self.filled.first, existing)
        self.ports: dict[str, int] = {}
        self.settling: list[float] = []
        with connection.cursor() as cursor:
            cursor.execute(statements.EVENT_SCHEMA)
        with bulk.without_indexes("floor.event"), connection.cursor() as cursor:
            cursor.execute(statements.FILL_EVENTS, {"existing": existing})
        bulk.settle()

    def found(self) -> Found:
        systems: dict[System, Callable[[], float]] = {
            (COPY, LARGE): partial(self.by_one_connection, _copied, LARGE),
            **{(STAGING, many): partial(self.by_one_connection, _staged, many) for many in (SMALL, LARGE, A_STAGE)},
            **{(BARE, many): partial(self.over_http, BARE, "/events", many) for many in (SMALL, LARGE)},
            **{(POST, many): partial(self.posted, many) for many in (SMALL, LARGE)},
            (IMPORT, A_STAGE): self.imported,
        }
        rates = medians(systems, self.size.rounds)
        rates |= {(SETTLED, many): self.with_settlement(rates[POST, many]) for many in (SMALL, LARGE)}
        ratios = _ratios(rates)
        return Found(
            "events",
            self.existing,
            ratios,
            [_table(rates, self.existing)],
            {ratio.what: ratio.product for ratio in ratios},
        )

    def by_one_connection(self, way: Callable[[psycopg.Cursor, Rows], None], many: int) -> float:
        """A client of one connection that makes its rows, and commits each batch."""
        members = [UUID(name.partition("_")[2]) for _pk, name in self.filled.members]

        def client(number: int) -> Call:
            chance, numbers, own = random.Random(number), count(), f"{time.time_ns()}"
            kept = psycopg.connect(own_server.here()["DATABASE_URL"])

            def call() -> None:
                at = clock.now()
                rows = [(at, chance.choice(members), f"{own}-{next(numbers)}", 3) for _ in range(many)]
                with kept.transaction(), kept.cursor() as cursor:
                    way(cursor, rows)

            return call

        return many * load.paced(client, 1, self.size.seconds).rate

    def over_http(self, system: str, path: str, many: int) -> float:
        client = _posting(self.ports[system], path, self.filled, many)
        return many * load.paced(client, CLIENTS, self.size.seconds).rate

    def posted(self, many: int) -> float:
        """Events posted, and afterwards settled; what settling takes is kept beside."""
        rate = self.over_http(POST, "/api/v1/usage-events", many)
        events, seconds = usage_filling.settled()
        self.settling.append(events / seconds)
        return rate

    def with_settlement(self, rate: float) -> float:
        """Of what is posted and settled one after the other on the same cores."""
        settling = sorted(self.settling)[len(self.settling) // 2]
        return 1 / (1 / rate + 1 / settling)

    def imported(self) -> float:
        with traces.written(self.size.imported) as path:
            begun = time.perf_counter()
            events = usage_filling.imported(path, members=len(self.filled.members))
            rate = events / (time.perf_counter() - begun)
        usage_filling.settled()
        return rate


def _copied(cursor: psycopg.Cursor, rows: Rows) -> None:
    with cursor.copy("COPY floor.event (at, member, id, quantity) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _staged(cursor: psycopg.Cursor, rows: Rows) -> None:
    cursor.execute(statements.STAGE)
    with cursor.copy("COPY staged (at, member, id, quantity) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(statements.FROM_STAGE)


def _posting(port: int, path: str, filled: filling.Filled, many: int) -> Client:
    names, secrets = [name for _pk, name in filled.members], filled.platform_secrets
    event = f'{{"id":"%s-%d","member":"%s","service":"{SERVICE}","meter":"{METER}","quantity":"3","at":"%s"}}'

    def client(number: int) -> Call:
        asker, chance, numbers = web.Asker(port), random.Random(number), count()
        headers = {"Authorization": f"Bearer {secrets[number]}"}
        own = f"{time.time_ns()}-{number}"

        def call() -> None:
            at = clock.now().isoformat()
            events = ",".join([event % (own, next(numbers), name, at) for name in chance.choices(names, k=many)])
            asker.ask(web.post(path, f'{{"events":[{events}]}}'.encode(), headers))

        return call

    return client


def _table(rates: dict[System, float], existing: int) -> Table:
    names = (COPY, STAGING, BARE, POST, SETTLED, IMPORT)
    sizes = (SMALL, LARGE, A_STAGE)
    rows = [[name, *(figure(rates[name, many]) if (name, many) in rates else "" for many in sizes)] for name in names]
    return Table(
        f"Events a second by how many come at once, after {existing:,} events",
        ["way in", *(f"{many:,}" for many in sizes)],
        rows,
    )


def _ratios(rates: dict[System, float]) -> list[Ratio]:
    wanted = (
        ("POST /usage-events beside bare WSGI, 1,000 a batch", (BARE, LARGE), (POST, LARGE), OF_LARGE),
        ("POST /usage-events beside bare WSGI, 100 a batch", (BARE, SMALL), (POST, SMALL), OF_SMALL),
        ("import_usage beside COPY to a temporary table", (STAGING, A_STAGE), (IMPORT, A_STAGE), OF_STAGING),
    )
    return [Ratio(what, rates[floor], rates[product], "events/s", ratio) for what, floor, product, ratio in wanted]

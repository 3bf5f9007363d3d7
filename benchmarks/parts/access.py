"""POST /access beside bare WSGI and a bare Django view, without a database and with one statement."""

import random
from contextlib import ExitStack
from functools import partial
from statistics import median

from benchmarks import load, own_server, web
from benchmarks.filling import Filled, filled
from benchmarks.load import Call, Client, Pace
from benchmarks.results import Found, Ratio, Table, figure
from benchmarks.seeding import SERVICE
from benchmarks.sizes import Size
from benchmarks.turns import say

CONNECTIONS = 16
OF_DJANGO, P99 = 1.5, 5.0
"""Wanted: times the Django view with raw SQL; and the slowest hundredth beside the median."""

BARE, BARE_SQL = "bare WSGI, no database", "bare WSGI, one statement"
VIEW, VIEW_SQL = "bare Django view, no database", "bare Django view, raw SQL"
POST = "POST /access"
WHERE = {
    BARE: (web.BARE, "/nothing"),
    BARE_SQL: (web.BARE, "/access"),
    VIEW: ("benchmarks.floors.site:application", "/nothing"),
    VIEW_SQL: ("benchmarks.floors.site:application", "/access"),
    POST: (web.CONSOLE, "/api/v1/access"),
}
SETTINGS = {"benchmarks.floors.site:application": {"DJANGO_SETTINGS_MODULE": "benchmarks.floors.site"}}


def measured(size: Size, existing: int) -> Found:
    """Answers per second over so many connections, random keys, and how long one took."""
    say(f"access: filling {existing:,} entries")
    found = filled(size, existing)
    paces: dict[str, list[Pace]] = {name: [] for name in WHERE}
    with ExitStack() as servers:
        ports = {
            application: servers.enter_context(
                web.served(application, own_server.here() | SETTINGS.get(application, {}))
            )
            for application in dict.fromkeys(application for application, _path in WHERE.values())
        }
        for number in range(size.rounds):
            for name, (application, path) in WHERE.items():
                client = _client(ports[application], path, found)
                paces[name].append(load.paced(client, CONNECTIONS, size.seconds))
            say(f"  round {number + 1} of {size.rounds}")
    return Found("access", existing, _ratios(paces), [_table(paces, existing)])


def _client(port: int, path: str, found: Filled) -> Client:
    secrets, platform = found.member_secrets, found.platform_secrets

    def client(number: int) -> Call:
        asker, chance = web.Asker(port), random.Random(number)
        headers = {"Authorization": f"Bearer {platform[number % len(platform)]}"}

        def call() -> None:
            body = b'{"key":"%s","service":"%s"}' % (chance.choice(secrets).encode(), SERVICE.encode())
            asker.ask(web.post(path, body, headers))

        return call

    return client


def _of(paces: dict[str, list[Pace]], name: str, what: str) -> float:
    return median(getattr(pace, what) for pace in paces[name])


def _table(paces: dict[str, list[Pace]], existing: int) -> Table:
    rows = []
    for name in WHERE:
        of = partial(_of, paces, name)
        rows.append([name, figure(of("rate")), f"{of('median') * 1000:.2f}", f"{of('p99') * 1000:.2f}"])
    return Table(
        f"Access checks over {CONNECTIONS} connections, after {existing:,} entries",
        ["system", "answers/s", "median, ms", "p99, ms"],
        rows,
    )


def _ratios(paces: dict[str, list[Pace]]) -> list[Ratio]:
    of = partial(_of, paces)
    return [
        Ratio("POST /access beside a Django view with raw SQL", of(VIEW_SQL, "rate"), of(POST, "rate"), "answers/s",
              OF_DJANGO),
        Ratio("POST /access, p99 beside its median", of(POST, "median") * 1000, of(POST, "p99") * 1000, "ms", P99,
              less_is_better=True),
    ]  # fmt: skip

"""The jobs over all members, and the statement of POST /access: `python -m benchmarks.members --members 100000`.

It makes a database of its own on the server of DATABASE_URL and drops it at the end. Absolute times move with the
machine; the ratios to the floor, measured in the same run, are the yardstick (docs/performance.md).
"""

import argparse
import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstage_console.settings")
django.setup()

from django.conf import settings  # noqa: E402  # the settings have to be there first
from django.db import connection  # noqa: E402

from accounts.models import Consent, Document, Member, Notice, Version  # noqa: E402
from accounts.rules.keys import hash_secret  # noqa: E402
from accounts.services import deemed, dormancy, restoring, telling  # noqa: E402
from benchmarks import seeding  # noqa: E402
from benchmarks.measuring import HEADER, Measured, measure  # noqa: E402
from billing.queries.access import access  # noqa: E402
from upstage_console.kernel import clock  # noqa: E402
from upstage_console.kernel.calendars import day_start  # noqa: E402

AT = datetime(2027, 3, 3, 3, 0, tzinfo=UTC)
CALLS = 3000
ROUNDS = 3
FLOOR = """
SELECT member.status FROM accounts_apikey AS key JOIN accounts_member AS member ON member.id = key.member_id
WHERE key.sha256 = %s
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--members", type=int, default=100_000)
    given = asked.parse_args()
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = "upstage_benchmark"
    old = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "upstage_benchmark"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with clock.fixed(AT):
            run(given.members)
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def run(count: int) -> None:
    """Everything, printed as it comes."""
    begun = time.perf_counter()
    first = seeding.everybody(count, at=AT)
    document = seeding.agreed_terms(first, at=AT)
    seeding.analyze()
    say(f"{count:,} members in {time.perf_counter() - begun:.1f} s\n\n{HEADER}")
    terms(document, count)
    idle(count)
    ended(first, count)
    calls(first, count)


def terms(document: Document, count: int) -> None:
    """Announcing a version to all, and the deemed consents once it is in force; then both killed half-way."""
    version = seeding.version_of(document, AT + timedelta(days=40), AT)
    show(measure("announce terms to all", count, lambda: telling.tell_all(at=AT)))
    start = day_start(version.effective_on)
    seeding.analyze()
    show(measure("deemed consents", count, lambda: deemed.record_deemed(at=start)))
    again(lambda: telling.tell_all(at=AT), lambda: deemed.record_deemed(at=start))
    late = AT + timedelta(days=100)
    other = seeding.version_of(document, late + timedelta(days=40), late)
    told = Notice.objects.filter(key=telling.key_of(other))
    killed("announce", lambda: telling.tell_all(at=late), told.count, count)
    start = day_start(other.effective_on)
    consents = Consent.objects.filter(version=other)
    killed("deemed", lambda: deemed.record_deemed(at=start), consents.count, count)
    Version.objects.filter(pk__in=[version.pk, other.pk]).update(effective_on=AT + timedelta(days=4000))


def idle(count: int) -> None:
    """Telling whose year without use ends soon, and restricting them once it has."""
    show(measure("dormancy: tell", count, lambda: sum(dormancy.run(at=AT))))
    later = AT + timedelta(days=45)
    show(measure("dormancy: restrict", count, lambda: sum(dormancy.run(at=later))))
    again(lambda: sum(dormancy.run(at=later)))


def ended(first: Member, count: int) -> None:
    """Everybody's suspension ends in the same night."""
    start = AT + timedelta(days=50)
    seeding.suspensions(first, at=start, ends_at=start + timedelta(days=1))
    seeding.analyze()
    over = start + timedelta(days=2)
    show(measure("end of restrictions", count, lambda: restoring.note_ended(at=over)))
    again(lambda: restoring.note_ended(at=over))


def calls(first: Member, count: int) -> None:
    """The statement of POST /access, random keys, one connection: without restrictions, and with them everywhere."""
    before, after = AT, AT + timedelta(days=50, hours=1)
    seeding.priced_service(at=AT)
    secrets = seeding.keys(min(count, 10_000), by=first.user, at=AT)
    seeding.analyze()
    floor = pace(secrets, _floor)
    free = pace(secrets, lambda secret: access(secret, seeding.SERVICE, at=before))
    closed = pace(secrets, lambda secret: access(secret, seeding.SERVICE, at=after))
    assert access(secrets[0], seeding.SERVICE, at=after).code == "restricted"
    say("\n| POST /access, its statement | calls a second | of the floor |\n|---|--:|--:|")
    for name, rate in (("floor: key and member", floor), ("nobody restricted", free), ("everybody", closed)):
        say(f"| {name} | {rate:,.0f} | {rate / floor:.2f} |")


def _floor(secret: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [hash_secret(secret)])
        return cursor.fetchone()


def pace(secrets: Sequence[str], ask: Callable[[str], object]) -> float:
    """Calls per second, the median of some rounds."""
    chance, rates = random.Random(1), []
    for _round in range(ROUNDS):
        chosen = chance.choices(secrets, k=CALLS)
        begun = time.perf_counter()
        for secret in chosen:
            ask(secret)
        rates.append(CALLS / (time.perf_counter() - begun))
    return statistics.median(rates)


def again(*jobs: Callable[[], int]) -> None:
    """A repeat does nothing."""
    done = [job() for job in jobs]
    assert not any(done), done


def killed(name: str, job: Callable[[], int], rows: Callable[[], int], count: int) -> None:
    """Kill a job with SIGKILL once it has done some, and let another run finish: everybody once, nobody twice."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # the child must not share a socket
    child = os.fork()
    if child == 0:
        try:
            job()
        finally:
            os._exit(0)
    while rows() < count // 4 and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.01)
    at_the_kill = rows()
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        say(f"{name}: was over before it could be killed")
    rest = job()
    assert rows() == count, (rows(), count)
    say(f"{name}: killed after {at_the_kill:,}, the next run did the other {rest:,}; everybody once")


def show(measured: Measured) -> None:
    say(measured.line())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

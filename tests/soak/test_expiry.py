"""A lot pays until 24:00 of its last day, and not a moment longer, with no job running anywhere."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import Member
from credits import queries
from credits.models import Entry, Lot
from credits.services import books
from credits.services import expiry as expiry_job
from tests.billing import make
from tests.soak import proof
from tests.soak.asking import charge
from tests.soak.clients import Calls, called
from tests.soak.console import Console
from tests.soak.gateway import Gateway
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_end, kst_date

pytestmark = pytest.mark.django_db(transaction=True)

Ahead = Callable[[float], None]


@pytest.fixture
def ahead(tmp_path: Path) -> Ahead:
    """Says by how many seconds the server's clock runs ahead."""

    def say(seconds: float) -> None:
        aside = tmp_path / "aside"
        aside.write_text(str(seconds))
        aside.rename(tmp_path / "ahead")

    say(0)
    return say


@pytest.fixture
def console(transactional_db: None, tmp_path: Path, ahead: Ahead) -> Iterator[Console]:
    """The server, with a clock that can be set."""
    application = "tests.soak.shifted:application"
    server = Console(
        tmp_path / "server.log", application=application, CLOCK_AHEAD=str(tmp_path / "ahead"), WEB_WORKERS="2"
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()
    assert [str(finding) for finding in books.findings()] == []


@pytest.fixture
def midnight(at: datetime) -> datetime:
    """The end of this day in Korea."""
    return day_end(kst_date(at))


def set_clock(ahead: Ahead, to: datetime) -> None:
    ahead((to - clock.now()).total_seconds())


def lots_that_paid(calls: Calls) -> dict[str, list[datetime]]:
    """By lot, when it paid."""
    found: dict[str, list[datetime]] = {}
    for answer in calls.done().values():
        for part in answer["body"]["lots"]:
            found.setdefault(part["lot"], []).append(datetime.fromisoformat(answer["body"]["at"]))
    return found


@pytest.mark.clause("upstage/15.4")
def test_charges_over_midnight_draw_nothing_from_what_has_expired(
    console: Console, gateway: Gateway, kim: Member, at: datetime, midnight: datetime, ahead: Ahead
) -> None:
    """The clock runs over 24:00 while the callers call; before it the first lot pays, from it on the second."""
    tonight = make.granted(kim, "1000", until=kst_date(at), at=at)
    later = make.granted(kim, "1000", until=kst_date(at) + timedelta(days=1), at=at)
    set_clock(ahead, midnight - timedelta(seconds=2))
    calls = Calls()
    while not lots_that_paid(calls).get(later.public_id) and len(calls.answers) < 2000:
        errands = [charge(kim, "0.1", f"c{len(calls.answers) + number}") for number in range(100)]
        calls.answers.extend(called(console, gateway.secret, errands).answers)
    proof.everybody_was_answered(calls)
    proof.charges_alone(kim, calls, gateway)
    paid = lots_that_paid(calls)
    assert max(paid[tonight.public_id]) < midnight <= min(paid[later.public_id])


@pytest.mark.clause("upstage/15.4")
def test_charge_one_second_after_the_expiry_draws_nothing(
    console: Console, gateway: Gateway, kim: Member, at: datetime, midnight: datetime, ahead: Ahead
) -> None:
    """All that is there expired a second ago, no job has run: nothing is burned, and nothing is left behind."""
    make.granted(kim, "1000", until=kst_date(at), at=at)
    set_clock(ahead, midnight + timedelta(seconds=1))
    calls = called(console, gateway.secret, [charge(kim, "0.000001", f"c{number}") for number in range(20)])
    proof.everybody_was_answered(calls, "insufficient_credits")
    assert {answer["body"]["facts"]["available"] for answer in calls.answers} == {"0"}
    assert (len(calls.done()), Entry.objects.count(), Lot.objects.get().remaining) == (0, 1, 1000)
    proof.refusals_left_nothing(kim, calls, gateway)


@pytest.mark.clause("upstage/15.4")
def test_entry_of_the_expiry_comes_late_and_changes_nothing(
    console: Console, gateway: Gateway, kim: Member, at: datetime, midnight: datetime, ahead: Ahead
) -> None:
    """The nightly job runs a day late: it writes what was true all the time, at the lot's last instant."""
    make.granted(kim, "1000", until=kst_date(at), at=at)
    make.granted(kim, "5", until=kst_date(at) + timedelta(days=9), at=at)
    set_clock(ahead, midnight + timedelta(seconds=1))
    calls = called(console, gateway.secret, [charge(kim, "1", "c1")])
    assert calls.done()["c1"]["body"]["balance"] == "4"
    assert expiry_job.post_expired(at=midnight + timedelta(days=1)) == 1
    entry = Entry.objects.get(kind="expiry")
    assert (entry.at, entry.amount, entry.sequence) == (midnight, -1000, 4)
    assert queries.balance(kim.pk, midnight + timedelta(days=1)).total == Decimal(4)

"""Credits of who left and did not come back are void when the window ends (upstage/3.5.1)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Departure, Member, Notice, User
from accounts.services import leaving, rejoining
from credits import queries
from credits.services import voiding
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.calendars import day_end

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 3, 12)
NEXT_DAY = day_end(LAST_DAY) + timedelta(minutes=15)


def who_left(*amounts: str, asks: bool = False) -> Member:
    holder = make.member()
    for number, amount in enumerate(amounts):
        make.bought(holder, amount, purchase=f"pur_{number}")
    leaving.withdraw(holder.pk, by=holder.user, at=make.NOON)
    if asks:
        rejoining.ask(holder.pk, by=holder.user, at=make.NOON)
    return holder


def kinds(holder: Member) -> list[tuple[str, Decimal, datetime]]:
    return [(entry.kind, entry.amount, entry.at) for entry in queries.entries(holder.pk).order_by("sequence")]


@pytest.mark.clause("upstage/3.5.1")
def test_what_is_left_is_void_when_the_window_ends() -> None:
    holder = who_left("1000", "250.5")
    assert voiding.void_left(at=NEXT_DAY) == 1
    ended = day_end(LAST_DAY)
    assert kinds(holder)[2:] == [("void", Decimal("-1000"), ended), ("void", Decimal("-250.5"), ended)]
    assert queries.balance(holder.pk, NEXT_DAY).total == 0
    assert Departure.objects.get().credits_voided_at == NEXT_DAY
    assert findings() == []


def test_an_entry_says_why() -> None:
    holder = who_left("1000")
    voiding.void_left(at=NEXT_DAY)
    entry = queries.entries(holder.pk).select_related("lot")[0]
    why = queries.explained(entry)
    assert (why.clauses, "1,000 − 1,000 = 0" in why.en, "무효" in why.ko) == (("upstage/3.5.1",), True, True)


@pytest.mark.clause("upstage/3.5.1")
def test_nothing_is_void_on_the_last_day() -> None:
    holder = who_left("1000")
    assert voiding.void_left(at=day_end(LAST_DAY) - timedelta(seconds=1)) == 0
    assert queries.balance(holder.pk, make.NOON).total == 1000


@pytest.mark.clause("upstage/3.5.1")
def test_a_request_that_waits_keeps_the_credits() -> None:
    holder = who_left("1000", asks=True)
    assert voiding.void_left(at=NEXT_DAY) == 0
    assert queries.balance(holder.pk, NEXT_DAY).total == 1000


@pytest.mark.clause("upstage/3.5.1")
def test_a_declined_request_past_the_window_keeps_nothing(amy: User) -> None:
    holder = who_left("1000", asks=True)
    rejoining.decline(holder.pk, by=amy, at=NEXT_DAY)
    assert voiding.void_left(at=NEXT_DAY) == 1
    assert queries.balance(holder.pk, NEXT_DAY).total == 0


@pytest.mark.clause("upstage/3.5.1")
def test_who_came_back_has_what_there_was(amy: User) -> None:
    holder = who_left("1000", asks=True)
    rejoining.approve(holder.pk, by=amy, at=NEXT_DAY)
    assert voiding.void_left(at=NEXT_DAY) == 0
    assert queries.balance(holder.pk, NEXT_DAY).total == 1000


@pytest.mark.clause("upstage/3.5.1")
def test_what_expired_meanwhile_has_expired_and_is_not_void() -> None:
    holder = make.member()
    make.granted(holder, "40", date(2026, 3, 1))
    make.granted(holder, "60", date(2026, 12, 31))
    leaving.withdraw(holder.pk, by=holder.user, at=make.NOON)
    voiding.void_left(at=NEXT_DAY)
    assert kinds(holder)[2:] == [
        ("expiry", Decimal("-40"), day_end(date(2026, 3, 1))),
        ("void", Decimal("-60"), day_end(LAST_DAY)),
    ]
    assert findings() == []


def test_who_had_something_left_is_told_once() -> None:
    holder, poor = who_left("1000"), who_left()
    assert voiding.void_left(at=NEXT_DAY) == 2
    assert voiding.void_left(at=NEXT_DAY) == 0
    told = Notice.objects.filter(about="credits_voided")
    assert [notice.member_id for notice in told] == [holder.pk]
    assert not queries.entries(poor.pk).exists()


def test_a_late_run_catches_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voiding, "DEPARTURES_AT_A_TIME", 2)
    holders = [who_left("10") for _ in range(5)]
    assert voiding.void_left(at=NEXT_DAY + timedelta(days=40)) == 5
    assert {at for holder in holders for kind, _amount, at in kinds(holder) if kind == "void"} == {day_end(LAST_DAY)}
    assert findings() == []


def test_statements_do_not_grow_with_the_members() -> None:
    counted = []
    for number in (1, 3):
        for _ in range(number):
            who_left("10", "20")
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            voiding.void_left(at=NEXT_DAY)
        counted.append(len(queries_made))
    assert counted[0] == counted[1]

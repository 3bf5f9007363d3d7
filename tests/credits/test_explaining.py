"""Why a balance is what it is: the same number by kind, by movement and by lot, at any instant."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credits import queries
from credits.models import Lot
from credits.queries.explaining import explain
from credits.rules import explaining as rules
from credits.services import correcting, expiry, holds, taking_out
from tests.admin.conftest import desk_of
from tests.credits import make
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def next_day():
    with clock.fixed(make.later(days=10)):
        yield


@pytest.fixture
def kim():
    """100 free to 12 February, 500 free to the year's end, 300 paid; 160 used, 30 of it restored, 50 taken back."""
    holder = make.member()
    make.granted(holder, "100", date(2026, 2, 12))
    lot: Lot = make.granted(holder, "500")
    make.bought(holder, "300")
    first, _second = make.burned(holder, "60", "100", at=make.later(hours=1))
    correcting.correct(
        charge_id=first.charge_id, member_id=holder.pk, amount=Decimal(30), reason="r", by=None, at=make.later(hours=2)
    )
    taking_out.take_back(
        member_id=holder.pk, lot_id=lot.public_id, amount=Decimal(50), reason="r", by=None, at=make.later(hours=3)
    )
    return holder


def told(holder, **delta):
    return explain(holder, make.later(**delta), now=make.later(days=10))


def test_the_sum_is_told_three_ways(kim) -> None:
    found = told(kim, hours=4)
    assert (found.sum.total, found.sum.paid, found.sum.free) == (720, 300, 420)
    assert found.sum.from_movements == found.sum.total == sum(line.of.left for line in found.lots)
    assert {name: amount for name, amount in found.sum.moved.items() if amount} == {
        "came_in": 900, "used": 160, "restored": 30, "taken_back": 50,
    }  # fmt: skip


def test_the_sentence_has_the_arithmetic_in_both_languages(kim) -> None:
    why = told(kim, hours=4).why
    assert "₩720 = paid ₩300 + free ₩420." in why.en
    assert "Came in ₩900 − used ₩160 + restored by corrections ₩30 − taken back ₩50 = ₩720." in why.en
    assert "720원 = 유상 300원 + 무상 420원." in why.ko
    assert "지급·충전 900원 − 사용 160원 + 정정으로 복원 30원 − 회수 50원 = 720원." in why.ko


@pytest.mark.parametrize(
    ("delta", "total"), [({"seconds": -1}, 0), ({}, 900), ({"hours": 1}, 740), ({"hours": 2}, 770), ({"hours": 3}, 720)]
)
def test_any_instant_of_the_past(kim, delta, total) -> None:
    found = told(kim, **delta)
    assert (found.sum.total, found.sum.from_movements) == (total, total)


def test_what_expires_is_told_whether_it_is_posted_or_not(kim) -> None:
    before = told(kim, days=3)
    expiry.post_expired(at=make.later(days=3))
    after = told(kim, days=3)
    assert before.sum == after.sum
    assert (after.sum.moved["expired"], after.sum.total) == (30, 690)


def test_a_coming_instant_is_told_as_things_stand(kim) -> None:
    make.burned(kim, "1", at=make.later(days=10))
    found = explain(kim, make.later(days=400), now=make.later(days=10))
    assert (found.sum.free, found.sum.paid, found.sum.is_coming) == (0, 300, True)
    assert "if nothing is used or given until then" in found.why.en


def test_holds_lower_what_can_be_used_while_they_are_open(kim) -> None:
    at = make.later(hours=4)
    holds.place(member_id=kim.pk, amount=Decimal(70), expires_at=at + timedelta(hours=1), by=None, at=at)
    found = told(kim, hours=4)
    assert (found.sum.total, found.sum.held, found.sum.available, len(found.state.holds)) == (720, 70, 650, 1)
    assert "Less ₩70 held, ₩650 can be used." in found.why.en
    assert told(kim, hours=5).sum.held == 0


def test_the_present_is_the_balance_of_everywhere_else(kim) -> None:
    now = make.later(days=10)
    there, found = queries.balance(kim.pk, now), explain(kim, now, now=now)
    assert (found.sum.total, found.sum.available, found.sum.debt) == (there.total, there.available, there.debt)


def test_a_member_without_credits() -> None:
    found = told(make.member())
    assert (found.sum.total, found.sum.from_movements, found.lots) == (0, 0, ())


def test_it_takes_the_same_queries_for_one_lot_and_many(kim) -> None:
    one, many = make.member(), kim
    make.granted(one, "5")
    counts = []
    for holder in (one, many):
        with CaptureQueriesContext(connection) as asked:
            told(holder, hours=4)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_is_unsettled_and_owed_is_said() -> None:
    told_of = rules.Sum(
        make.NOON, "USD", Decimal(10), Decimal(5), unsettled=Decimal(2), debt=Decimal("1.5"),
        moved={"came_in": Decimal(15)},
    )  # fmt: skip
    why = rules.explained(told_of)
    assert "Less $2.00 used and not settled, $13.00 can be used." in why.en
    assert "$1.50" in why.ko


# The explorer


def page(client, holder, **asked):
    return client.get(reverse("admin:credits_account_change", args=[holder.pk]), asked)


def test_the_explorer_answers_on_one_screen(amy, kim) -> None:
    text = page(desk_of(amy), kim, at="2026-02-10T16:00").content.decode()
    assert ("₩720 = paid ₩300 + free ₩420." in text, "The 8 entries that led there" in text) == (True, True)


def test_the_explorer_takes_any_instant_and_no_nonsense(amy, kim) -> None:
    client = desk_of(amy)
    for asked in ("2026-02-11", "2030-01-01T00:00:00+09:00", "x", "9999-12-31", "0001-01-01", "2026-02-30T00:00"):
        assert page(client, kim, at=asked).status_code == 200


def test_the_explorer_pages_its_entries(amy, kim) -> None:
    make.burned(kim, *(["1"] * 40), at=make.later(hours=5))
    text = page(desk_of(amy), kim, page="2").content.decode()
    assert "2 / 4" in text


def test_the_explorer_needs_its_permission(client, ben, kim) -> None:
    ben.is_superuser = False
    ben.save()
    client.force_login(ben)
    assert page(client, kim).status_code == 403


def test_ways_lead_to_the_explorer(amy, kim) -> None:
    client, url = desk_of(amy), reverse("admin:credits_account_change", args=[kim.pk])
    entry = queries.entries(kim.pk)[0]
    for path in (
        reverse("admin:accounts_member_change", args=[kim.pk]),
        reverse("admin:credits_entry_change", args=[entry.pk]),
        reverse("admin:credits_lot_change", args=[entry.lot_id]),
    ):
        assert url in client.get(path).content.decode()


# The member's own page


def test_members_ask_why_themselves(client, kim) -> None:
    kim.user.language = "en"
    kim.user.save()
    client.force_login(kim.user)
    text = client.get(reverse("credits-why"), {"at": "2026-02-10T16:00"}).content.decode()
    assert ("₩720 = paid ₩300 + free ₩420." in text, "Taken back" in text) == (True, True)
    assert client.post(reverse("credits-why")).status_code == 405


def test_who_is_nobody_asks_nothing(client) -> None:
    assert client.get(reverse("credits-why")).headers["Location"].startswith("/accounts/login/")

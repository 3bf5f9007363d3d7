"""The page of coming expiries: everything that ends, when, and what would be lost (upstage/15.6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Member
from credits.services import lots
from tests.billing import make
from tests.pages.conftest import AT
from upstage_console.kernel.money import Money

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.6")]
PAGE = "/credits/expiries/"


def old_purchase(holder: Member, amount: str, days: int) -> None:
    """Paid credits that end so many days from now."""
    paid = AT.replace(year=AT.year - 5) + timedelta(days=days)
    net = Money(Decimal(amount), holder.currency)
    lots.add_paid(
        member_id=holder.pk, amount=net.amount, paid=net, tax=Money.zero(holder.currency), purchase="pur_old", by=None,
        at=paid,
    )  # fmt: skip


def test_everything_that_ends_is_shown_in_its_order(kims: Client, kim: Member) -> None:
    make.granted(kim, "700", until=date(2026, 3, 1))
    shown = kims.get(PAGE).context
    ends = [row.lot.expires_on for row in shown["page"]]
    assert ends == [date(2026, 3, 1), date(2026, 12, 31), date(2031, 2, 10)]
    assert (shown["within_soon"], shown["within_later"]) == (700, 700)


def test_the_calendar_marks_the_days(kims: Client, kim: Member) -> None:
    make.granted(kim, "700", until=date(2026, 3, 1))
    months = kims.get(PAGE).context["months"]
    marked = [square for month in months for week in month["weeks"] for square in week if square.amount]
    assert [month["first"] for month in months] == [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
    assert [(square.day, square.amount, square.kind) for square in marked] == [(date(2026, 3, 1), 700, "free")]


@pytest.mark.parametrize(
    ("asked", "first"),
    [("2026-12", date(2026, 12, 1)), ("2020-01", date(2026, 2, 1)), ("2099-01", date(2031, 2, 1)),
     ("x", date(2026, 2, 1)), ("2026-13", date(2026, 2, 1)), ("9999-12", date(2031, 2, 1))],
)  # fmt: skip
def test_the_calendar_goes_from_today_to_the_last_expiry(kims: Client, asked: str, first: date) -> None:
    assert kims.get(PAGE, {"from": asked}).context["months"][0]["first"] == first


def test_what_would_be_lost_follows_the_pace_of_use(kims: Client, kim: Member) -> None:
    """100 pages at 12 were used yesterday: 1,200 a day, 3,000 − 1,200 left of the free lot that ends in two days."""
    shown = kims.get(PAGE).context
    assert (shown["pace"], shown["lost"]) == (1200, 0)
    make.granted(kim, "9000", until=AT.date() + timedelta(days=1))
    found = {row.lot.reason: row.lost for row in kims.get(PAGE).context["page"] if row.lost}
    assert found["event"] == 7200


def test_without_use_all_is_lost(client: Client) -> None:
    holder = make.member()
    make.granted(holder, "700", until=date(2026, 3, 1))
    client.force_login(holder.user, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(PAGE).context
    assert (shown["pace"], shown["lost"]) == (None, 700)


@pytest.mark.parametrize("page", [PAGE, "/credits/"])
def test_paid_credits_behind_free_ones_are_pointed_out(kims: Client, kim: Member, page: str) -> None:
    assert kims.get(page).context["waiting"] == []
    old_purchase(kim, "5000", 20)
    (waiting,) = kims.get(page).context["waiting"]
    assert (waiting.lot.purchase, waiting.needed) == ("pur_old", 5000 + 3000 - 1200)
    assert b"6,800" in kims.get(page).content


def test_who_has_nothing_is_told_how_to_begin(client: Client) -> None:
    client.force_login(make.member().user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(PAGE, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    assert b"/credits/buy/" in answer.content


def test_many_lots_are_paged(kims: Client, kim: Member) -> None:
    for number in range(30):
        make.granted(kim, "1", until=date(2026, 3, 1) + timedelta(days=number))
    shown = kims.get(PAGE, {"page": "2"}).context
    assert (len(shown["page"].object_list), shown["page"].paginator.count) == (7, 32)


@pytest.mark.parametrize("lots", [1, 3])
def test_the_queries_do_not_grow_with_the_lots(client: Client, lots: int, django_assert_max_num_queries) -> None:
    holder = make.member()
    for number in range(lots):
        make.granted(holder, "1", until=date(2026, 3, 1) + timedelta(days=number))
    client.force_login(holder.user, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(12):
        assert client.get(PAGE).status_code == 200


def test_only_members_look_and_nobody_posts(client: Client, kims: Client) -> None:
    assert kims.post(PAGE).status_code == 405
    client.logout()
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")

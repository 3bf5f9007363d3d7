"""Steps of a price where they are published, set and told (upstage/17.1, 18.1)."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import translation

from billing.models import Price, Service
from billing.services import closing
from tests.billing import make
from tests.billing.test_admin import confirmed, new_price, price_path
from tests.billing.test_steps import FAST, NEXT_MONTH, reported, stepped
from tests.pages.test_usage_pages import client_of
from upstage_console.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/17.1")]


@pytest.fixture(autouse=True)
def clock_and_language():
    with clock.fixed(make.NOON), translation.override("en"):
        yield


def text(client, path, **query):
    answer = client.get(path, query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return " ".join(content.decode().split())


@pytest.fixture
def listed(db):
    make.price("12", since=date(2025, 1, 1))
    price = stepped(add_ons=[FAST])
    Service.objects.update(is_listed=True)
    return price


def test_price_list_shows_every_step(client, listed):
    found = text(client, "/services/")
    for shown in ("₩10</strong>", "the first 1,000 of the month", "from 1,000 to 5,000", "above 5,000",
                  "₩10 → ₩8 → ₩5 since 1 Jan 2026", "₩12 from 1 Jan 2025"):  # fmt: skip
        assert shown in found


def test_price_list_takes_no_more_queries_for_steps(client, listed, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get("/services/")


@pytest.mark.clause("upstage/18.1")
def test_calculator_works_out_a_month_step_by_step(client, listed):
    found = text(client, "/services/calculator/", meter="ocr/page", quantity="1500", add_on="fast", currency="KRW")
    for shown in ("That would cost ₩21,000 without VAT.", "1,000 × ₩10", "500 × ₩8", "+₩7,000", "in one month"):
        assert shown in found


def test_prices_of_the_api_have_their_steps(client, listed):
    first, before = client.get("/api/v1/prices", {"currency": "KRW"}).json()["items"]
    assert first["steps"] == [
        {"above": "0", "unit_price": "10"}, {"above": "1000", "unit_price": "8"}, {"above": "5000", "unit_price": "5"},
    ]  # fmt: skip
    assert (first["unit_price"], before["steps"]) == ("10", [])


def test_calls_and_charges_tell_their_steps(listed):
    kim = make.member()
    make.granted(kim, "100000")
    reported(kim, 1500)
    told = "page = 1,000 × ₩10 (the first 1,000 of the month) + {} × ₩8 (from 1,000 to 5,000) = ₩{}"
    assert told.format("500", "14,000") in text(client_of(kim), reverse("usage-calls"))
    make.taken(make.event(kim, "more", quantity=1))
    assert told.format("501", "14,008") in text(client_of(kim), reverse("usage-charges"))


def test_file_of_calls_has_the_price_of_each_part(listed):
    kim = make.member()
    make.granted(kim, "100000")
    reported(kim, 1500)
    content = (
        b"".join(client_of(kim).get(reverse("usage-calls-file")).streaming_content).decode().removeprefix("\ufeff")
    )
    (row,) = csv.DictReader(StringIO(content))
    assert (row["unit_price"], row["amount"]) == ("1000 × 10, 500 × 8", "14000")


@pytest.mark.clause("upstage/18.1")
def test_invoice_shows_how_much_is_at_which_step(listed):
    kim = make.member(postpaid=True)
    reported(kim, 1500)
    closing.close(date(2026, 2, 1), by=None, at=NEXT_MONTH)
    found = text(client_of(kim), reverse("invoice", args=[kim.invoices.get().number]))
    assert "1,000 × ₩10" in found
    assert "500 × ₩8" in found


@pytest.fixture
def staff(client, amy):
    amy.language = "en"
    amy.save(update_fields=["language"])
    client.force_login(amy)
    return client


def test_steps_are_previewed_with_their_effect_then_set(staff):
    make.price("12")
    with clock.fixed(NEXT_MONTH):
        make.taken(make.event(make.member(postpaid=True), "a", quantity=1200), at=NEXT_MONTH)
        given = new_price(unit_price="10", further="1,000; 8\n5000; 5", add_ons="less; 덜; Less; -1")
        preview, answer = confirmed(staff, price_path(), given)
    for shown in ("the first 1,000 of the month", "above 5,000", "₩14,400", "₩11,600 (-19.4%)"):
        assert shown in preview
    assert answer.status_code == 302
    price = Price.objects.get(effective_on=date(2026, 4, 1))
    assert (price.step_starts, price.step_prices, price.unit_price) == ([0, 1000, 5000], [10, 8, 5], 10)


WRONG = [{"further": "1000"}, {"further": "x; 8"}, {"further": "0; 8"}, {"further": "9; 8; 7"}, {"further": "NaN; 8"},
         {"further": "1000; -8"}, {"further": "1000; 8", "effective_on": "2026-04-02"},
         {"further": "1000; Infinity"}]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_steps_that_are_not_possible(staff, wrong):
    make.price("12")
    confirmed(staff, price_path(), new_price(**wrong))
    assert Price.objects.count() == 1

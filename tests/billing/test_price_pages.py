"""Public pages of services and prices, and the pages of trials and promotions."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from billing.models import Service, Trial
from billing.services import catalogue, exchange, trials
from billing.services.catalogue import AddOnLine
from tests.billing import make
from tests.billing.test_price_promotions import promotion
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST

pytestmark = pytest.mark.django_db

FIRST = date(2026, 2, 10)


@pytest.fixture(autouse=True)
def clock_and_language():
    with clock.fixed(make.NOON), translation.override("en"):
        yield


@pytest.fixture
def listed(db):
    meter = make.meter_row()
    for amount, since in (("10", date(2025, 1, 1)), ("12", date(2026, 1, 1)), ("15", date(2026, 4, 1))):
        catalogue.set_price(
            meter_id=meter.pk, currency="KRW", unit_price=Decimal(amount), effective_on=since, by=None, at=make.NOON,
            add_ons=[AddOnLine("fast", Decimal(50), name_ko="빠른 처리", name_en="Express")] if amount == "12" else [],
        )  # fmt: skip
    Service.objects.update(is_listed=True)
    return Service.objects.get(code="ocr")


def offer(service, days=14):
    trials.offer(service_id=service.pk, days=days, effective_on=FIRST, by=None, at=make.NOON)


def text(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def asked(client, path, **query):
    return text(client.get(path, query, headers={"accept-language": "en"}))


def priced(page):
    """The services with their prices: all of the page between its filters and its notes."""
    return page.partition('<div class="columns section-gap">')[2].partition('<p class="section soft">')[0]


@pytest.mark.clause("upstage/17.1")
def test_price_list_of_today_and_of_a_day(client, listed):
    today = asked(client, "/services/")
    assert "₩12" in today
    assert "Express +50% (+₩6)" in today
    assert "₩15 from 1 Apr 2026" in today
    assert "₩10 from" in today
    before = asked(client, "/services/", on="2025-05-01")
    assert "The prices of 1 May 2025." in before
    assert "Express" not in before
    assert "no price on that day" in asked(client, "/services/", on="2024-12-31")


def test_price_list_of_no_day_and_no_currency_is_that_of_today(client, listed):
    today, strange = asked(client, "/services/"), asked(client, "/services/", on="nonsense", currency="XXX")
    assert priced(strange) == priced(today)
    assert "₩12" in priced(today)
    assert "calculator/?currency=KRW" in strange
    assert "The prices of" not in strange


def test_price_list_takes_the_same_queries_for_one_service_and_many(client, listed, django_assert_max_num_queries):
    client.get("/services/")
    with django_assert_max_num_queries(12) as one:
        client.get("/services/")
    for name in ("a", "b", "c"):
        make.price("1", service=name)
    Service.objects.update(is_listed=True)
    with django_assert_max_num_queries(len(one)):
        client.get("/services/")


@pytest.mark.clause("upstage/18.1")
def test_calculator_shows_each_part(client, listed):
    found = asked(client, "/services/calculator/", meter="ocr/page", quantity="1000", add_on="fast", currency="KRW")
    assert "That would cost ₩18,000 without VAT." in found
    assert "+₩6,000" in found


@pytest.mark.parametrize(
    "query",
    [
        {}, {"quantity": "-1"}, {"quantity": "x"}, {"meter": "no/thing"}, {"on": "2024-01-01"}, {"currency": "USD"},
        {"add_on": "gold"}, {"quantity": "9" * 30},
    ],
)  # fmt: skip
def test_calculator_takes_whatever_is_asked(client, listed, query):
    asked(client, "/services/calculator/", **query)


def test_calculator_without_any_service(client, db):
    asked(client, "/services/calculator/")


@pytest.mark.clause("upstage/17.1")
def test_exchange_rates_with_history(client, db):
    assert "No base exchange rate is published yet" in asked(client, "/services/exchange-rates/")
    for rate, on in (("1400", FIRST), ("1380.5", date(2026, 3, 1))):
        exchange.set_rate(currency="USD", rate=Decimal(rate), effective_on=on, by=None, at=make.NOON)
    found = asked(client, "/services/exchange-rates/")
    assert "₩1,400" in found
    assert "1,380.5" in found
    assert "to come" in found


@pytest.mark.clause("upstage/17.2")
def test_trial_is_begun_after_it_was_shown_what_becomes_of_it(client, listed):
    offer(listed)
    holder = make.member()
    client.force_login(holder.user)
    page = text(client.get("/services/ocr/trial/"))
    assert "checked" not in page
    assert Trial.objects.count() == 0
    assert client.post("/services/ocr/trial/", {"agrees": "on"}).status_code == 302
    assert Trial.objects.get().agreed_at == make.NOON
    text(client.get("/services/ocr/trial/"))
    text(client.post("/services/ocr/trial/", {}))
    assert Trial.objects.count() == 1


def test_trial_page_agrees_and_takes_back(client, listed):
    offer(listed)
    holder = make.member()
    client.force_login(holder.user)
    client.post("/services/ocr/trial/", {})
    path = f"/account/trials/{Trial.objects.get().public_id}/"
    for action, agreed in (("agree", True), ("take-back", False), ("nonsense", False)):
        client.post(path, {"action": action})
        assert (Trial.objects.get().agreed_at is not None) == agreed
        text(client.get(path))
    text(client.get("/account/trials/"))


@pytest.mark.clause("upstage/17.3")
def test_the_day_from_which_use_is_paid_is_chosen_and_changed_on_the_page(client, listed):
    offer(listed)
    client.force_login(make.member().user)
    client.post("/services/ocr/trial/", {"agrees": "on", "paid_from": "2026-03-02"})
    trial = Trial.objects.get()
    path = f"/account/trials/{trial.public_id}/"
    assert 'value="2026-03-02"' in text(client.get(path))
    client.post(path, {"action": "agree", "paid_from": "2026-03-05"})
    trial.refresh_from_db()
    assert (trial.paid_at, trial.agreed_at) == (datetime(2026, 3, 5, tzinfo=KST), make.NOON)
    for wrong in ("2026-02-10", "2027-01-01", "soon"):
        assert client.post(path, {"action": "agree", "paid_from": wrong}).status_code == 200
    trial.refresh_from_db()
    assert trial.paid_at == datetime(2026, 3, 5, tzinfo=KST)


def test_trial_pages_are_for_members(client, listed):
    offer(listed)
    paths = ["/services/ocr/trial/", "/account/trials/"]
    assert {client.get(path).status_code for path in paths} == {302}
    client.force_login(make.member().user)
    assert [client.get(path).status_code for path in ("/services/none/trial/", "/account/trials/tri_0/")] == [404, 404]
    assert client.post("/account/trials/").status_code == 405


@pytest.mark.clause("upstage/18.5")
def test_promotion_is_read_by_everybody_and_joined_by_members(client, listed):
    promotion()
    assert "20% less" in asked(client, "/services/promotions/spring/")
    assert client.post("/services/promotions/spring/", {"agreed": "on"}).status_code == 302
    holder = make.member()
    client.force_login(holder.user)
    text(client.post("/services/promotions/spring/", {}))
    assert holder.price_promotions.count() == 0
    assert client.post("/services/promotions/spring/", {"agreed": "on"}).status_code == 302
    assert holder.price_promotions.count() == 1
    text(client.get("/services/promotions/spring/"))
    assert client.get("/services/promotions/none/").status_code == 404


@pytest.mark.clause("upstage/10.1", "upstage/10.2", "upstage/10.4")
def test_demo_says_that_it_is_free_and_without_warranty(client, listed):
    meter = make.meter_row("vision")
    make.price("0", service="vision")
    catalogue.set_stage(
        service_id=meter.service_id, stage="beta", offered_until=date(2026, 3, 1), by=None, at=make.NOON
    )
    Service.objects.update(is_listed=True)
    assert "Free of charge to the end of 1 Mar 2026, without any warranty" in asked(client, "/services/")


def test_api_lists_stages_trials_and_add_ons(client, listed):
    offer(listed)
    service = client.get("/api/v1/services").json()["items"][0]
    assert (service["stage"], service["offered_until"], service["trial_days"]) == ("general", None, 14)
    prices = client.get("/api/v1/prices", {"currency": "KRW"}).json()["items"]
    assert [price["unit_price"] for price in prices] == ["15", "12", "10"]
    assert prices[1]["add_ons"] == [
        {"add_on": "fast", "name_ko": "빠른 처리", "name_en": "Express", "kind": "percent", "value": "50"}
    ]
    on = client.get("/api/v1/prices", {"on": "2025-05-01"}).json()["items"]
    assert [price["unit_price"] for price in on] == ["10"]
    assert client.get("/api/v1/prices", {"on": "2025-02-30"}).status_code == 400

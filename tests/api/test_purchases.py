"""Buying credits and auto-recharge by API: a member's own key alone speaks for the member."""

import json
from datetime import date

import pytest

from accounts.rules.keys import PLATFORM_SCOPES
from billing.models import Purchase, RechargePlan, SandboxCharge
from tests.api.asking import is_problem, wrong_fields
from tests.billing import make
from tests.billing.recharged import line, table
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db
BUY, PLAN = "/credits/purchases", "/recharge-plan"
MONTHLY = {"amount": "50000", "mode": "monthly", "day": 31}


@pytest.fixture(autouse=True)
def still(at):
    with clock.fixed(at):
        yield


@pytest.fixture
def card(member, at):
    return make.give_card(member, at=at)


def put(asking, body, path=PLAN, **more):
    return asking.ask("PUT", path, data=json.dumps(body).encode(), content_type="application/json", **more)


def test_credits_are_bought_with_their_bonus(own, card, at):
    table(line(mode="once"), at=at)
    answer = own.post(BUY, {"amount": "50000"}, repeat="one")
    assert answer.status_code == 201
    shown = answer.json()
    told = ("status", "mode", "amount", "tax", "total", "credits", "bonus", "currency", "expires_on")
    assert [shown[name] for name in told] == [
        "paid", "once", "50000", "5000", "55000", "50000", "5000", "KRW", "2031-11-18"
    ]  # fmt: skip
    assert shown["bonus_lot"].startswith("lot_")


def test_the_same_key_buys_once(own, card):
    first = own.post(BUY, {"amount": "1000"}, repeat="one").json()
    assert own.post(BUY, {"amount": "1000"}, repeat="one").json() == first
    assert is_problem(own.post(BUY, {"amount": "2000"}, repeat="one"), 422, "idempotency_mismatch")
    assert (Purchase.objects.count(), SandboxCharge.objects.count()) == (1, 1)


def test_buying_needs_a_key_for_repeats_and_a_card(own):
    assert is_problem(own.post(BUY, {"amount": "1000"}), 400, "idempotency_key_needed")
    assert is_problem(own.post(BUY, {"amount": "1000"}, repeat="one"), 422, "no_payment_method")
    assert not Purchase.objects.exists()


def test_a_declined_card_is_told(own, member, at):
    make.give_card(member, "declined", at=at)
    assert is_problem(own.post(BUY, {"amount": "1000"}, repeat="one"), 422, "payment_declined")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"amount": "required"}),
        ({"amount": "x"}, {"amount": "digits"}),
        ({"amount": "1.005"}, {"amount": "max_decimal_places"}),
        ({"amount": "5", "more": 1}, {"more": "unknown"}),
    ],
)
def test_wrong_purchases_are_told_by_field(own, card, body, wrong):
    assert wrong_fields(own.post(BUY, body, repeat="one")) == wrong
    assert not Purchase.objects.exists()


def test_the_platform_never_buys_nor_recharges(gateway, member, make_key):
    platform = gateway.with_key(make_key(None, PLATFORM_SCOPES))
    assert is_problem(platform.post(BUY, {"amount": "1000"}, repeat="one"), 403, "scope_missing")
    assert is_problem(put(platform, MONTHLY), 403, "scope_missing")
    assert is_problem(platform.ask("DELETE", PLAN), 403, "scope_missing")


@pytest.mark.clause("upstage/15-2.1")
def test_a_plan_is_set_read_changed_and_cancelled(own, card, member, at, gateway):
    table(line(), at=at)
    shown = put(own, MONTHLY).json()
    assert shown["next"] == {"on": "2026-11-30", "total": "55000", "bonus": "5000", "bonus_until": "2026-12-30"}
    assert own.get(PLAN).json() == shown
    assert gateway.get(PLAN, member=member.public_id).json() == shown
    assert put(own, MONTHLY | {"day": 5}).json()["next"]["on"] == "2026-12-05"
    gone = own.ask("DELETE", PLAN).json()
    assert (gone["status"], gone["next"]) == ("cancelled", None)
    assert is_problem(own.ask("DELETE", PLAN), 409, "already_done")
    assert RechargePlan.objects.count() == 1


def test_without_a_plan(own, card):
    assert is_problem(own.get(PLAN), 404, "not_found")
    assert is_problem(own.ask("DELETE", PLAN), 404, "not_found")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"mode": "once"}, {"mode": "invalid_choice"}),
        ({"day": 32}, {"day": "max_value"}),
        ({"day": 0}, {"day": "min_value"}),
        ({"amount": "-1"}, {"amount": "digits"}),
    ],
)
def test_wrong_plans_are_told_by_field(own, card, wrong, told):
    assert wrong_fields(put(own, MONTHLY | wrong)) == told
    assert not RechargePlan.objects.exists()


def test_a_repeat_changes_nothing(own, card):
    assert put(own, MONTHLY).json() == put(own, MONTHLY).json()
    assert RechargePlan.objects.get().next_on == date(2026, 11, 30)


def test_strangers_see_nothing(own, card, stranger, make_key):
    put(own, MONTHLY)
    assert is_problem(own.with_key(make_key(stranger)).get(PLAN), 404, "not_found")


@pytest.mark.clause("upstage/15.2")
def test_everybody_reads_the_tiers(anybody, at):
    table(line(percent="12.5"), line(mode="once", valid_days=90), at=at)
    table(line(percent="3"), since=date(2026, 12, 1), at=at)
    tables = anybody.get("/tiers").json()["items"]
    assert [one["effective_on"] for one in tables] == ["2026-12-01", "2026-11-18"]
    assert [(one["mode"], one["bonus_percent"], one["valid_days"]) for one in tables[1]["tiers"]] == [
        ("monthly", "12.5", None), ("once", "10", 90)
    ]  # fmt: skip

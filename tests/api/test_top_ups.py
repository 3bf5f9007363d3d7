"""Topping up by API: a member's own key alone speaks for the member (upstage/15.2)."""

import json

import pytest

from accounts.rules.keys import PLATFORM_SCOPES
from billing.models import Purchase, TopUp
from billing.services import topping
from tests.api.asking import is_problem, wrong_fields
from tests.billing import make
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db
PATH = "/top-up"
WISH = {"below": "5000", "amount": "30000", "most_a_day": 2}


@pytest.fixture(autouse=True)
def still(at):
    with clock.fixed(at):
        yield


@pytest.fixture
def card(member, at):
    return make.give_card(member, at=at)


def put(asking, body=WISH, **more):
    return asking.ask("PUT", PATH, data=json.dumps(body).encode(), content_type="application/json", **more)


@pytest.mark.clause("upstage/15.2")
def test_it_is_set_read_replaced_and_switched_off(own, card, member, at, gateway):
    shown = put(own).json()
    told = ("status", "off_because", "below", "amount", "most_a_day", "currency", "not_before")
    assert [shown[name] for name in told] == ["on", "", "5000", "30000", 2, "KRW", None]
    assert own.get(PATH).json() == gateway.get(PATH, member=member.public_id).json() == shown
    assert put(own, WISH | {"below": "9000"}).json()["id"] != shown["id"]
    assert (Purchase.objects.count(), topping.top_up_due(at=at), Purchase.objects.get().amount) == (0, 1, 30_000)
    gone = own.ask("DELETE", PATH).json()
    assert (gone["status"], gone["off_because"]) == ("off", "member")
    assert is_problem(own.ask("DELETE", PATH), 409, "already_done")
    assert [one.off_because for one in TopUp.objects.order_by("pk")] == ["replaced", "member"]


def test_a_repeat_changes_nothing(own, card):
    assert put(own).json() == put(own).json()
    assert TopUp.objects.count() == 1


def test_without_one_and_without_a_card(own):
    assert is_problem(own.get(PATH), 404, "not_found")
    assert is_problem(own.ask("DELETE", PATH), 409, "already_done")
    assert is_problem(put(own), 422, "no_payment_method")
    assert not TopUp.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"below": "-1"}, {"below": "digits"}),
        ({"amount": "1.005"}, {"amount": "max_decimal_places"}),
        ({"amount": "1000000000000"}, {"amount": "max_digits"}),
        ({"most_a_day": 0}, {"most_a_day": "min_value"}),
        ({"most_a_day": 6}, {"most_a_day": "max_value"}),
        ({"more": 1}, {"more": "unknown"}),
        ({"amount": None}, {"amount": "null"}),
    ],
)
def test_wrong_wishes_are_told_by_field(own, card, wrong, told):
    assert wrong_fields(put(own, WISH | wrong)) == told
    assert not TopUp.objects.exists()


@pytest.mark.parametrize("wrong", [{"below": "0"}, {"amount": "0"}, {"amount": "0.5"}])
def test_wishes_that_no_won_has_are_refused(own, card, wrong):
    assert is_problem(put(own, WISH | wrong), 400, "invalid_amount")
    assert not TopUp.objects.exists()


def test_the_platform_never_sets_it_and_strangers_see_nothing(own, card, member, stranger, gateway, make_key):
    put(own)
    platform = gateway.with_key(make_key(None, PLATFORM_SCOPES))
    assert is_problem(put(platform), 403, "scope_missing")
    assert is_problem(platform.ask("DELETE", PATH), 403, "scope_missing")
    others = own.with_key(make_key(stranger))
    assert is_problem(others.get(PATH), 404, "not_found")
    assert others.get(PATH, member=member.public_id).status_code in (400, 404)
    assert is_problem(others.ask("DELETE", PATH), 409, "already_done")
    assert TopUp.objects.get().status == "on"

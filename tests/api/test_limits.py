"""A member's own limits by API: read by who may read, set by the member alone."""

import json

import pytest

from accounts.rules.keys import PLATFORM_SCOPES
from billing.models import OwnLimits
from tests.api.asking import is_problem, wrong_fields

ALL = {"soft": "80000", "hard": "100000", "low_balance": "5000.5"}
NONE = {"soft": None, "hard": None, "low_balance": None}


def put(asking, body, **more):
    return asking.ask("PUT", "/limits", data=json.dumps(body).encode(), content_type="application/json", **more)


def test_limits_are_set_and_read(own, member):
    answer = put(own, ALL)
    assert answer.status_code == 200
    shown = answer.json()
    assert {name: shown[name] for name in ALL} == ALL
    assert (shown["member"], shown["currency"]) == (member.public_id, "KRW")
    assert (shown["spent"], shown["held"], shown["left"]) == ("0", "0", "100000")
    assert own.get("/limits").json() == shown
    assert OwnLimits.objects.get().member == member


def test_limits_end_with_null(own):
    put(own, ALL)
    assert {name: put(own, NONE).json()[name] for name in (*ALL, "left")} == NONE | {"left": None}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"soft": "required", "hard": "required", "low_balance": "required"}),
        (ALL | {"soft": "x"}, {"soft": "digits"}),
        (ALL | {"hard": "-1"}, {"hard": "digits"}),
        (ALL | {"hard": "0.0000001"}, {"hard": "max_decimal_places"}),
        (ALL | {"more": 1}, {"more": "unknown"}),
    ],
)
def test_wrong_limits_are_told_by_field(own, body, wrong):
    assert wrong_fields(put(own, body)) == wrong
    assert not OwnLimits.objects.exists()


def test_limits_in_the_wrong_order_are_refused(own):
    assert is_problem(put(own, ALL | {"soft": "100000.1"}), 400, "soft_above_hard")
    assert is_problem(put(own, ALL | {"soft": "0"}), 400, "invalid_amount")
    assert not OwnLimits.objects.exists()


def test_the_platform_reads_and_never_sets(gateway, member, make_key):
    assert gateway.get("/limits", member=member.public_id).status_code == 200
    assert is_problem(put(gateway.with_key(make_key(None, PLATFORM_SCOPES)), ALL), 403, "scope_missing")


def test_setting_needs_the_scope_that_speaks_for_the_member(own, member, make_key):
    reader = own.with_key(make_key(member, ["account:read"]))
    assert reader.get("/limits").status_code == 200
    assert is_problem(put(reader, ALL), 403, "scope_missing")
    assert is_problem(put(own.with_key(None), ALL), 401, "not_authenticated")


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_other_methods_name_those_that_are(own, method):
    answer = own.ask(method, "/limits")
    assert is_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, PUT"


def test_strangers_limits_are_not_there(own, stranger):
    assert is_problem(own.get("/limits", member=stranger.public_id), 404, "not_found")

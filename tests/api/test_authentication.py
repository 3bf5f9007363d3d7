"""A live key with the scope, or nothing."""

from datetime import timedelta

import pytest

from accounts.models import ApiKey
from accounts.rules.keys import make_secret
from accounts.services import keys
from tests.api.asking import is_problem
from tests.api.conftest import AT
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date

pytestmark = pytest.mark.urls("tests.api.probe")


def test_key_opens_what_its_scope_names(own):
    assert own.get("/me").status_code == 200


def test_without_key_nothing_opens(anybody, db):
    answer = anybody.get("/me")
    assert is_problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("key", ["", "x", "uc_live_aaaaaaaaaaaaaa", make_secret(b"7" * 24, sandbox=False), "é" * 50])
def test_wrong_key_is_unauthenticated(own, key):
    assert is_problem(own.with_key(key).get("/me"), 401, "not_authenticated")


def test_malformed_key_costs_no_query(own, django_assert_num_queries):
    with django_assert_num_queries(0):
        own.with_key("uc_live_mistyped").get("/me")


def test_other_scheme_is_unauthenticated(own):
    answer = own.ask("GET", "/me", headers={"Authorization": f"Basic {own.key}"})
    assert is_problem(answer, 401, "not_authenticated")


def test_revoked_key_is_unauthenticated(own, member, amy):
    keys.revoke(member.api_keys.get().public_id, member_id=member.pk, by=amy, at=AT)
    assert is_problem(own.get("/me"), 401, "not_authenticated")


def test_key_opens_until_it_expires(own, member, make_key):
    own = own.with_key(make_key(member, expires_at=AT + timedelta(days=1)))
    with clock.fixed(AT + timedelta(hours=23)):
        assert own.get("/me").status_code == 200
    with clock.fixed(AT + timedelta(days=1)):
        assert is_problem(own.get("/me"), 401, "not_authenticated")


def test_missing_scope_is_named(own, member, make_key):
    answer = own.with_key(make_key(member, ["credits:read"])).get("/me")
    assert is_problem(answer, 403, "scope_missing")
    assert answer.json()["facts"] == {"scope": "account:read"}
    assert answer["WWW-Authenticate"] == 'Bearer realm="api", error="insufficient_scope", scope="account:read"'


def test_operation_that_says_nothing_is_refused(own, anybody):
    assert own.get("/probe/unsaid").status_code == 403
    assert anybody.get("/probe/unsaid").status_code in (401, 403)


def test_use_of_a_key_is_noted_once_a_minute(own, member, django_assert_num_queries):
    with clock.fixed(AT):
        own.get("/me")
    with clock.fixed(AT + timedelta(seconds=59)), django_assert_num_queries(2):
        own.get("/me")
    assert member.api_keys.get().last_used_at == AT
    with clock.fixed(AT + timedelta(seconds=60)):
        own.get("/me")
    key: ApiKey = member.api_keys.get()
    assert (key.last_used_at, key.last_used_from) == (AT + timedelta(seconds=60), "127.0.0.1")


@pytest.mark.clause("upstage/26.2")
def test_day_of_use_is_noted_once_a_day(own, member, gateway, django_assert_num_queries):
    gateway.get("/me")
    member.refresh_from_db()
    assert member.last_used_on is None
    with clock.fixed(AT):
        own.get("/me")
    member.refresh_from_db()
    assert member.last_used_on == kst_date(AT)
    with clock.fixed(AT + timedelta(hours=2)), django_assert_num_queries(3):
        own.get("/me")
    with clock.fixed(AT + timedelta(days=1)):
        own.get("/me")
    member.refresh_from_db()
    assert member.last_used_on == kst_date(AT + timedelta(days=1))

"""How often a key may call."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from tests.api.asking import is_problem
from tests.api.conftest import AT
from upstage_console.kernel import clock
from upstage_console.kernel.api import limits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.API_LIMITS = {"default": (3, 60), "public": (2, 60), "account:read": (3, 60)}
    cache.clear()
    limits._leases.clear()


def test_answers_tell_the_limit(own):
    with clock.fixed(AT + timedelta(seconds=18)):
        answer = own.get("/me")
    assert answer["RateLimit-Policy"] == '"account:read";q=3;w=60'
    assert answer["RateLimit"] == '"account:read";r=2;t=42'


def test_one_too_many_is_refused_until_the_window_ends(own):
    with clock.fixed(AT + timedelta(seconds=50)):
        assert [own.get("/me").status_code for _ in range(3)] == [200, 200, 200]
        refused = own.get("/me")
    assert is_problem(refused, 429, "too_many_requests")
    assert refused["Retry-After"] == "10"
    with clock.fixed(AT + timedelta(seconds=60)):
        assert own.get("/me").status_code == 200


def test_limits_of_two_keys_are_apart(own, make_key, stranger):
    with clock.fixed(AT):
        for _ in range(4):
            last = own.get("/me")
        assert last.status_code == 429
        assert own.with_key(make_key(stranger)).get("/me").status_code == 200


def test_public_operations_count_by_address(anybody):
    with clock.fixed(AT):
        assert [anybody.get("/terms").status_code for _ in range(3)] == [200, 200, 429]


def test_processes_share_the_quota_and_never_exceed_it(settings):
    """Two processes, each with its own memory, lease from one count."""
    settings.API_LIMITS = {"default": (1000, 60)}
    one, other = {}, {}
    taken = 0
    for turn in range(1200):
        limits._leases = one if turn % 2 else other
        try:
            limits.take("any", "key", at=AT)
        except limits.TooManyRequests:
            continue
        taken += 1
    assert taken == 1000


def test_calls_pass_where_the_count_cannot_be_kept(own, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    assert [own.get("/me").status_code for _ in range(5)] == [200] * 5

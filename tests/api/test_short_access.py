"""The short way of POST /access answers as the long way does, and leaves to it what is not plain."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiKey
from billing.models import Service
from tests.billing import make
from tests.credits import make as credits
from upstage_console.kernel import clock

NOON = make.NOON
OF_THE_MOMENT = {"X-Request-Id", "RateLimit"}


@pytest.fixture(autouse=True)
def at_noon(db):
    with clock.fixed(NOON):
        make.price("12", service="ocr")
        Service.objects.update(is_listed=True)
        yield


@pytest.fixture
def secret(member, make_key):
    credits.granted(member, "10.5")
    return make_key(member, at=NOON - timedelta(days=1))


def question(secret, service="ocr"):
    return {"key": secret, "service": service}


def counted(gateway, asked):
    with CaptureQueriesContext(connection) as statements:
        answer = gateway.post("/access", asked)
    return answer, len(statements)


def headers(answer):
    return {name: value for name, value in answer.headers.items() if name not in OF_THE_MOMENT}


def both_ways(gateway, asked):
    """The answers of the long way, which notes the use of the key, and of the short one after it."""
    (long, statements), (short, fewer) = counted(gateway, asked), counted(gateway, asked)
    assert statements > fewer == 1
    return long, short


@pytest.mark.parametrize("service", ["ocr", "unknown"])
def test_short_answer_is_the_long_one(gateway, secret, service):
    long, short = both_ways(gateway, question(secret, service))
    assert (short.status_code, short.content) == (long.status_code, long.content)
    assert headers(short) == headers(long)


def test_short_answer_about_a_revoked_key(gateway, secret):
    ApiKey.objects.filter(member__isnull=False).update(revoked_at=NOON)
    long, short = both_ways(gateway, question(secret))
    assert short.json() == long.json()
    assert short.json()["code"] == "unknown_key"


def test_calls_are_counted_on_both_ways(gateway, secret):
    long, short = both_ways(gateway, question(secret))
    left = [int(answer.headers["RateLimit"].split("r=")[1].split(";")[0]) for answer in (long, short)]
    assert left[0] - left[1] == 1


def test_caller_whose_key_was_revoked_is_refused(gateway, secret):
    both_ways(gateway, question(secret))
    ApiKey.objects.filter(member__isnull=True).update(revoked_at=NOON)
    assert gateway.post("/access", question(secret)).status_code == 401


def test_caller_without_the_scope_is_refused(gateway, secret):
    both_ways(gateway, question(secret))
    ApiKey.objects.filter(member__isnull=True).update(scopes=["usage:write"])
    assert gateway.post("/access", question(secret)).status_code == 403


@pytest.mark.parametrize("asked", [{}, {"key": "", "service": "ocr"}, {"kee": "x"}])
def test_odd_question_takes_the_long_way(gateway, secret, asked):
    both_ways(gateway, question(secret))
    assert gateway.post("/access", asked).status_code == 400

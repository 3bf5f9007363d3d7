"""The short way answers as the framework does, to the last header."""

import json

import pytest
from django.conf import settings

from tests.api import probe
from tests.api.asking import Asking, is_problem
from upstage_console.kernel.api import limits

pytestmark = [pytest.mark.urls("tests.api.probe"), pytest.mark.django_db]
LONG, SHORT = "/probe/echo", "/probe/short-echo"
OF_THE_MOMENT = {"X-Request-Id", "RateLimit"}


def told(answer):
    headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_MOMENT}
    return answer.status_code, answer.content, headers


def both(asking, body, **more):
    return [asking.post(path, body, **more) for path in (LONG, SHORT)]


BODIES = {
    "plain": {"word": "a"},
    "everything": {"word": "한", "amount": "1.50", "at": "2026-11-22T09:30:00+09:00"},
    "refused": {"word": "refuse"},
    "unknown field": {"wrod": "a"},
    "no object": [1],
    "no JSON": b"{",
    "no text": b"\xff",
    "empty": b"",
    "NUL": b'{"word": "\\u0000"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("language", ["en", "ko", "fr"])
def test_answers_are_the_same(own, body, language):
    long, short = both(own, body, **{"HTTP_ACCEPT_LANGUAGE": language})
    assert told(short) == told(long)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "text/plain", "", "multipart/form-data"])
def test_media_types_are_the_same(own, content_type):
    long, short = both(own, {"word": "a"}, content_type=content_type)
    assert told(short) == told(long)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_methods_are_the_same(own, method):
    long, short = [own.ask(method, path) for path in (LONG, SHORT)]
    assert told(short) == told(long)
    assert short.status_code == 405


@pytest.mark.parametrize("given", ["Bearer nonsense", "Basic abc", "Bearer", ""])
def test_callers_are_the_same(anybody, given):
    long, short = both(anybody, {"word": "a"}, HTTP_AUTHORIZATION=given)
    assert told(short) == told(long)
    assert is_problem(short, 401, "not_authenticated")
    assert told(anybody.post(SHORT, {"word": "a"})) == told(anybody.post(LONG, {"word": "a"}))


def test_scope_is_asked_for(own, make_key, member):
    other = own.with_key(make_key(member, ["usage:read"]))
    long, short = both(other, {"word": "a"})
    assert told(short) == told(long)
    assert is_problem(short, 403, "scope_missing")


def test_calls_are_counted_together_and_limited(own, monkeypatch):
    monkeypatch.setitem(settings.API_LIMITS, "default", (2, 600))
    monkeypatch.setattr(limits, "_leases", {})
    long, short = both(own, {"word": "a"})
    assert [answer.headers["RateLimit"].split(";")[1] for answer in (long, short)] == ["r=1", "r=0"]
    refused = both(own, {"word": "a"})
    assert is_problem(refused[1], 429, "too_many_requests")
    assert refused[1].json() == refused[0].json()
    assert int(refused[1]["Retry-After"]) <= 600


def test_first_answer_is_kept(own):
    probe.done.clear()
    first, again = (own.post(SHORT, {"word": "a"}, repeat="k") for _ in range(2))
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert probe.done == ["a"]
    assert is_problem(own.post(SHORT, {"word": "b"}, repeat="k"), 422, "idempotency_mismatch")
    assert is_problem(own.post(SHORT, {"word": "b"}, repeat="k" * 256), 400, "malformed")


def test_body_that_is_too_large(own):
    body = json.dumps({"word": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}).encode()
    assert told(own.post(SHORT, body)) == told(own.post(LONG, body))


def test_what_nobody_foresaw_keeps_its_details(own, caplog):
    assert is_problem(own.post("/probe/shortly-broken", {"a": 1}), 503, "busy")
    answer = own.post("/probe/shortly-broken", b"")
    assert is_problem(answer, 500, "internal_error")
    assert "secret detail" not in answer.content.decode()
    assert "unforeseen at /api/v1/probe/shortly-broken" in caplog.text


def test_use_of_the_key_is_noted(own: Asking, member):
    own.post(SHORT, {"word": "a"})
    assert member.api_keys.get().last_used_at is not None

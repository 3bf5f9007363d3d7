"""What goes wrong is told in one form (RFC 9457), in the reader's language, and never gives insides away."""

import pytest

from tests.api.asking import is_problem, wrong_fields

pytestmark = [pytest.mark.urls("tests.api.probe"), pytest.mark.django_db]
ECHO = "/probe/echo"


def test_refusal_carries_sentence_clauses_and_numbers(own):
    answer = own.post(ECHO, {"word": "refuse"})
    assert is_problem(answer, 422, "under_14")
    body = answer.json()
    assert body["title"] == "Under 14"
    assert body["clauses"] == [{"code": "upstage/3.3.3", "href": body["clauses"][0]["href"]}]
    assert body["clauses"][0]["href"].endswith("/upstage/3.3.3/") or "3.3.3" in body["clauses"][0]["href"]
    assert body["facts"] == {"age": "14", "on": "2026-11-02", "years": "13"}


def test_answer_names_its_language(own):
    assert own.get("/me")["Content-Language"] == "en"
    assert own.ask("GET", "/me", headers={"Accept-Language": "ko"})["Content-Language"] == "ko"
    assert own.ask("GET", "/me", headers={"Accept-Language": "fr"})["Content-Language"] == "ko"
    assert "Accept-Language" in own.get("/me")["Vary"]


def test_unknown_address_is_a_problem(anybody):
    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        assert is_problem(anybody.ask(method, "/nowhere/to/be/found"), 404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_wrong_method_is_a_problem_that_names_the_right_ones(own, method):
    answer = own.ask(method, "/me")
    assert is_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_unknown_field_is_refused(own):
    assert wrong_fields(own.post(ECHO, {"word": "a", "wrod": "b"})) == {"wrod": "unknown"}


def test_every_wrong_field_is_named(own):
    answer = own.post(ECHO, {"amount": "lots", "at": "yesterday"})
    assert wrong_fields(answer) == {"word": "required", "amount": "invalid", "at": "invalid"}


def test_many_wrong_fields_are_cut(own):
    answer = own.post(ECHO, {f"field{number}": 1 for number in range(500)})
    assert len(answer.json()["errors"]) == 100


def test_unknown_and_repeated_parameters_are_refused(own):
    assert wrong_fields(own.get("/me", verbose="1")) == {"verbose": "unknown"}
    assert wrong_fields(own.get("/me?a=1&a=2")) == {"a": "invalid"}
    assert wrong_fields(own.get("/me", format="xml")) == {"format": "unknown"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"word"', b"null", b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"word": NaN}', b'{"amount": Infinity}',
        b'{"word": "a\\u0000b"}', b'{"a\\u0000b": 1}', b'{"word": "\\ud800"}', b'{"\\udfff": 1}', b"[" * 100_000,
        b'{"amount": 1e400}', b'{"amount": 1e99999999999999999999}', b'{"amount": ' + b"9" * 5000 + b"}",
        b'{"amount": -1e-400}', b'{"word": {"deep": ' * 2000, b'{"word": "a", "word": "b"}',
        b'{"deep": {"a": 1, "\\u0061": 2}}',
    ],
)  # fmt: skip
def test_odd_bodies_are_malformed(own, body):
    answer = own.post(ECHO, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_escaped_text_that_only_looks_odd_is_taken(own):
    answer = own.post(ECHO, b'{"word": "\\\\u0000 \\ud55c\\ud83d\\ude00"}')
    assert (answer.status_code, answer.json()["word"]) == (201, "\\u0000 한😀")


def test_numbers_are_read_exactly(own):
    answer = own.post(ECHO, b'{"word": "a", "amount": 12345678901234.100001}')
    assert answer.json()["amount"] == "12345678901234.100001"


def test_instants_need_a_zone_and_come_back_in_utc(own):
    assert own.post(ECHO, {"word": "a", "at": "2026-11-02T09:00:00+09:00"}).json()["at"] == "2026-11-02T00:00:00Z"
    assert wrong_fields(own.post(ECHO, {"word": "a", "at": "2026-11-02T09:00:00"})) == {"at": "zone"}
    assert wrong_fields(own.post(ECHO, {"word": "a", "at": "0001-01-01T00:00:00+14:00"})) == {"at": "overflow"}


def test_other_media_type_is_refused(own):
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"):
        assert is_problem(own.post(ECHO, b"word=a", content_type=content_type), 415, "unsupported_media_type")


def test_too_large_body_is_refused(own, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = own.post(ECHO, {"word": "a" * 100})
    assert is_problem(answer, 413, "too_large")
    assert answer.json()["facts"] == {"most": "100"}


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*;q=0", "nonsense"])
def test_accept_chooses_nothing(own, accept):
    answer = own.ask("GET", "/me", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_nul_in_an_address_is_not_found(anybody):
    assert is_problem(anybody.get("/terms/up%00stage/2024"), 404, "not_found")


def test_trouble_inside_is_not_told(anybody, caplog):
    answer = anybody.get("/probe/broken/badly")
    assert is_problem(answer, 500, "internal_error")
    assert b"secret" not in answer.content
    assert [record.exc_info[0] for record in caplog.records if record.name == "upstage_console.api"] == [
        ZeroDivisionError
    ]


def test_database_in_trouble_is_busy(anybody):
    answer = anybody.get("/probe/broken/busy")
    assert is_problem(answer, 503, "busy")
    assert answer["Retry-After"] == "1"

"""What holds for every operation that reads for a member: the same short list for each."""

import pytest

from accounts.rules.keys import MEMBER_SCOPES
from tests.api.asking import is_problem, wrong_fields

READS = {
    "/me": "account:read",
    "/standing": "account:read",
    "/sanctions": "account:read",
    "/credits": "credits:read",
    "/credits/lots": "credits:read",
    "/credits/entries": "credits:read",
    "/holds": "credits:read",
    "/usage": "usage:read",
    "/own-data": "account:read",
    "/invoices": "invoices:read",
    "/limits": "account:read",
}
WRITES_TOO = {("/limits", "PUT"), ("/holds", "POST")}
"""Addresses where another operation does something."""
FOR_A_MEMBER = [path for path in READS if path != "/me"]
LISTS = ["/own-data", "/sanctions", "/credits/lots", "/credits/entries", "/holds", "/invoices"]
PUBLIC = ["/terms", "/services", "/prices", "/tiers", "/status"]


@pytest.mark.parametrize("path", READS)
def test_works_with_the_scope(own, make_key, member, path):
    answer = own.with_key(make_key(member, [READS[path]])).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Cache-Control"] == "no-store"
    assert answer["RateLimit-Policy"].startswith(f'"{READS[path]}";')


@pytest.mark.parametrize("path", READS)
def test_any_other_scope_opens_nothing(own, make_key, member, path):
    key = make_key(member, MEMBER_SCOPES - {READS[path]})
    assert is_problem(own.with_key(key).get(path), 403, "scope_missing")


@pytest.mark.parametrize("path", READS)
def test_wrong_key_opens_nothing(own, anybody, path):
    assert is_problem(anybody.get(path), 401, "not_authenticated")
    assert is_problem(own.with_key("uc_live_wrong").get(path), 401, "not_authenticated")


@pytest.mark.parametrize("path", [*READS, *PUBLIC])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_reading_takes_no_other_method(own, path, method):
    if (path, method) in WRITES_TOO:
        return
    assert is_problem(own.ask(method, path), 405, "method_not_allowed")


@pytest.mark.parametrize("path", [*READS, *PUBLIC])
def test_unknown_parameter_is_refused(own, path):
    assert wrong_fields(own.get(path, nonsense="1")) == {"nonsense": "unknown"}


@pytest.mark.parametrize("path", FOR_A_MEMBER)
def test_member_sees_only_itself(own, member, stranger, path):
    assert own.get(path, member=member.public_id).status_code == 200
    assert is_problem(own.get(path, member=stranger.public_id), 404, "not_found")


@pytest.mark.parametrize("path", FOR_A_MEMBER)
def test_platform_key_names_a_member(gateway, member, path):
    assert gateway.get(path, member=member.public_id).status_code == 200
    assert wrong_fields(gateway.get(path)) == {"member": "required"}


@pytest.mark.parametrize("path", FOR_A_MEMBER)
@pytest.mark.parametrize("name", ["mem_" + "0" * 32, "mem_x", "lot_" + "0" * 32, "1", "🎈", "mem_" + "z" * 32])
def test_bad_member_is_not_found(gateway, own, path, name):
    assert is_problem(gateway.get(path, member=name), 404, "not_found")
    assert is_problem(own.get(path, member=name), 404, "not_found")


@pytest.mark.parametrize("path", LISTS)
def test_lists_start_empty_and_are_bounded(own, path):
    assert own.get(path).json() == {"items": [], "next": None}
    assert "limit" in wrong_fields(own.get(path, limit="201"))
    assert is_problem(own.get(path, after="nothing_of_ours"), 404, "not_found")


@pytest.mark.parametrize("path", PUBLIC)
def test_public_reading_needs_no_key(anybody, own, path):
    assert anybody.get(path).status_code == 200
    assert own.with_key("uc_live_wrong").get(path).status_code == 200

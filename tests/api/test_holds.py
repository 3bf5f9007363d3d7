"""Holds through the API: reserve, then use or let go."""

from datetime import timedelta

import pytest

from accounts.enums import RestrictionKind
from billing.models import Charge
from credits.models import Hold
from tests.accounts.restricting import restricted
from tests.api.asking import is_problem, wrong_fields
from tests.billing import make
from tests.credits import make as credits
from upstage_console.kernel import clock

NOON = make.NOON
HALF_PAST = {"balance": "100", "held": "36", "unsettled": "0", "available": "64"}


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(NOON):
        yield


@pytest.fixture
def lot(member):
    make.price("12")
    return credits.granted(member, "100")


def asked(member, **fields):
    return {"member": member.public_id, "service": "ocr", "meter": "page", "quantity": "3", **fields}


def placed(gateway, member, repeat="h1", **fields):
    answer = gateway.post("/holds", asked(member, **fields), repeat=repeat)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_hold_is_told_with_what_is_left(gateway, member, lot):
    body = placed(gateway, member, expires_in=60)
    told = {name: body[name] for name in ("state", "amount", "held", "service", "meter", "quantity", "expires_at")}
    assert told == {
        "state": "open", "amount": "36", "held": "36", "service": "ocr", "meter": "page", "quantity": "3",
        "expires_at": "2026-02-10T03:01:00Z",
    }  # fmt: skip
    assert (body["member"], body["currency"], body["credits"]) == (member.public_id, "KRW", HALF_PAST)
    assert [clause["code"] for clause in body["clauses"]] == ["upstage/15.3"]
    seen = gateway.get("/credits", member=member.public_id).json()
    assert {name: seen[name] for name in ("total", "held", "unsettled", "available")} == {
        "total": "100", "held": "36", "unsettled": "0", "available": "64",
    }  # fmt: skip


def test_by_default_it_lasts_a_quarter_of_an_hour(gateway, member, lot):
    assert placed(gateway, member)["expires_at"] == "2026-02-10T03:15:00Z"


def test_amount_is_held_as_it_is(gateway, member, lot):
    answer = gateway.post("/holds", {"member": member.public_id, "amount": "12.5"}, repeat="h1").json()
    assert (answer["amount"], answer["service"], answer["meter"], answer["quantity"]) == ("12.5", None, None, None)


def test_capture_is_a_charge_and_frees_the_rest(gateway, member, lot):
    hold = placed(gateway, member)
    body = gateway.post(f"/holds/{hold['id']}/capture", {"quantity": "2"}, repeat="c1").json()
    assert (body["state"], body["held"], body["captured"]) == ("captured", "0", "24")
    assert body["charge"] == body["used"]["id"]
    assert body["credits"] == {"balance": "76", "held": "0", "unsettled": "0", "available": "76"}
    used = body["used"]
    assert (used["quantity"], used["amount"], used["burned"], used["owed"]) == ("2", "24", "24", "0")
    assert used["lots"] == [{"lot": lot.public_id, "kind": "free", "amount": "24"}]
    assert used["id"] == Charge.objects.get().public_id
    entry = gateway.get("/credits/entries", member=member.public_id, kind="use").json()["items"][0]
    assert (entry["charge"], entry["amount"]) == (used["id"], "-24")


def test_capture_of_an_amount_or_of_another_meter(gateway, member, lot):
    make.price("1", service="solar", meter="token")
    for number, body in enumerate([{"amount": "7.5"}, {"service": "solar", "meter": "token", "quantity": "9"}]):
        hold = placed(gateway, member, repeat=f"h{number}")["id"]
        answer = gateway.post(f"/holds/{hold}/capture", body, repeat=f"c{number}")
        assert answer.json()["used"]["amount"] == body.get("amount", "9"), answer.content


def test_release_gives_back(gateway, member, lot):
    hold = placed(gateway, member)["id"]
    body = gateway.post(f"/holds/{hold}/release", {}, repeat="r1").json()
    assert (body["state"], body["held"], body["ended_at"]) == ("released", "0", "2026-02-10T03:00:00Z")
    assert body["credits"]["available"] == "100"
    assert not Charge.objects.exists()


def test_repeats_get_the_first_answer(gateway, member, lot):
    first, again = placed(gateway, member), placed(gateway, member)
    assert first == again
    path, body = f"/holds/{first['id']}/capture", {"quantity": "1"}
    one, other = (gateway.post(path, body, repeat="c1") for _ in range(2))
    assert (other.json(), other["Idempotency-Replayed"]) == (one.json(), "true")
    assert is_problem(gateway.post(path, {"quantity": "2"}, repeat="c1"), 422, "idempotency_mismatch")
    assert (Hold.objects.count(), Charge.objects.count()) == (1, 1)


def test_more_than_is_held_and_a_second_end_are_refused(gateway, member, lot):
    path = f"/holds/{placed(gateway, member)['id']}"
    refused = gateway.post(f"{path}/capture", {"amount": "36.000001"}, repeat="c1")
    assert is_problem(refused, 422, "hold_exceeded")
    assert refused.json()["facts"] == {"held": "36", "amount": "36.000001"}
    assert gateway.post(f"{path}/capture", {"amount": "36"}, repeat="c1").status_code == 200
    assert is_problem(gateway.post(f"{path}/capture", {"amount": "1"}, repeat="c2"), 409, "already_done")
    assert is_problem(gateway.post(f"{path}/release", {}, repeat="r1"), 409, "already_done")


def test_more_than_is_available_is_refused(gateway, member, lot):
    placed(gateway, member)
    body = {"member": member.public_id, "amount": "64.000001"}
    for path in ("/holds", "/charges"):
        refused = gateway.post(path, body, repeat="x")
        assert is_problem(refused, 422, "insufficient_credits")
        assert refused.json()["facts"]["available"] == "64"
    assert Hold.objects.count() == 1


def test_over_by_itself(gateway, member, lot):
    hold = placed(gateway, member)["id"]
    with clock.fixed(NOON + timedelta(minutes=15)):
        body = gateway.get(f"/holds/{hold}", member=member.public_id).json()
        assert (body["state"], body["held"], body["ended_at"]) == ("expired", "0", "2026-02-10T03:15:00Z")
        assert is_problem(gateway.post(f"/holds/{hold}/capture", {"amount": "1"}, repeat="c"), 409, "already_done")
        assert gateway.get("/credits", member=member.public_id).json()["available"] == "100"


@pytest.mark.clause("upstage/11.3")
def test_restricted_member(gateway, member, lot):
    used, freed = (placed(gateway, member, repeat=name)["id"] for name in ("h1", "h2"))
    restricted(member, RestrictionKind.SUSPENSION, at=NOON)
    assert is_problem(gateway.post("/holds", asked(member), repeat="h3"), 403, "restricted")
    assert gateway.post(f"/holds/{used}/capture", {"quantity": "1"}, repeat="c1").status_code == 200
    assert gateway.post(f"/holds/{freed}/release", {}, repeat="r1").status_code == 200


def test_member_reads_its_own(own, gateway, member, stranger, lot):
    credits.granted(stranger, "100")
    first, second = (placed(gateway, member, repeat=name) for name in ("h1", "h2"))
    other = placed(gateway, stranger, repeat="h3")
    gateway.post(f"/holds/{first['id']}/release", {}, repeat="r1")
    assert [hold["id"] for hold in own.get("/holds").json()["items"]] == [second["id"], first["id"]]
    assert [hold["id"] for hold in own.get("/holds", live="true").json()["items"]] == [second["id"]]
    assert [hold["id"] for hold in own.get("/holds", live="false").json()["items"]] == [first["id"]]
    assert own.get(f"/holds/{second['id']}").json() == {key: second[key] for key in second if key != "credits"}
    assert is_problem(own.get(f"/holds/{other['id']}"), 404, "not_found")


@pytest.mark.parametrize("name", ["hold_x", "hold_" + "0" * 32, "chg_" + "0" * 32, "1", "🎈"])
def test_what_is_no_hold_is_not_found(gateway, member, lot, name):
    assert is_problem(gateway.get(f"/holds/{name}", member=member.public_id), 404, "not_found")
    assert is_problem(gateway.post(f"/holds/{name}/capture", {"amount": "1"}, repeat="c"), 404, "not_found")
    assert is_problem(gateway.post(f"/holds/{name}/release", {}, repeat="r"), 404, "not_found")


def test_stranger_and_unknown_are_not_found(gateway, member, stranger, make_key, lot):
    make_key(stranger)
    theirs = stranger.api_keys.get().public_id
    for fields in ({"member": "mem_1"}, {"member": "mem_" + "0" * 32}, {"key": theirs}, {"key": "key_x"}):
        assert is_problem(gateway.post("/holds", asked(member) | fields, repeat="h1"), 404, "not_found")
    assert is_problem(gateway.post("/holds", asked(member, service="none"), repeat="h1"), 404, "no_price")


def test_bodies_are_checked(gateway, member, lot):
    assert set(wrong_fields(gateway.post("/holds", {}, repeat="h"))) == {"member"}
    for seconds in (0, -1, 604_801, "soon", 1.5):
        answer = gateway.post("/holds", asked(member, expires_in=seconds), repeat="h")
        assert set(wrong_fields(answer)) == {"expires_in"}
    assert is_problem(gateway.post("/holds", asked(member, quantity="0"), repeat="h"), 422, "invalid_quantity")
    path = f"/holds/{placed(gateway, member)['id']}/capture"
    assert wrong_fields(gateway.post(path, {}, repeat="c")) == {"amount": "required", "quantity": "required"}
    assert wrong_fields(gateway.post(path, {"quantity": "1", "meter": "page"}, repeat="c")) == {"service": "required"}
    both = gateway.post(path, {"amount": "1", "quantity": "1"}, repeat="c")
    assert wrong_fields(both) == {"quantity": "invalid"}
    assert wrong_fields(gateway.post(path, {"amount": "1", "word": 1}, repeat="c")) == {"word": "unknown"}
    assert wrong_fields(gateway.post(path.replace("capture", "release"), {"x": 1}, repeat="c")) == {"x": "unknown"}


@pytest.mark.parametrize("path", ["/holds", "/holds/hold_x/capture", "/holds/hold_x/release"])
def test_key_is_needed_and_members_keys_hold_nothing(gateway, own, anybody, member, path):
    body = {"release": {}, "capture": {"amount": "1"}}.get(path.rpartition("/")[2], asked(member))
    assert is_problem(gateway.post(path, body), 400, "idempotency_key_needed")
    assert is_problem(own.post(path, body, repeat="h"), 403, "scope_missing")
    assert is_problem(anybody.post(path, body, repeat="h"), 401, "not_authenticated")
    assert is_problem(gateway.ask("DELETE", path), 405, "method_not_allowed")


def test_postpaid_member_holds_what_is_there(gateway, member, lot):
    make.give_card(member, postpaid=True)
    body = placed(gateway, member, quantity="10")
    assert (body["amount"], body["held"], body["credits"]["available"]) == ("120", "100", "0")
    used = gateway.post(f"/holds/{body['id']}/capture", {"quantity": "10"}, repeat="c1").json()["used"]
    assert (used["burned"], used["owed"]) == ("100", "20")
    assert gateway.get("/credits", member=member.public_id).json()["debt"] == "20"

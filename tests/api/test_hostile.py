"""Everything that takes a body, asked in every wrong way: refused, never an error of ours, and nothing is kept."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api import hostile
from tests.api.asking import Asking
from tests.billing import make
from tests.credits import make as credits
from upstage_console.kernel import clock


@dataclass(frozen=True)
class Request:
    """Something that would be done; `ask` asks for it with another body."""

    asking: Asking
    path: str
    body: dict[str, Any]
    method: str = "POST"

    def ask(self, body: Any, key: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        more = {"data": raw, "content_type": "application/json", "headers": {"Idempotency-Key": key}}
        return self.asking.ask(self.method, self.path, **more)


@dataclass(frozen=True)
class Callers:
    """A member with credits and an open hold, the member's program, and the gateway."""

    member: Any
    own: Asking
    gateway: Asking
    hold: str


@pytest.fixture(autouse=True)
def at_noon(db: None) -> Iterator[None]:
    with clock.fixed(make.NOON):
        yield


@pytest.fixture
def callers(member: Any, own: Any, gateway: Any) -> Callers:
    make.price("12")
    credits.granted(member, "1000")
    make.taken(make.event(member, "used", quantity=5))
    held = gateway.post("/holds", {"member": member.public_id, "amount": "100"}, repeat="the hold")
    return Callers(member, own, gateway, held.json()["id"])


def charge_of_a_meter(by: Callers) -> Request:
    return Request(by.gateway, "/charges", {"member": by.member.public_id, **METERED})


def charge_of_an_amount(by: Callers) -> Request:
    return Request(by.gateway, "/charges", {"member": by.member.public_id, "amount": "1"})


def hold_of_a_meter(by: Callers) -> Request:
    return Request(by.gateway, "/holds", {"member": by.member.public_id, "expires_in": 60, **METERED})


def hold_of_an_amount(by: Callers) -> Request:
    return Request(by.gateway, "/holds", {"member": by.member.public_id, "amount": "1"})


def capture(by: Callers) -> Request:
    return Request(by.gateway, f"/holds/{by.hold}/capture", {"amount": "1"})


def correction(by: Callers) -> Request:
    used = {"member": by.member.public_id, "event": "used", "at": make.NOON.isoformat()}
    return Request(by.gateway, "/usage-corrections", {**used, "quantity": "4", "reason": "r"})


def own_limits(by: Callers) -> Request:
    return Request(by.own, "/limits", {"soft": "1", "hard": "2", "low_balance": "3"}, "PUT")


METERED = {"service": "ocr", "meter": "page", "quantity": "1"}
WRONG = {
    "member": hostile.IDS, "amount": hostile.NUMBERS, "quantity": hostile.NUMBERS, "key": hostile.IDS,
    "service": hostile.WORDS, "meter": hostile.WORDS, "expires_in": hostile.SECONDS,
    "event": hostile.IDS, "at": hostile.INSTANTS, "reason": hostile.REASONS,
    "soft": hostile.LIMITS, "hard": hostile.LIMITS, "low_balance": hostile.LIMITS,
}  # fmt: skip
REQUESTS = [charge_of_a_meter, charge_of_an_amount, hold_of_a_meter, hold_of_an_amount, capture, correction, own_limits]
MOVING = [one for one in REQUESTS if one is not own_limits]

Prepare = Callable[[Callers], Request]


@pytest.mark.parametrize("prepare", REQUESTS)
def test_wrong_values_are_refused_and_leave_nothing(callers: Callers, prepare: Prepare) -> None:
    request, passed = prepare(callers), {}
    before = hostile.rows()
    for field in WRONG.keys() & request.body.keys():
        for number, value in enumerate(WRONG[field]):
            answer = request.ask({**request.body, field: value}, f"{field}{number}")
            if not hostile.refused(answer):
                passed[field, str(value)[:40]] = (answer.status_code, answer.content[:200])
    assert passed == {}
    assert hostile.rows() == before


@pytest.mark.parametrize("prepare", REQUESTS)
def test_bodies_that_are_no_json_of_ours(callers: Callers, prepare: Prepare) -> None:
    request = prepare(callers)
    before = hostile.rows()
    answers = {raw[:40]: request.ask(raw, f"b{number}") for number, raw in enumerate(hostile.BODIES)}
    assert {raw: answer.status_code for raw, answer in answers.items() if not hostile.refused(answer)} == {}
    assert hostile.rows() == before


@pytest.mark.parametrize("prepare", MOVING)
def test_one_key_serves_one_body(callers: Callers, prepare: Prepare) -> None:
    request = prepare(callers)
    first = request.ask(request.body, "same")
    assert first.status_code in (200, 201), first.content
    before = hostile.rows()
    for other in ({**request.body, "member": "mem_" + "0" * 32}, {**request.body, "key": "key_x"}, {}, {"odd": 1}):
        assert hostile.refused(request.ask(other, "same"))
    again = request.ask(request.body, "same")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (first.status_code, first.json(), "true")
    assert hostile.rows() == before


@pytest.mark.parametrize("prepare", MOVING)
def test_what_moves_credits_needs_a_key_and_the_platform(callers: Callers, prepare: Prepare) -> None:
    request = prepare(callers)
    before = hostile.rows()
    assert callers.gateway.post(request.path, request.body).json()["code"] == "idempotency_key_needed"
    assert callers.own.post(request.path, request.body, repeat="k").json()["code"] == "scope_missing"
    assert hostile.rows() == before


@pytest.mark.parametrize("prepare", REQUESTS)
def test_unknown_and_missing_fields_are_named(callers: Callers, prepare: Prepare) -> None:
    request = prepare(callers)
    before = hostile.rows()
    assert hostile.refused(request.ask({**request.body, "amuont": "1"}, "unknown"))
    for field in request.body.keys() - {"expires_in"}:
        without = {name: value for name, value in request.body.items() if name != field}
        assert hostile.refused(request.ask(without, f"without {field}")), field
    assert hostile.rows() == before


@pytest.mark.parametrize("name", hostile.NAMES_OF_HOLDS)
@pytest.mark.parametrize("verb", ["capture", "release"])
def test_hold_that_is_none(callers: Callers, name: str, verb: str) -> None:
    before = hostile.rows()
    answer = callers.gateway.post(f"/holds/{name}/{verb}", {"amount": "1"} if verb == "capture" else {}, repeat="k")
    assert answer.status_code in (404, 405), answer.content
    assert hostile.rows() == before


def test_hold_that_has_ended_is_neither_captured_nor_released(callers: Callers) -> None:
    assert callers.gateway.post(f"/holds/{callers.hold}/release", {}, repeat="r").status_code == 200
    before = hostile.rows()
    for verb, body in (("release", {}), ("capture", {"amount": "1"}), ("capture", {"amount": "100.000001"})):
        answer = callers.gateway.post(f"/holds/{callers.hold}/{verb}", body, repeat=f"{verb}{len(str(body))}")
        assert (answer.status_code, answer.json()["code"]) == (409, "already_done")
    assert hostile.rows() == before


def test_other_members_see_no_hold(callers: Callers, make_key: Any, stranger: Any) -> None:
    theirs = callers.own.with_key(make_key(stranger))
    assert theirs.get(f"/holds/{callers.hold}").status_code == 404
    assert theirs.get("/holds").json()["items"] == []
    assert callers.own.get(f"/holds/{callers.hold}").json()["id"] == callers.hold


def test_events_in_every_wrong_way_are_rejected_by_their_place(gateway: Any, member: Any) -> None:
    make.price("12")
    gateway.post("/usage-events", {"events": [make.event(member, "first of its month")]})
    good, before = make.event(member), hostile.rows()
    wrong = {"member": hostile.IDS, "quantity": hostile.NUMBERS, "service": hostile.WORDS, "meter": hostile.WORDS,
             "id": hostile.NAMES_OF_EVENTS, "at": hostile.INSTANTS, "dimensions": hostile.DIMENSIONS}  # fmt: skip
    events = [{**good, field: value} for field, values in wrong.items() for value in values]
    answer = gateway.post("/usage-events", {"events": events})
    body = answer.json()
    rejected = {one["index"] for one in body["rejected"]}
    assert [events[place] for place in range(len(events)) if place not in rejected] == []
    assert (answer.status_code, body["accepted"], body["batch"]) == (202, 0, None)
    assert hostile.rows() == before

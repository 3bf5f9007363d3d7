"""Storing content of calls, and reading one's own."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import InMemoryStorage, default_storage

from accounts.models import StoredData
from accounts.rules.keys import PLATFORM_SCOPES
from accounts.services import blocking
from tests.api.asking import is_problem, wrong_fields
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db
AT = datetime(2027, 4, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def files(monkeypatch):
    storage = InMemoryStorage()
    monkeypatch.setattr(default_storage, "_wrapped", storage)
    with clock.fixed(AT):
        yield storage


def asked(member, source="async_output", content=b"hello", **more):
    return {"member": member.public_id, "source": source, "content": base64.b64encode(content).decode(), **more}


@pytest.mark.clause("upstage/22.5")
def test_output_is_stored_with_its_last_instant(gateway, member):
    answer = gateway.post("/stored-data", asked(member, service="ocr", name="scan.json"))
    body = answer.json()
    assert (answer.status_code, body["stored"], body["data"]["size"]) == (201, True, 5)
    assert body["data"]["destroy_at"] == "2027-05-12T15:00:00Z"
    assert [clause["code"] for clause in body["clauses"]] == ["upstage/22.5"]
    assert StoredData.objects.get().public_id == body["data"]["id"]


@pytest.mark.clause("upstage/22.4")
def test_nothing_of_a_synchronous_call_is_stored(gateway, member):
    answer = gateway.post("/stored-data", asked(member, source="sync"))
    assert (answer.status_code, answer.json()["stored"], answer.json()["data"]) == (200, False, None)
    assert not StoredData.objects.exists()


def test_the_same_key_stores_once(gateway, member):
    first = gateway.post("/stored-data", asked(member), repeat="a").json()["data"]["id"]
    assert gateway.post("/stored-data", asked(member), repeat="a").json()["data"]["id"] == first
    assert is_problem(
        gateway.post("/stored-data", asked(member, content=b"x"), repeat="a"), 422, "idempotency_mismatch"
    )
    assert StoredData.objects.count() == 1


def test_the_end_of_the_inference_is_said_once(gateway, member):
    name = gateway.post("/stored-data", asked(member, source="async_input")).json()["data"]["id"]
    answer = gateway.post(f"/stored-data/{name}/inference-ended")
    assert (answer.status_code, answer.json()["destroy_at"]) == (200, "2027-04-12T00:00:00Z")
    assert is_problem(gateway.post(f"/stored-data/{name}/inference-ended"), 409, "already_done")
    assert is_problem(gateway.post("/stored-data/dat_nonsense/inference-ended"), 404, "not_found")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"content": "%%%"}, "content"), ({"source": "email"}, "source"), ({"since": "2027-04-12"}, "since"),
     ({"more": 1}, "more"), ({"name": "x" * 201}, "name")],
)  # fmt: skip
def test_what_is_wrong_is_named(gateway, member, change, field):
    assert list(wrong_fields(gateway.post("/stored-data", asked(member) | change))) == [field]
    assert not StoredData.objects.exists()


def test_the_future_and_strangers_are_refused(gateway, member):
    assert is_problem(gateway.post("/stored-data", asked(member, since="2027-04-12T00:00:01Z")), 400, "invalid")
    unknown = asked(member) | {"member": "mem_" + "0" * 32}
    assert is_problem(gateway.post("/stored-data", unknown), 404, "not_found")
    assert not StoredData.objects.exists()


def test_only_the_gateway_stores(own, gateway, make_key, member):
    assert is_problem(own.post("/stored-data", asked(member)), 403, "scope_missing")
    other = gateway.with_key(make_key(None, PLATFORM_SCOPES - {"data:write"}))
    assert is_problem(other.post("/stored-data", asked(member)), 403, "scope_missing")
    assert is_problem(other.with_key(None).post("/stored-data", asked(member)), 401, "not_authenticated")


def test_a_member_reads_its_own(own, gateway, member):
    name = gateway.post("/stored-data", asked(member, name="scan.json")).json()["data"]["id"]
    assert [one["id"] for one in own.get("/own-data").json()["items"]] == [name]
    answer = own.get(f"/own-data/{name}")
    assert (answer.status_code, answer.content) == (200, b"hello")
    assert answer["Content-Disposition"] == 'attachment; filename="scan.json"'


def test_nobody_else_reads_it(own, gateway, make_key, member, stranger):
    name = gateway.post("/stored-data", asked(member)).json()["data"]["id"]
    assert is_problem(own.with_key(make_key(stranger)).get(f"/own-data/{name}"), 404, "not_found")
    assert is_problem(gateway.get(f"/own-data/{name}"), 404, "not_found")
    assert own.with_key(make_key(stranger)).get("/own-data").json()["items"] == []


def test_what_is_gone_or_blocked_is_not_read(own, gateway, member, amy):
    name = gateway.post("/stored-data", asked(member)).json()["data"]["id"]
    blocking.block(name, why="A right.", clause="upstage/22.9", by=amy, at=AT)
    assert is_problem(own.get(f"/own-data/{name}"), 409, "data_blocked")
    with clock.fixed(AT + timedelta(days=31)):
        assert is_problem(own.get(f"/own-data/{name}"), 409, "data_gone")

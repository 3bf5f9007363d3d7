"""Reporting what was used: each event once, the odd ones told by their place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiKey
from billing.models import UsageBatch, UsageEvent
from billing.services import settlement
from tests.api.asking import is_problem, wrong_fields
from tests.billing import make
from tests.credits import make as credits
from upstage_console.kernel import clock

NOON = make.NOON
CLOUD = "application/cloudevents-batch+json"


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(NOON):
        yield


@pytest.fixture(autouse=True)
def price(db, at_noon):
    return make.price("12")


def event(member, id="e1", **fields):
    given = {"id": id, "member": member.public_id, "service": "ocr", "meter": "page", "quantity": "2"}
    return {**given, "at": "2026-02-10T11:00:00+09:00", **fields}


def cloud_event(member, id="e1", **fields):
    given = {"specversion": "1.0", "id": id, "source": "/gw", "type": "usage", "subject": member.public_id}
    data = {"service": "ocr", "meter": "page", "quantity": "2"}
    return {**given, "time": "2026-02-10T02:00:00Z", "data": data, **fields}


def reported(gateway, *events, **more):
    return gateway.post("/usage-events", {"events": events}, **more)


def test_events_are_taken_and_paid_from_credits(gateway, member):
    credits.granted(member, "100")
    answer = reported(gateway, event(member), event(member, "e2", quantity=1.5))
    assert answer.status_code == 202
    body = answer.json()
    assert body == {"batch": body["batch"], "accepted": 2, "duplicate": 0, "rejected": []}
    assert body["batch"] == UsageBatch.objects.get().public_id
    settlement.settle(at=NOON)
    assert gateway.get("/credits", member=member.public_id).json()["available"] == "58"


def test_malformed_event_is_told_by_its_place_while_its_neighbours_are_taken(gateway, member, stranger):
    odd = [
        "text", {}, event(member, "x", quantity="-1"), event(member, "x", at="noon"), event(member, "x", meter="word"),
        event(member, "x", service="nothing"), event(member, "x", colour="red"),
        event(member, "x") | {"member": "mem_1"},
        event(member, "x", key="uc_live_unknown"), event(member, "x" * 121), event(member, "a\nb"), None, [], 7,
        event(member, "x", at="2025-01-01T00:00:00Z"), event(member, "x", at="2026-03-01T00:00:00Z"),
        event(member, "x", quantity=10**30), event(member, "x", quantity=True), event(member, "x", quantity="NaN"),
        event(member, "x", at="2026-02-10T11:00:00"), event(member, "x", dimensions={"a": 1}),
    ]  # fmt: skip
    answer = reported(gateway, event(member), *odd, event(member, "e2")).json()
    assert (answer["accepted"], answer["duplicate"]) == (2, 0)
    assert [one["index"] for one in answer["rejected"]] == list(range(1, len(odd) + 1))
    assert [one["code"] for one in answer["rejected"]] == [
        "invalid_event", "invalid_event", "invalid_quantity", "invalid_time", "unknown_meter", "unknown_service",
        "invalid_event", "unknown_member", "unknown_key", "invalid_event", "invalid_event", "invalid_event",
        "invalid_event", "invalid_event", "too_old", "in_the_future", "invalid_quantity", "invalid_quantity",
        "invalid_quantity", "invalid_time", "invalid_event",
    ]  # fmt: skip
    assert all(one["detail"] for one in answer["rejected"])
    assert UsageEvent.objects.count() == 2


def test_repeated_batch_changes_nothing(gateway, member):
    credits.granted(member, "100")
    first = reported(gateway, event(member), event(member, "e2")).json()
    again = reported(gateway, event(member), event(member, "e2"), event(member, "e3")).json()
    assert (first["accepted"], again["accepted"], again["duplicate"]) == (2, 1, 2)
    settlement.settle(at=NOON)
    assert gateway.get("/credits", member=member.public_id).json()["available"] == "28"
    nothing_new = reported(gateway, event(member)).json()
    assert nothing_new == {"batch": None, "accepted": 0, "duplicate": 1, "rejected": []}


def test_same_id_at_another_instant_is_a_conflict(gateway, member):
    reported(gateway, event(member))
    answer = reported(gateway, event(member, at="2026-02-10T11:30:00+09:00"), event(member, "e2")).json()
    assert (answer["accepted"], [one["code"] for one in answer["rejected"]]) == (1, ["id_conflict"])


def test_idempotency_key_gives_the_first_answer(gateway, member):
    first = reported(gateway, event(member), repeat="b1")
    again = reported(gateway, event(member), repeat="b1")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (202, first.json(), "true")
    other = reported(gateway, event(member, "e2"), repeat="b1")
    assert is_problem(other, 422, "idempotency_mismatch")
    assert UsageEvent.objects.count() == 1


def test_events_name_the_key_instead_of_the_member(gateway, member, make_key):
    secret = make_key(member)
    by_secret = event(member, key=secret) | {"member": None}
    by_id = event(member, "e2", key=member.api_keys.get().public_id) | {"member": None}
    assert reported(gateway, by_secret, by_id).json()["accepted"] == 2
    assert set(UsageEvent.objects.values_list("member", "api_key__member")) == {(member.pk, member.pk)}


def test_late_use_is_rated_at_the_price_of_its_time(gateway, member):
    make.price("20", since=NOON.date())
    reported(gateway, event(member, quantity="1", at="2026-02-09T23:59:59+09:00"))
    reported(gateway, event(member, "e2", quantity="1", at="2026-02-10T00:00:00+09:00"))
    amounts = dict(UsageEvent.objects.values_list("event_id", "amount"))
    assert amounts == {"e1": Decimal(12), "e2": Decimal(20)}


@pytest.mark.parametrize("events", [None, [], {}, "events", [1] * 10_001])
def test_batch_is_bounded(gateway, events):
    assert wrong_fields(gateway.post("/usage-events", {"events": events})) == {"events": "invalid"}


def test_unknown_field_of_the_batch_is_refused(gateway, member):
    answer = gateway.post("/usage-events", {"events": [event(member)], "note": "x"})
    assert wrong_fields(answer) == {"note": "unknown"}
    assert UsageEvent.objects.count() == 0


def test_five_megabytes_are_too_large(gateway):
    answer = gateway.post("/usage-events", b'{"events": ["' + b"a" * 5 * 1024 * 1024 + b'"]}')
    assert is_problem(answer, 413, "too_large")


def test_cloud_events_are_usage(gateway, member):
    batch = [cloud_event(member), cloud_event(member, "e2"), cloud_event(member), cloud_event(member, source="/other")]
    answer = gateway.post("/usage-events", batch, content_type=CLOUD)
    assert answer.status_code == 202
    assert (answer.json()["accepted"], answer.json()["duplicate"]) == (3, 1)
    assert set(UsageEvent.objects.values_list("event_id", flat=True)) == {"/gw#e1", "/gw#e2", "/other#e1"}


def test_odd_cloud_event_is_told_by_its_place(gateway, member):
    odd = [
        cloud_event(member, specversion="0.3"), cloud_event(member, source=""), cloud_event(member, data="x"),
        cloud_event(member, datacontenttype="text/plain"), cloud_event(member, data={"service": "ocr", "odd": 1}), 5,
        cloud_event(member, subject="mem_1"), cloud_event(member, time="noon"), cloud_event(member, type=None),
        cloud_event(member, datacontenttype=[]), cloud_event(member, datacontenttype={}),
    ]  # fmt: skip
    answer = gateway.post("/usage-events", [*odd, cloud_event(member)], content_type=CLOUD).json()
    assert answer["accepted"] == 1
    assert [one["index"] for one in answer["rejected"]] == list(range(len(odd)))
    assert [one["code"] for one in answer["rejected"]][6:8] == ["unknown_member", "invalid_time"]


def test_long_names_of_cloud_events_stay_apart(gateway, member):
    batch = [cloud_event(member, "1" * 200), cloud_event(member, "1" * 201), cloud_event(member, "a#b")]
    assert gateway.post("/usage-events", batch * 2, content_type=CLOUD).json()["accepted"] == 3


def test_cloud_events_have_to_be_an_array(gateway, member):
    answer = gateway.post("/usage-events", cloud_event(member), content_type=CLOUD)
    assert is_problem(answer, 400, "malformed")


def test_only_the_platform_reports(own, gateway, anybody, member, make_key):
    assert is_problem(reported(own, event(member)), 403, "scope_missing")
    reader = gateway.with_key(make_key(None, ["access:check"]))
    assert is_problem(reported(reader, event(member)), 403, "scope_missing")
    assert is_problem(reported(anybody, event(member)), 401, "not_authenticated")
    assert is_problem(gateway.get("/usage-events"), 405, "method_not_allowed")


def test_queries_do_not_grow_with_the_batch(gateway, member):
    reported(gateway, event(member, "first"))

    def queries(*ids: str) -> int:
        with CaptureQueriesContext(connection) as done:
            assert reported(gateway, *(event(member, id) for id in ids)).json()["accepted"] == len(ids)
        return len(done)

    assert queries("a") == queries("b", "c", "d")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"revoked_at": NOON}, 401, "not_authenticated"),
        ({"issued_at": NOON - timedelta(days=1), "expires_at": NOON}, 401, "not_authenticated"),
        ({"scopes": ["charges:write"]}, 403, "scope_missing"),
    ],
)
def test_caller_who_may_no_longer_is_refused_at_once(gateway, member, change, status, code):
    """Also where nothing can be read, and for a repeat, which the statement of a batch does not look at."""
    assert reported(gateway, event(member), repeat="r1").status_code == 202
    ApiKey.objects.filter(member__isnull=True).update(**change)
    for events, more in (([event(member, "e2")], {}), (["text"], {}), ([event(member)], {"repeat": "r1"})):
        assert is_problem(reported(gateway, *events, **more), status, code)
    assert UsageEvent.objects.count() == 1


def test_caller_of_a_moment_ago_and_the_batch_are_one_round_trip(gateway, member, django_assert_num_queries):
    reported(gateway, event(member))
    with django_assert_num_queries(1):
        assert reported(gateway, event(member, "e2")).json()["accepted"] == 1
    assert reported(gateway, "text").json()["rejected"][0]["index"] == 0

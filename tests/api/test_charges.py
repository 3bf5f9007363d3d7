"""Charging one use at once."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from accounts.models import ApiKey
from billing.api.charges import ChargeAsked
from billing.api.uses import plain_use, use_of
from billing.models import Charge
from billing.rules.limits import Limits
from billing.services import charging, limits
from billing.services.charging import CallerGoneError
from tests.api.asking import Asking, is_problem, wrong_fields
from tests.billing import make
from tests.credits import make as credits
from upstage_console.kernel import clock

NOON = make.NOON


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(NOON):
        yield


def use(member, **fields):
    return {"member": member.public_id, "service": "ocr", "meter": "page", "quantity": "3", **fields}


def test_charge_tells_which_lots_paid(gateway, member):
    make.price("12")
    paid, free = credits.bought(member, "100"), credits.granted(member, "30")
    answer = gateway.post("/charges", use(member), repeat="c1")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert {name: body[name] for name in ("member", "amount", "burned", "owed", "balance", "currency", "at")} == {
        "member": member.public_id, "amount": "36", "burned": "36", "owed": "0", "balance": "94", "currency": "KRW",
        "at": "2026-02-10T03:00:00Z",
    }  # fmt: skip
    assert body["lots"] == [
        {"lot": free.public_id, "kind": "free", "amount": "30"},
        {"lot": paid.public_id, "kind": "paid", "amount": "6"},
    ]
    assert body["id"] == Charge.objects.get().public_id
    ledger = gateway.get("/credits/entries", member=member.public_id, kind="use").json()["items"]
    assert {entry["charge"] for entry in ledger} == {body["id"]}


@pytest.mark.parametrize("given", ["1.250000", "01.25", 1.25])
def test_amount_is_read_exactly(gateway, member, given):
    credits.granted(member, "5")
    answer = gateway.post("/charges", {"member": member.public_id, "amount": given}, repeat="c1")
    assert (answer.json()["amount"], answer.json()["balance"]) == ("1.25", "3.75")


def test_amount_is_charged_as_it_is(gateway, member):
    credits.granted(member, "5")
    answer = gateway.post("/charges", {"member": member.public_id, "amount": "1.25"}, repeat="c1")
    assert (answer.json()["amount"], answer.json()["balance"]) == ("1.25", "3.75")


def test_repeat_charges_once(gateway, member):
    credits.granted(member, "5")
    body = {"member": member.public_id, "amount": "1"}
    first, again = (gateway.post("/charges", body, repeat="c1") for _ in range(2))
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert is_problem(gateway.post("/charges", body | {"amount": "2"}, repeat="c1"), 422, "idempotency_mismatch")
    assert Charge.objects.count() == 1


def test_nothing_is_no_charge(gateway, member):
    answer = gateway.post("/charges", {"member": member.public_id, "amount": "0"}, repeat="c1")
    assert is_problem(answer, 422, "invalid_quantity")
    assert "above 0, at most 1,000,000,000" in answer.json()["detail"]


def test_charge_needs_an_idempotency_key(gateway, member):
    answer = gateway.post("/charges", {"member": member.public_id, "amount": "1"})
    assert is_problem(answer, 400, "idempotency_key_needed")


def test_prepaid_member_is_never_charged_beyond_the_balance(gateway, member):
    credits.granted(member, "5")
    answer = gateway.post("/charges", {"member": member.public_id, "amount": "5.000001"}, repeat="c1")
    assert is_problem(answer, 422, "insufficient_credits")
    assert answer.json()["facts"]["available"] == "5"
    assert answer.json()["detail"].startswith("₩5 of credits can be used, and ₩5.000001 is needed")
    assert gateway.get("/credits", member=member.public_id).json()["available"] == "5"
    credits.granted(member, "1")
    assert gateway.post("/charges", {"member": member.public_id, "amount": "5.000001"}, repeat="c1").status_code == 201


def test_postpaid_member_owes_the_rest(gateway, member):
    make.give_card(member, postpaid=True)
    credits.granted(member, "5")
    body = gateway.post("/charges", {"member": member.public_id, "amount": "8"}, repeat="c1").json()
    assert (body["burned"], body["owed"], body["balance"]) == ("5", "3", "0")


def test_stranger_and_unknown_are_not_found(gateway, member, stranger, make_key):
    make_key(stranger)
    theirs = stranger.api_keys.get().public_id
    for fields in ({"member": "mem_1"}, {"member": "mem_" + "0" * 32}, {"key": theirs}, {"key": "key_x"}):
        body = {"member": member.public_id, "amount": "1", **fields}
        assert is_problem(gateway.post("/charges", body, repeat="c1"), 404, "not_found")
    assert is_problem(gateway.post("/charges", use(member, service="none"), repeat="c1"), 404, "no_price")


def test_body_is_checked(gateway, member):
    assert wrong_fields(gateway.post("/charges", {}, repeat="c")) == {"member": "required"}
    only_member = {"member": member.public_id}
    assert wrong_fields(gateway.post("/charges", only_member, repeat="c")) == {
        "service": "required", "meter": "required", "quantity": "required",
    }  # fmt: skip
    assert wrong_fields(gateway.post("/charges", use(member, amount="1"), repeat="c")) == {
        "service": "invalid", "meter": "invalid", "quantity": "invalid",
    }  # fmt: skip
    no_digits = ["-1", "+1", " 1", "1 ", "1_000", "\uff11", "1e1", ".5", "1.", "1,5", "0x1", "NaN", "1e30", "many", ""]
    for amount in (*no_digits, "0.0000001", "9" * 50, [], True, None, 1e30, -1, 10**10):
        answer = gateway.post("/charges", only_member | {"amount": amount}, repeat="c")
        assert set(wrong_fields(answer)) == {"amount"}
    assert is_problem(gateway.post("/charges", only_member | {"amount": 0}, repeat="c"), 422, "invalid_quantity")


def test_only_the_platform_charges(own, gateway, anybody, member):
    body = {"member": member.public_id, "amount": "1"}
    assert is_problem(own.post("/charges", body, repeat="c"), 403, "scope_missing")
    assert is_problem(anybody.post("/charges", body, repeat="c"), 401, "not_authenticated")
    assert is_problem(gateway.get("/charges"), 405, "method_not_allowed")


@pytest.mark.django_db(transaction=True)
def test_two_repeats_at_once_charge_once(gateway, member):
    """Each on a connection of its own: one charges, the other waits in vain or gets the first answer."""
    credits.granted(member, "5")
    body, answers, together = {"member": member.public_id, "amount": "1"}, [], threading.Barrier(2)

    def ask() -> None:
        together.wait(10)
        with clock.fixed(NOON):
            answers.append(Asking(Client(), gateway.key).post("/charges", body, repeat="c1").status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) in ([201, 201], [201, 409])
    assert Charge.objects.count() == 1


def test_what_is_held_or_used_is_not_available(gateway, member):
    make.price("12")
    credits.granted(member, "100")
    hold = gateway.post("/holds", {"member": member.public_id, "amount": "30"}, repeat="h1").json()
    assert hold["credits"]["available"] == "70"
    assert gateway.post("/usage-events", {"events": [make.event(member, quantity=5)]}).json()["accepted"] == 1
    refused = gateway.post("/charges", {"member": member.public_id, "amount": "10.000001"}, repeat="c1")
    assert is_problem(refused, 422, "insufficient_credits")
    assert refused.json()["facts"] == {"available": "10", "amount": "10.000001"}
    done = gateway.post("/charges", {"member": member.public_id, "amount": "10"}, repeat="c1").json()
    assert (done["balance"], done["available"]) == ("90", "0")
    seen = gateway.get("/credits", member=member.public_id).json()
    assert (seen["total"], seen["held"], seen["unsettled"], seen["available"]) == ("90", "30", "60", "0")


def test_own_limit_is_the_members_wish(gateway, member):
    credits.granted(member, "100")
    limits.set_limits(member_id=member.pk, limits=Limits(hard=Decimal(10)), by=member.user, at=NOON)
    body = {"member": member.public_id, "amount": "6"}
    assert gateway.post("/charges", body, repeat="c1").status_code == 201
    assert is_problem(gateway.post("/charges", body, repeat="c2"), 422, "spending_limit")
    assert is_problem(gateway.post("/holds", body, repeat="h1"), 422, "spending_limit")
    assert Charge.objects.count() == 1


def test_one_round_trip(gateway, member, django_assert_num_queries):
    """A caller of a moment ago and the charge are one statement; a repeat costs the same."""
    make.price("12")
    credits.granted(member, "100")
    gateway.post("/charges", use(member), repeat="c1")
    for _ in range(2):
        with django_assert_num_queries(1):
            assert gateway.post("/charges", use(member), repeat="c2").status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"revoked_at": NOON}, 401, "not_authenticated"),
        ({"issued_at": NOON - timedelta(days=1), "expires_at": NOON}, 401, "not_authenticated"),
        ({"scopes": ["usage:write"]}, 403, "scope_missing"),
    ],
)
def test_caller_who_may_no_longer_is_refused_at_once(gateway, member, change, status, code):
    """Also for a repeat: the first answer is nobody's but the caller's."""
    credits.granted(member, "100")
    body = {"member": member.public_id, "amount": "1"}
    assert gateway.post("/charges", body, repeat="c1").status_code == 201
    ApiKey.objects.filter(member__isnull=True).update(**change)
    for key in ("c1", "c2"):
        assert is_problem(gateway.post("/charges", body, repeat=key), status, code)
    assert Charge.objects.count() == 1


def test_caller_may_again(gateway, member, monkeypatch):
    """What the statement did not find is looked at by itself, and then charged."""
    credits.granted(member, "100")
    body = {"member": member.public_id, "amount": "1"}
    gateway.post("/charges", body, repeat="c1")
    real, gone = charging.charge, [CallerGoneError]

    def charge(**asked):
        if gone:
            raise gone.pop()
        return real(**asked)

    monkeypatch.setattr(charging, "charge", charge)
    assert gateway.post("/charges", body, repeat="c2").status_code == 201


def test_use_of_the_key_is_noted_again_after_a_minute(gateway, member):
    credits.granted(member, "100")
    body = {"member": member.public_id, "amount": "1"}
    for seconds in (0, 30, 61):
        with clock.fixed(NOON + timedelta(seconds=seconds)):
            assert gateway.post("/charges", body, repeat=f"c{seconds}").status_code == 201
    assert ApiKey.objects.get(member__isnull=True).last_used_at == NOON + timedelta(seconds=61)


ODD = ("", "x", " 1", "1 ", "1.0000001", "-1", "1e3", "1234567890", "\uff11", "0", "1.", ".5", "1")


@pytest.mark.parametrize("amount", ODD)
@pytest.mark.parametrize("metered", [False, True])
def test_plain_body_is_read_as_any_other(amount, metered):
    body = {"member": "mem_" + "0" * 32}
    body |= {"service": "ocr", "meter": "page", "quantity": amount} if metered else {"amount": amount}
    long, short = ChargeAsked(data=body), plain_use(body)
    assert short is None or long.is_valid()
    if short is not None:
        assert short == (long.validated_data["member"], use_of(long.validated_data))
    assert plain_use(body | {"key": "key_1"}) is None
    assert plain_use(body | {"member": "mem_1"}) is None
    assert (short is not None) == (amount in ("0", "1"))

"""Correcting a use by API."""

import pytest

from billing.models import UsageCorrection
from tests.api.asking import is_problem, wrong_fields
from tests.billing import make
from tests.credits import make as credits
from upstage_console.kernel import clock

NOON = make.NOON


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(NOON):
        yield


@pytest.fixture
def asked(member):
    make.price("12")
    credits.granted(member, "100")
    make.taken(make.event(member, quantity=5))
    return {"member": member.public_id, "event": "e1", "at": NOON.isoformat(), "quantity": "2", "reason": "twice"}


def correct(client, asked, key="one", **changes):
    return client.post("/usage-corrections", asked | changes, repeat=key)


@pytest.mark.clause("upstage/20.3")
def test_a_correction_says_what_it_gave_back(gateway, asked, member):
    answer = correct(gateway, asked)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    names = ("event", "quantity_before", "quantity", "amount", "lowered", "restored")
    assert {name: shown[name] for name in names} == {
        "event": "e1", "quantity_before": "5", "quantity": "2", "amount": "24", "lowered": "0", "restored": "36",
    }  # fmt: skip
    assert [part["amount"] for part in shown["lots"]] == ["36"]


def test_the_same_key_gives_the_same_answer_once(gateway, asked):
    assert correct(gateway, asked).json() == correct(gateway, asked).json()
    assert UsageCorrection.objects.count() == 1


def test_without_a_key_nothing_happens(gateway, asked):
    assert gateway.post("/usage-corrections", asked).status_code == 400
    assert not UsageCorrection.objects.exists()


def test_another_key_for_the_same_is_already_done(gateway, asked):
    correct(gateway, asked)
    is_problem(correct(gateway, asked, key="two"), 409, "already_done")


def test_more_is_no_correction(gateway, asked):
    is_problem(correct(gateway, asked, quantity="6"), 400, "not_less")


@pytest.mark.parametrize("changes", [{"event": "e9"}, {"member": "mem_0"}, {"at": "2026-02-10T12:00:01+09:00"}])
def test_what_is_not_there_is_not_found(gateway, asked, changes):
    is_problem(correct(gateway, asked, **changes), 404, "not_found")


@pytest.mark.parametrize("changes", [{"quantity": "-1"}, {"quantity": "x"}, {"at": "yesterday"}, {"why": "no field"}])
def test_what_is_malformed_is_refused(gateway, asked, changes):
    assert correct(gateway, asked, **changes).status_code == 400
    assert not UsageCorrection.objects.exists()


def test_a_member_corrects_nothing(own, asked):
    assert correct(own, asked).status_code == 403


@pytest.mark.parametrize("reason", ["", " ", "\u200b", "\u3164\u2060"])
def test_a_reason_that_nobody_sees_is_none(gateway, asked, reason):
    assert wrong_fields(correct(gateway, asked, reason=reason)) == {"reason": "blank"}
    assert not UsageCorrection.objects.exists()

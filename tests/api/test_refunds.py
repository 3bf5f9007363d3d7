"""Refunds and objections of a member's program (upstage/16, 20.3)."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Member
from accounts.rules.keys import READING_SCOPES
from billing.models import Charge, FeeObjection, Invoice, Purchase, Refund
from billing.services import invoices, purchases
from billing.services.charging import Use, charge
from tests.api.asking import Asking, is_problem, wrong_fields
from tests.api.conftest import AT
from tests.billing import make
from upstage_console.kernel import clock

NOW = AT + timedelta(hours=1)


ALL = {"everything": True}


@pytest.fixture(autouse=True)
def at_instant() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture
def bought(own: Asking, member: Member) -> Purchase:
    make.give_card(member, at=AT)
    return purchases.buy(member_id=member.pk, amount=Decimal(10000), key="one", by=member.user, at=AT)


@pytest.fixture
def invoice(own: Asking, member: Member) -> Invoice:
    return invoices.issue_single(
        member_id=member.pk, amount=Decimal(9000), due_on=(AT + timedelta(days=9)).date(), what_ko="요금",
        what_en="Fee", by=None, at=AT,
    )  # fmt: skip


@pytest.mark.clause("upstage/16.1")
def test_the_quote_is_the_result(own: Asking, bought: Purchase) -> None:
    quoted = own.post("/refunds/quote", {}).json()
    asked = own.post("/refunds", ALL, repeat="k1")
    names = ("credits", "amount", "tax", "total")
    assert asked.status_code == 201
    assert [quoted[name] for name in names] == [asked.json()[name] for name in names] == [
        "10000", "10000", "1000", "11000",
    ]  # fmt: skip
    assert (quoted["outcome"], asked.json()["status"]) == ("refundable", "approved")
    shown = own.get(f"/refunds/{asked.json()['id']}").json()
    assert (shown["pay_by"], shown["lines"][0]["purchase"]) == (asked.json()["pay_by"], bought.public_id)


def test_a_repeat_is_the_first_answer_and_money_needs_a_key(own: Asking, bought: Purchase) -> None:
    first, again = (own.post("/refunds", ALL, repeat="k1") for _ in range(2))
    assert (again.json(), again["Idempotency-Replayed"], Refund.objects.count()) == (first.json(), "true", 1)
    assert is_problem(own.post("/refunds", ALL), 400, "idempotency_key_needed")
    assert is_problem(own.post("/refunds", ALL | {"prefer": "offset"}, repeat="k1"), 422, "idempotency_mismatch")
    assert is_problem(own.post("/refunds", ALL, repeat="k2"), 422, "already_refunded")


@pytest.mark.clause("upstage/16.1")
def test_a_refusal_says_its_numbers(own: Asking, member: Member, bought: Purchase) -> None:
    charge(member_id=member.pk, use=Use.of_amount(Decimal(1)), by=None, at=AT)
    quoted = own.post("/refunds/quote", {"purchase": bought.public_id}).json()
    assert (quoted["outcome"], quoted["reason"], quoted["lines"][0]["refused"]) == (
        "not_refundable", "credits_used", "credits_used",
    )  # fmt: skip
    assert is_problem(own.post("/refunds", {"purchase": bought.public_id}, repeat="k"), 422, "credits_used")


@pytest.mark.parametrize("body", [{"purchase": "pur_" + "0" * 32}, {"purchase": "x"}])
def test_what_is_not_there_is_not_found(own: Asking, bought: Purchase, body: dict[str, Any]) -> None:
    assert is_problem(own.post("/refunds/quote", body), 404, "not_found")
    assert is_problem(own.post("/refunds", body, repeat="k"), 404, "not_found")
    assert is_problem(own.get("/refunds/rfd_" + "0" * 32), 404, "not_found")


def test_wrong_fields_are_named(own: Asking, bought: Purchase) -> None:
    assert wrong_fields(own.post("/refunds", ALL | {"prefer": "cash"}, repeat="k")) == {"prefer": "invalid_choice"}
    assert wrong_fields(own.post("/refunds", ALL | {"amount": "1"}, repeat="k")) == {"amount": "unknown"}
    assert not Refund.objects.exists()


def test_others_and_other_scopes_get_nothing(
    own: Asking, make_key: Any, member: Member, stranger: Member, bought: Purchase
) -> None:
    refund = own.post("/refunds", ALL, repeat="k").json()["id"]
    assert is_problem(own.with_key(make_key(stranger)).get(f"/refunds/{refund}"), 404, "not_found")
    reader = own.with_key(make_key(member, READING_SCOPES))
    assert is_problem(reader.post("/refunds", ALL, repeat="x"), 403, "scope_missing")
    assert reader.get(f"/refunds/{refund}").status_code == 200


@pytest.mark.clause("upstage/20.3")
def test_objecting_to_an_invoice(own: Asking, invoice: Invoice) -> None:
    path = f"/invoices/{invoice.number}/objections"
    made = own.post(path, {"reason": "counted twice"})
    assert (made.status_code, made.json()["status"], made.json()["invoice"]) == (201, "under_review", invoice.number)
    assert is_problem(own.post(path, {"reason": "again"}), 409, "already_appealed")
    assert is_problem(own.post("/invoices/UC-1/objections", {"reason": "x"}), 404, "not_found")
    assert wrong_fields(own.post(path, {"reason": ""})) == {"reason": "blank"}
    assert FeeObjection.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "required"), ({"everything": False}, "required"), (ALL | {"purchase": "pur_" + "0" * 32}, "invalid")],
)
def test_everything_is_asked_for_in_so_many_words(
    own: Asking, bought: Purchase, body: dict[str, Any], code: str
) -> None:
    assert wrong_fields(own.post("/refunds", body, repeat="k")) == {"purchase": code, "everything": code}
    assert not Refund.objects.exists()


@pytest.mark.clause("upstage/20.3")
def test_objecting_to_a_charge(own: Asking, member: Member) -> None:
    make.price()
    make.granted(member, "100", at=AT)
    make.taken(make.event(member, at=AT.isoformat()), at=AT)
    path = f"/charges/{Charge.objects.get().public_id}/objections"
    made = own.post(path, {"reason": "counted twice"})
    assert (made.status_code, made.json()["invoice"], f"/charges/{made.json()['charge']}/objections") == (
        201, None, path,
    )  # fmt: skip
    assert is_problem(own.post(path, {"reason": "again"}), 409, "already_appealed")
    assert wrong_fields(own.post(path, {"reason": ""})) == {"reason": "blank"}


def test_charges_of_others_are_not_there(own: Asking) -> None:
    make.price()
    other = make.member(card="ok", postpaid=True)
    make.taken(make.event(other))
    for name in (Charge.objects.get().public_id, "chg_1", "inv_1"):
        assert is_problem(own.post(f"/charges/{name}/objections", {"reason": "x"}), 404, "not_found")
    assert not FeeObjection.objects.exists()

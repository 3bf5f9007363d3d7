"""Charges and refunds at Stripe: off session, once for a key, and found again after an answer was lost."""

from contextlib import suppress
from decimal import Decimal

import pytest
import stripe
from django.db import transaction

from billing import gateways
from billing.errors import PaymentDeclined
from billing.models import Payment, Purchase, Repayment
from billing.services import fulfilment, payments, repayments
from credits import queries as credit_queries
from tests.billing import make
from tests.stripe.conftest import Holder
from tests.stripe.desk import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.2")]


@pytest.fixture(autouse=True)
def followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fulfilment._followers, "tst", lambda repayment, by, at: None)


def charges(desk: Desk) -> list[tuple[int, str, str]]:
    return [(one["amount"], one["currency"], one["status"]) for one in desk.all("payment_intents")]


def test_won_are_charged_whole(desk: Desk, holder: Holder) -> None:
    purchase = make.bought(holder(), "40019")
    assert (purchase.status, charges(desk)) == ("paid", [(44020, "krw", "succeeded")])
    payment = Payment.objects.get()
    assert payment.reference == desk.all("payment_intents")[0]["id"]
    assert desk.all("payment_intents")[0]["metadata"] == {"key": payment.public_id}


def test_dollars_are_charged_in_cents(desk: Desk, holder: Holder) -> None:
    make.bought(holder(currency="USD"), "12.34")
    assert charges(desk) == [(1357, "usd", "succeeded")]


def test_declined_card_charges_nothing(desk: Desk, holder: Holder) -> None:
    kim = holder("4000000000000341")
    with pytest.raises(PaymentDeclined) as refused:
        make.bought(kim, "1000")
    assert refused.value.facts == {"failure": "card_declined"}
    assert (Purchase.objects.get().status, credit_queries.balance(kim.pk, make.NOON).total) == ("failed", 0)


@pytest.mark.parametrize("losing", ["", "answer"])
def test_charge_that_the_bank_wants_confirmed_is_called_off(desk: Desk, holder: Holder, losing: str) -> None:
    """Nobody is there to confirm it, and it may not be confirmed some day after all."""
    kim = holder("4000002500003155")
    desk.losing = losing
    with suppress(PaymentDeclined):
        make.bought(kim, "1000")
    payments.reconcile(at=make.later(minutes=10))
    payment = Payment.objects.get()
    assert (payment.status, payment.failure) == ("failed", "authentication_required")
    assert charges(desk) == [(1100, "krw", "canceled")]


def test_charge_that_can_no_longer_be_called_off_is_not_taken_for_failed(
    desk: Desk, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = holder("4000002500003155")
    intents = gateways.get("stripe")._api.payment_intents  # type: ignore[attr-defined]
    confirmed = stripe.InvalidRequestError("its status is succeeded", "intent", http_status=400)

    def refusing(*_args: object) -> None:
        raise confirmed

    monkeypatch.setattr(type(intents), "cancel", refusing)
    assert make.bought(kim, "1000").status == "pending"
    assert Payment.objects.get().status == "pending"


@pytest.mark.parametrize("losing", ["request", "answer"])
def test_what_is_lost_on_the_way_is_charged_once(desk: Desk, holder: Holder, losing: str) -> None:
    kim = holder()
    desk.losing = losing
    assert make.bought(kim, "1000").status == "pending"
    assert payments.reconcile(at=make.later(minutes=10)) == 1
    assert (Purchase.objects.get().status, len(charges(desk))) == ("paid", 1)


def test_pressing_again_after_a_lost_answer_charges_once(desk: Desk, holder: Holder) -> None:
    """Even where Stripe has forgotten the key by then."""
    kim = holder()
    desk.losing = "answer"
    make.bought(kim, "1000")
    desk.answers.clear()
    assert make.bought(kim, "1000", at=make.later(days=3)).status == "paid"
    assert len(charges(desk)) == 1


def test_stripe_that_is_down_leaves_it_open(desk: Desk, holder: Holder) -> None:
    kim = holder()
    desk.is_down = True
    assert make.bought(kim, "1000").status == "pending"
    assert payments.reconcile(at=make.later(minutes=10)) == 0
    desk.is_down = False
    assert payments.reconcile(at=make.later(minutes=20)) == 1
    assert (Purchase.objects.get().status, len(charges(desk))) == ("paid", 1)


def test_wrong_secret_key_says_nothing_of_the_money(
    desk: Desk, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = holder()
    monkeypatch.setattr(desk, "answer", lambda *_: (401, b'{"error": {"type": "invalid_request_error"}}'))
    assert make.bought(kim, "1000").status == "pending"
    monkeypatch.undo()


def begun(kim_purchase: Purchase, amount: str, key: str) -> Repayment:
    wanted = repayments.Wanted(kim_purchase.payment_id, "tst_1", key, Decimal(amount))
    with transaction.atomic():
        return repayments.create(wanted, by=None, at=make.NOON)


def refunds(desk: Desk) -> list[int]:
    return sorted(one["amount"] for one in desk.all("refunds"))


@pytest.mark.clause("upstage/20.4")
def test_parts_go_back_to_the_card(desk: Desk, holder: Holder) -> None:
    purchase = make.bought(holder(), "1000")
    for amount, key in (("600", "a"), ("500", "b")):
        repayment = repayments.ask(begun(purchase, amount, key).pk, by=None, at=make.NOON)
        assert (repayment.status, repayment.reference[:3]) == ("succeeded", "re_")
    assert refunds(desk) == [500, 600]


@pytest.mark.clause("upstage/20.4")
@pytest.mark.parametrize("losing", ["request", "answer"])
def test_refund_that_is_lost_on_the_way_goes_back_once(desk: Desk, holder: Holder, losing: str) -> None:
    repayment = begun(make.bought(holder(), "1000"), "1100", "a")
    desk.losing = losing
    assert repayments.ask(repayment.pk, by=None, at=make.NOON).status == "pending"
    desk.answers.clear()
    assert repayments.reconcile(at=make.later(minutes=10)) == 1
    assert refunds(desk) == [1100]

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.errors import NotActive
from billing.errors import CardRefused, NoPaymentMethod, PaymentDeclined, PurchaseUnavailable, UnpaidFees
from billing.gateways import sandbox
from billing.models import Payment, PaymentAgreement, PaymentMethod, Purchase, SandboxCharge
from billing.queries import refund_policies
from billing.rules import conditions
from billing.services import fulfilment, invoices, payments, purchases
from credits import queries as credit_queries
from tests.billing import make
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.idempotency import IdempotencyMismatch, InvalidKey
from upstage_console.kernel.models import PolicySetting
from upstage_console.kernel.money import Money

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.2")]


def nothing_happened():
    return not (Purchase.objects.exists() or Payment.objects.exists() or SandboxCharge.objects.exists())


@pytest.mark.clause("upstage/18.4")
def test_credits_cost_their_price_and_vat():
    kim = make.member(card="ok")
    purchase = make.bought(kim, "40019")
    assert (purchase.status, purchase.amount, purchase.tax, purchase.total) == ("paid", 40019, 4001, 44020)
    assert (purchase.expires_on, credit_queries.balance(kim.pk, make.NOON).paid) == (date(2031, 2, 10), 40019)
    assert Payment.objects.get().status == "succeeded"
    assert purchase.reason["en"] == "40,019 credits = ₩40,019, with ₩4,001 VAT ₩44,020 to pay"


@pytest.mark.clause("upstage/20.2")
def test_conditions_shown_are_recorded():
    purchase = make.bought(make.member(card="ok"), "1000")
    assert (purchase.conditions, purchase.conditions_shown_at) == (conditions.FIRST.version, make.NOON)
    assert "7일" in refund_policies.of_version(purchase.conditions).ko


def test_same_key_buys_once():
    kim = make.member(card="ok")
    first, again = make.bought(kim, "1000"), make.bought(kim, "1000", at=make.later(hours=1))
    assert first.pk == again.pk
    assert (SandboxCharge.objects.count(), credit_queries.balance(kim.pk, make.NOON).total) == (1, 1000)


def test_same_key_with_another_amount():
    kim = make.member(card="ok")
    make.bought(kim, "1000")
    with pytest.raises(IdempotencyMismatch):
        make.bought(kim, "2000")
    assert Purchase.objects.count() == 1


def test_two_members_may_use_one_key():
    make.bought(make.member(card="ok"), "1000")
    make.bought(make.member(card="ok"), "1000")
    assert Purchase.objects.count() == 2


@pytest.mark.parametrize("amount", ["0", "-1", "0.5", "1000000001", "NaN", "Infinity"])
def test_amount_that_cannot_be_bought(amount):
    kim = make.member(card="ok")
    with pytest.raises(InvalidAmount):
        make.bought(kim, amount)
    assert nothing_happened()


@pytest.mark.clause("upstage/9.2")
def test_without_a_card():
    with pytest.raises(NoPaymentMethod):
        make.bought(make.member(), "1000")
    assert nothing_happened()


def test_member_who_is_not_active():
    kim = make.member(card="ok")
    type(kim).objects.filter(pk=kim.pk).update(status="withdrawn", withdrawn_at=make.NOON)
    with pytest.raises(NotActive):
        make.bought(kim, "1000")
    assert nothing_happened()


@pytest.mark.clause("upstage/15.1")
def test_fee_past_its_due_day_stops_buying():
    kim = make.member(card="ok")
    due = date(2026, 2, 13)
    owed = invoices.issue_single(
        member_id=kim.pk, amount=Decimal(1000), due_on=due, what_ko="요금", what_en="Fee", by=None, at=make.NOON
    )
    make.bought(kim, "500", key="before", at=make.later(days=3))
    with pytest.raises(UnpaidFees) as refused:
        make.bought(kim, "500", key="after", at=make.later(days=4))
    assert refused.value.facts["due"] == Money(Decimal(1100), "KRW")
    with translation.override("en"):
        assert "is not paid (₩1,100); pay it first" in str(refused.value)
    invoices.pay(member_id=kim.pk, invoice_id=owed.public_id, by=None, at=make.later(days=4), key="pay")
    make.bought(kim, "500", key="after", at=make.later(days=4))
    assert Purchase.objects.count() == 2


@pytest.mark.clause("upstage/15.1")
def test_buying_can_be_shut_with_a_reason():
    kim = make.member(card="ok")
    PolicySetting.objects.create(
        name="purchases_closed_because", value="점검", reason="r", starts_at=make.NOON, proposed_at=make.NOON,
        proposed_by=kim.user, approved_by=make.member().user, approved_at=make.NOON,
    )  # fmt: skip
    with pytest.raises(PurchaseUnavailable) as refused:
        make.bought(kim, "1000")
    assert refused.value.facts == {"reason": "점검"}
    assert nothing_happened()


def test_declined_card_charges_nothing():
    kim = make.member(card="declined")
    for _ in range(2):
        with pytest.raises(PaymentDeclined) as refused:
            make.bought(kim, "1000")
    assert refused.value.facts == {"failure": "card_declined"}
    assert (Purchase.objects.get().status, credit_queries.balance(kim.pk, make.NOON).total) == ("failed", 0)


@pytest.mark.parametrize(
    ("card", "status", "balance"), [("times_out", "paid", 1000), ("times_out_declined", "failed", 0)]
)
def test_unknown_outcome_is_pending_until_the_bank_knows(card, status, balance):
    kim = make.member(card=card)
    purchase = make.bought(kim, "1000")
    assert (purchase.status, credit_queries.balance(kim.pk, make.NOON).total) == ("pending", 0)
    assert payments.reconcile(at=make.later(minutes=14)) == 0
    assert payments.reconcile(at=make.later(minutes=15)) == 1
    purchase.refresh_from_db()
    assert (purchase.status, credit_queries.balance(kim.pk, make.NOON).total) == (status, balance)
    assert (SandboxCharge.objects.count(), payments.reconcile(at=make.later(minutes=20))) == (1, 0)


class Killed(Exception):
    pass


@pytest.mark.parametrize("where", ["before the gateway", "inside the gateway", "after the gateway", "while crediting"])
def test_crash_anywhere_is_healed_without_a_second_charge(monkeypatch, where):
    """Whatever step dies, reconciliation ends with one charge at the bank and the credits once."""
    kim = make.member(card="ok")
    target, name = {
        "before the gateway": (payments, "_note_asked"),
        "inside the gateway": (sandbox.Sandbox, "charge"),
        "after the gateway": (payments, "settle"),
        "while crediting": (fulfilment.lots, "add_paid"),
    }[where]
    real = getattr(target, name)

    def dying(*args, **named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(target, name, dying)
        with pytest.raises(Killed):
            make.bought(kim, "1000")
    assert getattr(target, name) is real
    assert credit_queries.balance(kim.pk, make.NOON).total == 0
    assert payments.reconcile(at=make.later(minutes=1)) == 0
    assert payments.reconcile(at=make.later(minutes=3)) == 1
    assert Purchase.objects.get().status == "paid"
    assert (SandboxCharge.objects.count(), credit_queries.balance(kim.pk, make.NOON).paid) == (1, 1000)


def test_the_five_years_run_from_the_day_it_is_known_to_be_paid():
    kim = make.member(card="times_out")
    make.bought(kim, "1000", at=make.later(hours=11, minutes=55))
    payments.reconcile(at=make.later(hours=12, minutes=20))
    assert Purchase.objects.get().expires_on == date(2031, 2, 11)


@pytest.mark.clause("upstage/17.1")
def test_first_card_concludes_the_agreement():
    kim = make.member(card="ok")
    agreement = PaymentAgreement.objects.get(member=kim)
    assert (agreement.mode, agreement.concluded_at, agreement.ended_at) == ("prepaid", make.NOON, None)
    assert "upstage/9.2" in agreement.clauses


def test_new_card_replaces_the_old_and_keeps_the_agreement():
    kim = make.member(card="ok", postpaid=True)
    make.give_card(kim, "declined", at=make.later(days=1))
    assert list(PaymentMethod.objects.order_by("pk").values_list("last4", "replaced_at")) == [
        ("4242", make.later(days=1)), ("0002", None)
    ]  # fmt: skip
    assert PaymentAgreement.objects.get().mode == "postpaid"


@pytest.mark.parametrize("card", ["expired", "", "4242424242424242"])
def test_card_the_gateway_does_not_take(card):
    kim = make.member()
    with pytest.raises(CardRefused):
        make.give_card(kim, card)
    assert not PaymentMethod.objects.exists()


def test_queries_of_buying(django_assert_max_num_queries):
    kim = make.member(card="ok")
    with django_assert_max_num_queries(51):
        make.bought(kim, "1000")


def test_conditions_are_checked_before_the_card_is_asked():
    kim = make.member(card="declined")
    with pytest.raises(InvalidAmount):
        purchases.buy(member_id=kim.pk, amount=Decimal("0.001"), key="k", by=None, at=make.NOON)
    assert nothing_happened()


@pytest.mark.parametrize("key", ["", "x" * 101, "키", "a\x00b", "a\nb"])
def test_a_key_that_is_none_buys_nothing(key):
    with pytest.raises(InvalidKey):
        make.bought(make.member(card="ok"), "1000", key=key)
    assert nothing_happened()

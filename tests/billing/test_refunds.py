"""Asking for refunds: what goes straight through, and what is refused (upstage/16, 20)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from accounts.enums import MemberKind
from accounts.models import Member, User
from billing.errors import AlreadyRefunded, BalanceAboveLimit, CreditsUsed, MoreThanPaid, NothingLeft
from billing.models import Dispute, Refund, RefundLine
from billing.queries.refunds import quote
from billing.services import payouts
from credits.models import Entry, Lot
from credits.services.holds import place
from tests.billing import make
from tests.billing.refunding import LATER, asked, balance, used
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.idempotency import IdempotencyMismatch
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db


@pytest.mark.clause("upstage/16.1")
@pytest.mark.clause("upstage/20.1.1")
def test_an_unused_purchase_goes_straight_back_with_its_unused_bonus() -> None:
    holder = make.member(card="ok")
    bought = make.bought(holder, "10000")
    make.granted(holder, "300")
    bonus = make.lots.grant(
        member_id=holder.pk, amount=Decimal(500), expires_on=LATER.date(), reason="tier", by=None, at=make.NOON,
        source="bonus", purchase=bought.public_id,
    )  # fmt: skip
    made = asked(holder, purchase=bought.public_id)
    bonus.refresh_from_db()
    assert (made.status, made.amount, made.tax, made.total) == ("approved", 10000, 1000, 11000)
    assert (made.is_withdrawal, made.pay_from, made.pay_by) == (True, make.NOON.date(), datetime(2026, 2, 13).date())
    assert (balance(holder), bonus.remaining) == ((0, 300), 0)
    assert DueItem.objects.get(kind="refund_payout").subject == made.public_id


@pytest.mark.clause("upstage/16.2")
@pytest.mark.clause("upstage/20.4")
def test_a_small_balance_goes_back_from_the_third_to_the_fifth_business_day() -> None:
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    used(holder, "6000")
    made = asked(holder, at=datetime(2026, 3, 12, 10, tzinfo=KST))
    assert (made.status, made.credits, made.total, made.is_withdrawal) == ("approved", 4000, 4400, False)
    assert (made.pay_from, made.pay_by) == (datetime(2026, 3, 17).date(), datetime(2026, 3, 19).date())


def test_a_firm_waits_for_the_third_business_day_also_within_its_seven() -> None:
    holder = make.member(card="ok")
    Member.objects.filter(pk=holder.pk).update(kind=MemberKind.FIRM, business_number="1234567891")
    make.bought(holder, "10000")
    made = asked(holder)
    assert (made.is_withdrawal, made.pay_from) == (False, datetime(2026, 2, 13).date())


@pytest.mark.clause("upstage/16.2")
def test_several_purchases_go_back_by_several_lines() -> None:
    holder = make.member(card="ok")
    make.bought(holder, "10000", key="one")
    used(holder, "9000")
    new = make.bought(holder, "5000", key="two", at=LATER)
    made = asked(holder, at=LATER)
    lines = list(RefundLine.objects.filter(refund=made).values_list("purchase__public_id", "credits", "is_whole"))
    assert (made.credits, made.total, len(lines)) == (6000, 6600, 2)
    assert lines[1] == (new.public_id, 5000, True)


def test_parts_that_are_rounded_up_never_come_to_more_than_was_paid() -> None:
    holder = make.member(card="ok")
    make.bought(holder, "5")
    used(holder, "3")
    hold = place(member_id=holder.pk, amount=Decimal("0.5"), expires_at=LATER + timedelta(hours=1), by=None, at=LATER)
    first = asked(holder, at=LATER)
    second = asked(holder, at=hold.hold.expires_at)
    assert (first.credits, first.amount, second.credits, second.amount) == (Decimal("1.5"), 2, Decimal("0.5"), 1)


def test_credits_that_come_to_no_money_stay() -> None:
    holder = make.member(card="ok")
    make.bought(holder, "10")
    used(holder, "9.6")
    with pytest.raises(NothingLeft):
        asked(holder, at=LATER)
    assert balance(holder, LATER) == (Decimal("0.4"), 0)


@pytest.mark.clause("upstage/16.2")
def test_usage_that_is_not_settled_is_burned_first() -> None:
    holder = make.member(card="ok")
    make.price("1000")
    make.bought(holder, "10000")
    make.unsettled(make.event(holder, quantity=6))
    assert quote(holder, at=LATER).credits == 4000
    make.unsettled(make.event(holder, "e2", quantity=1))
    made = asked(holder, at=LATER)
    assert (made.credits, balance(holder, LATER)) == (3000, (0, 0))


@pytest.mark.clause("upstage/16.1")
def test_what_the_rules_refuse_changes_nothing() -> None:
    holder = make.member(card="ok")
    with pytest.raises(NothingLeft):
        asked(holder)
    bought = make.bought(holder, "10000")
    used(holder, "1")
    for at, why in ((make.NOON, CreditsUsed), (LATER, BalanceAboveLimit)):
        with pytest.raises(why) as refused:
            asked(holder, at=at, purchase=bought.public_id)
        assert "10,000" in str(refused.value)
    assert (Refund.objects.count(), balance(holder)) == (0, (9999, 0))


@pytest.mark.clause("upstage/16.1")
def test_a_hold_on_the_purchase_is_use() -> None:
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    held = place(member_id=holder.pk, amount=Decimal(1), expires_at=make.later(hours=1), by=None, at=make.NOON)
    with pytest.raises(CreditsUsed):
        asked(holder)
    assert asked(holder, at=held.hold.expires_at).credits == 10000


def test_a_repeat_is_refused_and_the_same_key_is_the_first() -> None:
    holder = make.member(card="ok")
    bought = make.bought(holder, "10000")
    first = asked(holder, key="k")
    assert asked(holder, key="k").pk == first.pk
    for purchase in (bought.public_id, None):
        with pytest.raises(AlreadyRefunded):
            asked(holder, purchase=purchase)
    with pytest.raises(IdempotencyMismatch):
        asked(holder, key="k", way="offset")
    assert (Refund.objects.count(), Entry.objects.filter(kind="refund").count()) == (1, 1)


def test_a_strangers_purchase_is_not_there() -> None:
    holder, stranger = make.member(card="ok"), make.member(card="ok")
    bought = make.bought(stranger, "1000")
    with pytest.raises(NotFound):
        asked(holder, purchase=bought.public_id)
    assert not Refund.objects.exists()


def test_dollars_go_back_to_the_cent() -> None:
    holder = make.member(card="ok", currency="USD")
    make.bought(holder, "33.33")
    used(holder, "20.005")
    made = asked(holder, at=LATER)
    assert (made.credits, made.amount, made.tax, made.currency) == (
        Decimal("13.325"), Decimal("13.33"), Decimal("1.33"), "USD",
    )  # fmt: skip
    assert payouts.pay_due(at=LATER + timedelta(days=20)) == 1
    assert Lot.objects.get().remaining == 0


def test_what_a_bank_took_back_is_not_refunded(amy: User) -> None:
    holder = make.member(card="ok")
    bought = make.bought(holder, "10000")
    Dispute.objects.create(
        member=holder, payment=bought.payment, gateway="sandbox", reference="dp_1", amount=11000, currency="KRW",
        reason="fraud", opened_at=make.NOON, evidence_by=LATER,
    )  # fmt: skip
    with pytest.raises(MoreThanPaid):
        asked(holder)
    assert (Refund.objects.count(), balance(holder)) == (0, (10000, 0))

"""Asking for refunds: what goes straight through, what people decide, and what is refused (upstage/16, 20.3)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.enums import MemberKind, MemberStatus
from accounts.models import Member, Notice, User
from accounts.services import leaving
from billing.errors import (
    AlreadyRefunded,
    BalanceAboveLimit,
    CreditsUsed,
    DecidedAlready,
    MoreThanPaid,
    NothingLeft,
    NothingProposed,
    RefundUnderReview,
)
from billing.models import Dispute, Refund, RefundLine
from billing.queries.refunds import quote
from billing.services import payouts, refund_reviews, refunds, review_delays
from billing.services.charging import Use, charge
from credits import queries as credits
from credits.models import Entry, Lot
from credits.services import voiding
from credits.services.holds import place
from tests.billing import make
from upstage_console.kernel import policy
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Invalid, InvalidAmount, NotFound, SamePerson
from upstage_console.kernel.idempotency import IdempotencyMismatch
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db

LATER = make.NOON + timedelta(days=30)


def used(holder: Member, amount: str, at: datetime = make.NOON) -> None:
    charge(member_id=holder.pk, use=Use.of_amount(Decimal(amount)), by=None, at=at)


def asked(holder: Member, at: datetime = make.NOON, **how: Any) -> Refund:
    return refunds.request(member_id=holder.pk, by=holder.user, at=at, **how)


def balance(holder: Member, at: datetime = make.NOON) -> tuple[Decimal, Decimal]:
    now = credits.balance(holder.pk, at)
    return now.paid, now.free


def left_with(amount: str, use: str, **fields: Any) -> Member:
    """Somebody who left a month after buying, with more than the rules give back."""
    holder = make.member(card="ok")
    Member.objects.filter(pk=holder.pk).update(**fields)
    make.bought(holder, amount)
    used(holder, use)
    leaving.withdraw(holder.pk, by=holder.user, at=LATER)
    holder.refresh_from_db()
    return holder


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


@pytest.mark.clause("upstage/16.3")
@pytest.mark.clause("upstage/20.3")
def test_who_left_with_more_waits_for_two_people(amy: User, ben: User) -> None:
    holder = left_with("10000", "5000")
    made = asked(holder, at=LATER)
    item = DueItem.objects.get(kind="refund_review")
    assert (made.status, made.review_by, item.about) == ("under_review", datetime(2026, 3, 23).date(), holder.public_id)
    with pytest.raises(NothingProposed):
        refund_reviews.agree(made.public_id, by=ben, at=LATER)
    refund_reviews.uphold(made.public_id, answer="goodwill", by=amy, at=LATER)
    with pytest.raises(SamePerson):
        refund_reviews.agree(made.public_id, by=amy, at=LATER)
    done = refund_reviews.agree(made.public_id, by=ben, at=LATER)
    item.refresh_from_db()
    assert (done.status, done.total, done.decided_by, item.state) == ("approved", 5500, ben, "done")
    assert (balance(holder, LATER), Notice.objects.filter(member=holder, about="refund").count()) == ((0, 0), 2)
    with pytest.raises(DecidedAlready):
        refund_reviews.reject(made.public_id, answer="no", by=amy, at=LATER)


@pytest.mark.clause("upstage/16.3")
def test_one_person_is_enough_up_to_the_setting(amy: User, ben: User) -> None:
    row = policy.propose("refund_alone", {"KRW": 5500, "USD": 0}, reason="test", starts_at=make.NOON, by=amy,
                         at=make.NOON)  # fmt: skip
    policy.approve(row.pk, by=ben, at=make.NOON)
    made = asked(left_with("10000", "5000"), at=LATER)
    assert refund_reviews.uphold(made.public_id, answer="goodwill", by=amy, at=LATER).status == "approved"


@pytest.mark.clause("upstage/20.3")
def test_a_request_can_be_turned_down_and_asked_again(amy: User) -> None:
    holder = left_with("10000", "5000")
    made = asked(holder, at=LATER)
    with pytest.raises(AlreadyRefunded):
        asked(holder, at=LATER)
    with pytest.raises(Invalid):
        refund_reviews.reject(made.public_id, answer=" ", by=amy, at=LATER)
    done = refund_reviews.reject(made.public_id, answer="The credits were used.", by=amy, at=LATER)
    told = Notice.objects.filter(member=holder, stage="rejected").get()
    assert (done.status, balance(holder, LATER), "The credits were used." in told.body_en) == (
        "rejected", (5000, 0), True,
    )  # fmt: skip
    assert asked(holder, at=LATER).status == "under_review"


@pytest.mark.clause("upstage/3.5.2")
def test_who_lost_the_membership_is_refunded_by_staff_alone() -> None:
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    Member.objects.filter(pk=holder.pk).update(status=MemberStatus.DISQUALIFIED, disqualified_at=make.NOON)
    made = asked(holder)
    assert (made.status, made.credits, made.clauses[-1]) == ("under_review", 10000, "upstage/3.5.2")


@pytest.mark.clause("upstage/16.3")
def test_credits_that_were_asked_back_in_time_are_kept_until_the_answer(amy: User) -> None:
    holder = left_with("10000", "5000")
    made = asked(holder, at=LATER)
    after = LATER + timedelta(days=60)
    assert (voiding.void_left(at=after), balance(holder, after)) == (0, (5000, 0))
    refund_reviews.reject(made.public_id, answer="no", by=amy, at=after)
    assert (voiding.void_left(at=after), balance(holder, after)) == (1, (0, 0))
    assert quote(holder, at=after).refused == "credits_expired"


@pytest.mark.clause("upstage/20.3")
def test_a_late_review_is_told_once_with_its_reason(amy: User) -> None:
    holder = left_with("10000", "5000")
    made = asked(holder, at=LATER)
    evening, next_day = datetime(2026, 3, 23, 23, tzinfo=KST), datetime(2026, 3, 24, 0, 5, tzinfo=KST)
    review_delays.give_reason(made, reason="We wait for the bank.", by=amy, at=evening)
    assert [review_delays.tell(at=at) for at in (evening, next_day, next_day)] == [0, 1, 0]
    told = Notice.objects.get(member=holder, about="review_delayed")
    assert "We wait for the bank." in told.body_en
    assert AuditEvent.objects.filter(action="review.delay_explained").count() == 1


@pytest.mark.clause("upstage/20.4")
def test_staff_start_a_refund_that_another_person_approves(amy: User, ben: User) -> None:
    holder = make.member(card="ok")
    bought = make.bought(holder, "10000")
    used(holder, "1000")
    wanted = {"member_id": holder.pk, "purchase": bought.public_id, "reason": "an outage", "by": amy, "at": make.NOON}
    for amount in ("9000.000001", "0", "-1"):
        with pytest.raises(InvalidAmount):
            refund_reviews.propose(**wanted, credits=Decimal(amount))
    made = refund_reviews.propose(**wanted, credits=Decimal(4000))
    with pytest.raises(AlreadyRefunded):
        refund_reviews.propose(**wanted, credits=Decimal(1))
    assert (made.status, made.origin, balance(holder)) == ("under_review", "staff", (9000, 0))
    done = refund_reviews.agree(made.public_id, by=ben, at=make.NOON)
    assert (done.status, done.total, balance(holder)) == ("approved", 4400, (5000, 0))


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


@pytest.mark.clause("upstage/16.1")
def test_while_one_request_is_reviewed_another_purchase_may_go_straight_back(amy: User) -> None:
    holder = make.member(card="ok")
    old = make.bought(holder, "10000", key="old")
    new = make.bought(holder, "3000", key="new", at=LATER)
    refund_reviews.propose(
        member_id=holder.pk, purchase=old.public_id, credits=None, reason="an outage", by=amy, at=LATER
    )
    assert asked(holder, at=LATER, purchase=new.public_id).status == "approved"
    later = make.bought(holder, "500", key="later", at=LATER)
    with pytest.raises(RefundUnderReview):
        refund_reviews.propose(
            member_id=holder.pk, purchase=later.public_id, credits=None, reason="an outage", by=amy, at=LATER
        )


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

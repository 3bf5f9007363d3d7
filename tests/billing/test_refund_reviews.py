"""Refunds that people decide: a review in time, two people, an answer with its reason (upstage/16.3, 20.3)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from accounts.enums import MemberStatus
from accounts.models import Member, Notice, User
from billing.errors import AlreadyRefunded, DecidedAlready, NothingProposed, RefundUnderReview
from billing.queries.refunds import quote
from billing.services import refund_reviews, review_delays
from credits.services import voiding
from tests.billing import make
from tests.billing.refunding import LATER, asked, balance, left_with, used
from upstage_console.kernel import policy
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Invalid, InvalidAmount, SamePerson
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db


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


@pytest.mark.clause("upstage/16.3")
def test_parts_of_a_refund_do_not_pass_by_the_second_person(amy: User, ben: User) -> None:
    row = policy.propose("refund_alone", {"KRW": 5500, "USD": 0}, reason="test", starts_at=make.NOON, by=amy,
                         at=make.NOON)  # fmt: skip
    policy.approve(row.pk, by=ben, at=make.NOON)
    holder = make.member(card="ok")
    bought = make.bought(holder, "10000")
    told = {"member_id": holder.pk, "purchase": bought.public_id, "reason": "x", "by": amy, "at": make.NOON}
    made = [refund_reviews.propose(credits=Decimal(part), **told) for part in (3000, 2000, 1)]
    assert [one.status for one in made] == ["approved", "approved", "under_review"]


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


@pytest.mark.clause("upstage/16.1")
def test_after_a_part_that_staff_gave_back_the_rest_goes_back_within_the_seven_days(amy: User, ben: User) -> None:
    holder = make.member(card="ok")
    bought = make.bought(holder, "10000")
    part = refund_reviews.propose(
        member_id=holder.pk, purchase=bought.public_id, credits=Decimal(4000), reason="goodwill", by=amy, at=make.NOON
    )
    refund_reviews.agree(part.public_id, by=ben, at=make.NOON)
    rest = asked(holder)
    assert (rest.status, rest.credits, rest.total, rest.lines.get().is_whole) == ("approved", 6000, 6600, True)
    assert balance(holder) == (0, 0)

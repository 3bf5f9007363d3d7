"""A refund withdraws the bonus, also what a hold kept of it until later (upstage/16.1)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Member, User
from billing.models import Purchase
from billing.services import refund_reviews, refunded_bonuses
from credits.models import Entry
from credits.services import holds
from credits.services.holds import Held
from tests.billing import make
from tests.billing.refunding import asked, balance
from tests.credits.make import captured

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/16.1")]

WHILE_HELD, LATER = make.later(hours=1), make.later(days=2)


def bought() -> tuple[Member, Purchase, Held]:
    """A purchase whose bonus of 500 is held, but for 300."""
    holder = make.member(card="ok")
    purchase = make.bought(holder, "10000")
    make.lots.grant(
        member_id=holder.pk, amount=Decimal(500), expires_on=make.later(days=90).date(), reason="tier", by=None,
        at=make.NOON, source="bonus", purchase=purchase.public_id,
    )  # fmt: skip
    until = LATER - timedelta(hours=1)
    return holder, purchase, holds.place(member_id=holder.pk, amount=Decimal(200), expires_at=until, by=None,
                                         at=make.NOON)  # fmt: skip


def ended() -> list[Decimal]:
    return list(Entry.objects.filter(kind="bonus_end").order_by("pk").values_list("amount", flat=True))


def test_what_a_hold_gives_back_is_withdrawn_once() -> None:
    holder, purchase, _hold = bought()
    refund = asked(holder, purchase=purchase.public_id)
    assert (refunded_bonuses.end_freed(at=WHILE_HELD), ended(), balance(holder)) == (0, [-300], (0, 200))
    holds.expire(at=LATER)
    assert balance(holder, LATER) == (0, 200)
    assert [refunded_bonuses.end_freed(at=LATER) for _ in range(2)] == [1, 0]
    assert (ended(), balance(holder, LATER)) == ([-300, -200], (0, 0))
    assert Entry.objects.latest("pk").note == refund.public_id


def test_what_is_used_of_a_hold_stays_used() -> None:
    holder, purchase, hold = bought()
    asked(holder, purchase=purchase.public_id)
    captured(hold.hold, "150", at=WHILE_HELD)
    assert refunded_bonuses.end_freed(at=WHILE_HELD) == 1
    assert (ended(), balance(holder, WHILE_HELD)) == ([-300, -50], (0, 0))


def test_a_bonus_whose_purchase_is_not_refunded_stays(amy: User) -> None:
    holder, purchase, hold = bought()
    made = refund_reviews.propose(
        member_id=holder.pk, purchase=purchase.public_id, credits=None, reason="an outage", by=amy, at=make.NOON
    )
    holds.release(hold_id=hold.hold.public_id, by=None, at=WHILE_HELD)
    assert refunded_bonuses.end_freed(at=WHILE_HELD) == 0
    refund_reviews.reject(made.public_id, answer="no", by=amy, at=WHILE_HELD)
    assert refunded_bonuses.end_freed(at=WHILE_HELD) == 0
    assert balance(holder, WHILE_HELD) == (10000, 500)


@pytest.mark.parametrize("refunded", [1, 3])
def test_nothing_given_back_asks_the_same_for_many(django_assert_num_queries, refunded: int) -> None:
    for _ in range(refunded):
        holder, purchase, _hold = bought()
        asked(holder, purchase=purchase.public_id)
    with django_assert_num_queries(2):
        assert refunded_bonuses.end_freed(at=WHILE_HELD) == 0

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError, ProgrammingError

from billing.errors import PaymentDeclined, TierTwice
from billing.models import Tier, TierTable
from billing.queries import tiers as queries
from billing.services import payments, tiers
from credits.models import Lot
from tests.billing import make
from tests.billing.recharged import balance, line, table
from upstage_console.kernel.errors import DayHasPassed, IllegalMove, InvalidAmount, UnknownCurrency

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.2")]


def draft(*lines, since=date(2026, 2, 10), at=make.NOON):
    return tiers.draft(lines, effective_on=since, by=None, at=at)


def test_a_draft_gives_nothing():
    draft(line(mode="once"))
    assert make.bought(make.member(card="ok"), "50000").bonus == 0


def test_published_tiers_hold_from_their_day():
    table(line(mode="once"), since=date(2026, 2, 12))
    kim = make.member(card="ok")
    assert make.bought(kim, "50000", key="before", at=make.later(days=1)).bonus == 0
    assert make.bought(kim, "50000", key="after", at=make.later(days=2)).bonus == 5000


def test_a_later_table_takes_the_place_of_the_whole():
    table(line(mode="once"), line(mode="annual"))
    later = table(line(30_000, "2", mode="once"), since=date(2026, 3, 1))
    assert [one.percent for one in queries.lines_on(date(2026, 2, 28))] == [10, 10]
    assert [one.percent for one in queries.lines_on(date(2026, 3, 1))] == [2]
    assert queries.in_force(date(2026, 3, 1)) == later


def test_of_two_tables_of_a_day_the_later_published_holds():
    table(line(percent="1"))
    table(line(percent="3"), at=make.later(hours=1))
    assert [one.percent for one in queries.lines_on(date(2026, 2, 10))] == [3]


def test_an_empty_table_ends_all_bonuses():
    table(line(mode="once"))
    empty = draft(since=date(2026, 2, 11))
    tiers.publish(empty.public_id, by=None, at=make.NOON)
    assert queries.lines_on(date(2026, 2, 11)) == []


def test_bonus_comes_as_a_free_lot_of_its_own():
    table(line(mode="once", valid_days=90))
    kim = make.member(card="ok")
    purchase = make.bought(kim, "50000")
    lot = Lot.objects.get(public_id=purchase.bonus_lot)
    assert (lot.kind, lot.source, lot.amount, lot.purchase) == ("free", "bonus", 5000, purchase.public_id)
    assert lot.expires_on == date(2026, 5, 11)
    assert purchase.reason["en"].endswith("10% of 50,000 = 5,000 bonus credits")
    assert balance(kim, make.NOON) == (50000, 5000)


def test_posted_validity_is_365_days():
    table(line(mode="once"))
    make.bought(make.member(card="ok"), "50000")
    assert Lot.objects.get(source="bonus").expires_on == date(2027, 2, 10)


def test_pending_purchase_brings_its_bonus_once_it_is_paid():
    table(line(mode="once"))
    kim = make.member(card="times_out")
    purchase = make.bought(kim, "50000")
    assert (purchase.status, purchase.bonus, balance(kim, make.NOON)) == ("pending", 5000, (0, 0))
    from_now = make.later(minutes=15)
    payments.reconcile(at=from_now)
    assert balance(kim, from_now) == (50000, 5000)


def test_declined_purchase_brings_none():
    table(line(mode="once"))
    kim = make.member(card="declined")
    with pytest.raises(PaymentDeclined):
        make.bought(kim, "50000")
    assert not Lot.objects.exists()


def test_tiers_of_another_currency_do_not_count():
    table(line(mode="once"), line(30, "7.5", mode="once", currency="USD"))
    assert make.bought(make.member(card="ok", currency="USD"), "33.34").bonus == Decimal("2.5005")


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        (line(0), InvalidAmount),
        (line(percent="101"), InvalidAmount),
        (line(percent="-1"), InvalidAmount),
        (line(percent="1.005"), InvalidAmount),
        (line(mode="once", valid_days=0), InvalidAmount),
        (line(currency="EUR"), UnknownCurrency),
    ],
)
def test_lines_that_cannot_be(wrong, refused):
    with pytest.raises(refused):
        draft(wrong)
    assert not TierTable.objects.exists()


def test_two_lines_from_the_same_amount():
    with pytest.raises(TierTwice):
        draft(line(percent="5"), line(percent="6"))
    assert not TierTable.objects.exists()


def test_publishing_for_a_day_that_has_passed():
    late = draft(line(), since=date(2026, 2, 9))
    with pytest.raises(DayHasPassed):
        tiers.publish(late.public_id, by=None, at=make.NOON)
    assert queries.in_force(date(2026, 2, 10)) is None


def test_a_draft_is_written_anew_and_a_published_table_is_not():
    first = draft(line())
    again = tiers.redraft(first.public_id, [line(percent="4")], effective_on=date(2026, 3, 1), by=None, at=make.NOON)
    assert list(TierTable.objects.order_by("pk").values_list("status", flat=True)) == ["dropped", "draft"]
    tiers.publish(again.public_id, by=None, at=make.NOON)
    with pytest.raises(IllegalMove):
        tiers.redraft(again.public_id, [line()], effective_on=date(2026, 3, 1), by=None, at=make.NOON)
    assert TierTable.objects.count() == 2


@pytest.mark.parametrize("change", [{"bonus_percent": 50}, {"minimum": 1}])
def test_the_database_keeps_tiers_as_they_are(change):
    tier = table().tiers.get()
    for name, value in change.items():
        setattr(tier, name, value)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        tier.save()


@pytest.mark.parametrize(
    "wrong",
    [{"valid_days": 10}, {"bonus_percent": 101}, {"minimum": 0}, {"mode": "once"}],
)
def test_constraints_of_a_tier(wrong):
    given = {"mode": "monthly", "currency": "KRW", "minimum": 5, "bonus_percent": 1, **wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        Tier.objects.create(table=draft(), **given)

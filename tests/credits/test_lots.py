"""Credits come in: free and paid, once, and with the end that the terms give them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from credits import queries
from credits.errors import AlreadyExpired, KeyTaken
from credits.models import Account, Entry, Lot
from credits.services import lots
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import InvalidAmount, MixedCurrencies, NotFound
from upstage_console.kernel.models import AuditEvent
from upstage_console.kernel.money import Money

pytestmark = pytest.mark.django_db


@pytest.mark.clause("upstage/2.8")
def test_grant_makes_a_lot_an_entry_and_history(amy):
    kim = make.member()
    lot = lots.grant(
        member_id=kim.pk, amount=Decimal("12.5"), expires_on=date(2026, 3, 26), reason="event", by=amy, at=make.NOON
    )
    entry, event = Entry.objects.get(lot=lot), AuditEvent.objects.get(subject=lot.public_id)
    assert (lot.kind, lot.source, lot.remaining, lot.spent) == ("free", "grant", Decimal("12.5"), False)
    assert (entry.sequence, entry.kind, entry.amount, entry.balance, entry.by) == (1, "grant", lot.amount, 12.5, amy)
    assert (event.action, event.about, event.actor, event.reason) == ("credits.grant", kim.public_id, amy, "event")
    assert findings() == []


@pytest.mark.clause("upstage/15.4")
@pytest.mark.parametrize(
    ("paid_at", "last_day"),
    [
        (datetime(2026, 1, 5, 23, 59, tzinfo=KST), date(2031, 1, 5)),
        (datetime(2024, 2, 29, 0, 0, tzinfo=KST), date(2029, 2, 28)),
        (datetime(2023, 2, 28, 12, 0, tzinfo=KST), date(2028, 2, 29)),
        (datetime(2024, 2, 28, 12, 0, tzinfo=KST), date(2029, 2, 28)),
    ],
)
def test_paid_credits_live_five_years(paid_at, last_day):
    kim = make.member()
    lot = make.bought(kim, "100", at=paid_at)
    assert lot.expires_on == last_day
    assert lot.expires_at.astimezone(KST) == datetime.combine(last_day, datetime.min.time(), KST) + make.timedelta(
        days=1
    )
    assert findings() == []


def test_paid_credits_remember_their_price():
    kim = make.member()
    lot = make.bought(kim, "44000", purchase="pur_7")
    assert (lot.purchase, lot.net, lot.tax) == ("pur_7", 44000, 4400)
    assert queries.lots_of_purchase("pur_7") == [lot]


def test_purchase_is_credited_once():
    kim = make.member()
    first, again = make.bought(kim, "100"), make.bought(kim, "100")
    assert first == again
    assert (Lot.objects.count(), queries.balance(kim.pk, make.NOON).total) == (1, 100)


def test_grant_with_a_key_comes_once():
    kim = make.member()
    first, again = make.granted(kim, "5", key="campaign"), make.granted(kim, "5", key="campaign")
    assert first == again
    assert Entry.objects.count() == 1


def test_grant_with_a_key_used_for_other_credits_is_refused():
    kim = make.member()
    make.granted(kim, "5", key="campaign")
    with pytest.raises(KeyTaken):
        make.granted(kim, "6", key="campaign")
    assert queries.balance(kim.pk, make.NOON).total == 5


def test_grant_same_key_of_another_member():
    for holder in (make.member(), make.member()):
        make.granted(holder, "5", key="campaign")
    assert Lot.objects.count() == 2


@pytest.mark.parametrize("amount", ["0", "-1", "0.0000001"])
def test_grant_impossible_amount_is_refused(amount):
    kim = make.member()
    with pytest.raises(InvalidAmount):
        make.granted(kim, amount)
    assert Account.objects.count() == 0


def test_grant_to_the_end_of_today():
    kim = make.member()
    assert make.granted(kim, "5", make.NOON.date()).remaining == 5


def test_grant_that_is_over_is_refused():
    kim = make.member()
    with pytest.raises(AlreadyExpired) as refusal:
        make.granted(kim, "5", date(2026, 2, 9))
    assert (refusal.value.code, refusal.value.clauses) == ("credits_expired", ("upstage/15.4",))
    assert Lot.objects.count() == 0


def test_grant_to_nobody_is_not_found():
    kim = make.member()
    kim.pk += 1000
    with pytest.raises(NotFound):
        make.granted(kim, "5")


def test_add_paid_in_another_currency_is_refused():
    kim = make.member()
    dollars = Money(Decimal(5), "USD")
    with pytest.raises(MixedCurrencies):
        lots.add_paid(
            member_id=kim.pk, amount=Decimal(5), paid=dollars, tax=dollars, purchase="pur_1", by=None, at=make.NOON
        )
    assert Lot.objects.count() == 0


def test_bonus_is_free_and_names_its_purchase():
    kim = make.member()
    lot = lots.grant(
        member_id=kim.pk, amount=Decimal(5), expires_on=date(2027, 2, 10), reason="tier 1", by=None, at=make.NOON,
        source="bonus", purchase="pur_1",
    )  # fmt: skip
    assert (lot.kind, lot.source, lot.purchase, lot.net) == ("free", "bonus", "pur_1", None)
    assert findings() == []

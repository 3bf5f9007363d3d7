"""Credits end at an instant, job or no job; the job only writes it down (upstage/15.4)."""

from datetime import date, datetime

import pytest

from credits import queries
from credits.models import Account, Entry
from credits.services import expiry
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.clock import KST

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.4")]

LAST = date(2026, 3, 26)
MIDNIGHT = datetime(2026, 3, 27, tzinfo=KST)


def test_balance_is_exact_at_the_instant_without_a_job():
    kim = make.member()
    make.granted(kim, "10", LAST)
    make.bought(kim, "5")
    before = queries.balance(kim.pk, MIDNIGHT - make.timedelta(microseconds=1))
    after = queries.balance(kim.pk, MIDNIGHT)
    assert ((before.free, before.paid, before.total), (after.free, after.paid, after.total)) == ((10, 5, 15), (0, 5, 5))


def test_post_expired_writes_one_entry_for_each_lot_at_its_last_instant():
    kim, lee = make.member(), make.member()
    for holder in (kim, lee):
        make.granted(holder, "10", LAST)
        make.granted(holder, "20", date(2026, 3, 20))
    make.burned(kim, "25")
    assert expiry.post_expired(at=make.later(days=90)) == 3
    rows = Entry.objects.filter(member=lee, kind="expiry").order_by("sequence").values_list("amount", "balance", "at")
    assert list(rows) == [(-20, 10, datetime(2026, 3, 21, tzinfo=KST)), (-10, 0, MIDNIGHT)]
    assert Account.objects.get(pk=kim.pk).balance == 0
    assert findings() == []


def test_post_expired_twice_writes_nothing_more():
    kim = make.member()
    make.granted(kim, "10", LAST)
    assert [expiry.post_expired(at=MIDNIGHT) for _ in range(2)] == [1, 0]


def test_post_expired_before_the_instant_writes_nothing():
    kim = make.member()
    make.granted(kim, "10", LAST)
    assert expiry.post_expired(at=MIDNIGHT - make.timedelta(microseconds=1)) == 0


def test_post_expired_leaves_what_lives():
    kim = make.member()
    make.granted(kim, "10", LAST)
    make.bought(kim, "5")
    make.burned(kim, "3")
    expiry.post_expired(at=MIDNIGHT)
    assert queries.balance(kim.pk, MIDNIGHT).total == Account.objects.get(pk=kim.pk).balance == 5
    assert Entry.objects.get(kind="expiry").amount == -7


def test_post_expired_goes_through_all_members_in_batches(monkeypatch):
    monkeypatch.setattr(expiry, "MEMBERS_AT_A_TIME", 2)
    for holder in [make.member() for _ in range(5)]:
        make.granted(holder, "10", LAST)
    assert expiry.post_expired(at=MIDNIGHT) == 5
    assert findings() == []


def test_burn_between_expiry_and_its_entry_keeps_the_books():
    kim = make.member()
    make.granted(kim, "10", LAST)
    make.bought(kim, "5")
    (answer,) = make.burned(kim, "4", at=MIDNIGHT)
    assert (answer.taken, answer.balance) == (4, 1)
    expiry.post_expired(at=MIDNIGHT)
    assert Account.objects.get(pk=kim.pk).balance == 1
    assert findings() == []

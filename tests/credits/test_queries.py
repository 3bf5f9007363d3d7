"""What there is to know of a member's credits: exact at any instant, in a fixed number of queries."""

from datetime import date, datetime

import pytest

from credits import queries
from credits.models import Entry
from credits.services import expiry
from tests.credits import make
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import NotFound

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 26)


def test_balance_of_nobody_is_zero():
    assert queries.balance(make.member().pk, make.NOON) == queries.Balance(paid=queries.NOTHING, free=queries.NOTHING)


def test_balance_by_kind():
    kim = make.member()
    make.granted(kim, "7.5")
    make.bought(kim, "10")
    make.granted(make.member(), "99")
    balance = queries.balance(kim.pk, make.NOON)
    assert (balance.free, balance.paid, balance.total) == (7.5, 10, 17.5)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("read", "number"),
    [
        (lambda kim: queries.balance(kim.pk, make.NOON), 1),
        (lambda kim: queries.lots_in_burn_order(kim.pk, make.NOON), 1),
        (lambda kim: queries.next_to_burn(kim.pk, make.NOON), 1),
        (lambda kim: queries.coming_expiries(kim.pk, make.NOON), 1),
        (lambda kim: [queries.explained(entry) for entry in queries.entries(kim.pk)], 1),
        (lambda kim: queries.balance_history(kim.pk, date(2026, 2, 1), date(2026, 4, 30)), 2),
    ],
)
def test_query_count_does_not_grow(django_assert_num_queries, read, number, count):
    kim = make.member()
    for _ in range(count):
        make.granted(kim, "10", MARCH)
        make.burned(kim, "1")
    with django_assert_num_queries(number):
        read(kim)


@pytest.mark.clause("upstage/15.3")
def test_lots_in_burn_order_leave_out_spent_and_expired():
    kim = make.member()
    paid, late = make.bought(kim, "5"), make.granted(kim, "5", date(2026, 12, 31))
    make.granted(kim, "5", date(2026, 2, 10))
    early = make.granted(kim, "5", MARCH)
    make.burned(kim, "5")
    assert queries.lots_in_burn_order(kim.pk, make.later(days=1)) == [early, late, paid]


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([], "the only lot"),
        (["paid"], "Free credits burn before paid ones."),
        ([date(2026, 4, 1)], "expires first: on 26 Mar 2026, the next on 1 Apr 2026"),
        ([MARCH], "granted first"),
    ],
)
def test_next_to_burn_says_why(others, words):
    kim = make.member()
    lot = make.granted(kim, "5", MARCH)
    for other in others:
        if other == "paid":
            make.bought(kim, "5")
        else:
            make.granted(kim, "5", other)
    coming = queries.next_to_burn(kim.pk, make.NOON)
    assert coming.lot == lot
    assert words in coming.why.en


def test_next_to_burn_of_nothing():
    assert queries.next_to_burn(make.member().pk, make.NOON) is None


def test_coming_expiries_within_days():
    kim = make.member()
    soon, later = make.granted(kim, "5", date(2026, 2, 12)), make.granted(kim, "5", date(2026, 2, 13))
    assert queries.coming_expiries(kim.pk, make.NOON, days=2) == [soon]
    assert queries.coming_expiries(kim.pk, make.NOON, days=3) == [soon, later]


def test_lot_of_a_stranger_is_not_found():
    lot = make.granted(make.member(), "5")
    with pytest.raises(NotFound):
        queries.lot(make.member().pk, lot.public_id)


def test_entries_of_a_charge_name_the_purchase_that_paid():
    kim = make.member()
    make.granted(kim, "3")
    make.bought(kim, "10", purchase="pur_9")
    (answer,) = make.burned(kim, "5")
    paid_by = [(entry.lot.purchase, entry.amount) for entry in queries.entries_of_charge(kim.pk, answer.charge_id)]
    assert paid_by == [("", -3), ("pur_9", -2)]


def test_entries_of_a_lot_are_its_whole_life():
    kim = make.member()
    lot = make.granted(kim, "3", MARCH)
    make.granted(kim, "3")
    make.burned(kim, "1")
    expiry.post_expired(at=make.later(days=90))
    assert [(entry.kind, entry.amount) for entry in queries.entries_of_lot(lot)] == [
        ("expiry", -2),
        ("use", -1),
        ("grant", 3),
    ]


@pytest.mark.parametrize("posted", [False, True])
def test_balance_history_is_exact_job_or_no_job(posted):
    kim = make.member()
    make.bought(kim, "100", at=make.later(days=-2))
    make.granted(kim, "10", date(2026, 2, 11))
    make.burned(kim, "4", at=make.later(days=1))
    if posted:
        expiry.post_expired(at=make.later(days=5))
    history = queries.balance_history(kim.pk, date(2026, 2, 7), date(2026, 2, 13))
    assert [(day.day.day, day.paid, day.free) for day in history] == [
        (7, 0, 0), (8, 100, 0), (9, 100, 0), (10, 100, 10), (11, 100, 6), (12, 100, 0), (13, 100, 0),
    ]  # fmt: skip


def test_balance_history_goes_by_korean_days():
    kim = make.member()
    make.granted(kim, "10", at=datetime(2026, 2, 10, 23, 59, tzinfo=KST))
    make.granted(kim, "5", at=datetime(2026, 2, 11, 0, 0, tzinfo=KST))
    history = queries.balance_history(kim.pk, date(2026, 2, 10), date(2026, 2, 11))
    assert [day.total for day in history] == [10, 15]


def test_entries_explain_themselves_in_both_languages():
    kim = make.member()
    make.granted(kim, "1000.50", MARCH)
    make.bought(kim, "2000")
    make.burned(kim, "1500")
    expiry.post_expired(at=make.later(days=365 * 6))
    told = [queries.explained(entry) for entry in queries.entries(kim.pk).order_by("sequence")]
    assert [reason.en for reason in told] == [
        "1,000.5 free credits granted (event), usable to the end of 26 Mar 2026. Balance: 0 + 1,000.5 = 1,000.5.",
        "2,000 paid credits bought (2,000 + tax 200), usable for 5 years, to the end of 10 Feb 2031. "
        "Balance: 1,000.5 + 2,000 = 3,000.5.",
        "1,000.5 used of the free credits that expire on 26 Mar 2026: free first, then the earliest expiry; "
        "0 are left of them. Balance: 3,000.5 − 1,000.5 = 2,000.",
        "499.5 used of the paid credits that expire on 10 Feb 2031: free first, then the earliest expiry; "
        "1,500.5 are left of them. Balance: 2,000 − 499.5 = 1,500.5.",
        "The 1,500.5 left of the paid credits expired at the end of their last day, 10 Feb 2031. "
        "Balance: 1,500.5 − 1,500.5 = 0.",
    ]
    assert [reason.clauses for reason in told[2:]] == [("upstage/15.3",), ("upstage/15.3",), ("upstage/15.4",)]
    assert told[2].ko.endswith("잔액 3,000.5 − 1,000.5 = 2,000.")
    assert Entry.objects.count() == 5

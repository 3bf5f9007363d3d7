"""What was used, live: settled and not, by anything, and never a stranger's."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.services import keys
from billing.models import UsageTally
from billing.queries import spending, sums
from billing.queries.sums import NO_KEY, Scope
from billing.queries.usage import usage
from billing.services import settlement
from tests.billing import make
from upstage_console.kernel.clock import KST

pytestmark = pytest.mark.django_db

DAY = make.NOON.date()


@pytest.fixture
def kim(db):
    make.price("12")
    make.price("3", service="ocr", meter="line")
    make.price("0.5", service="solar", meter="token")
    holder = make.member(card="ok", postpaid=True)
    make.granted(holder, "40")
    return holder


def key_of(holder, name="app"):
    return keys.issue(member_id=holder.pk, name=name, scopes=["credits:read"], by=holder.user, at=make.NOON)[0]


def scope(holder, first=DAY, last=DAY, **narrowed):
    return Scope(holder.pk, first, last, **narrowed)


def report(*events):
    """Events that are stored and not settled."""
    make.unsettled(*events)


def test_what_came_in_just_now_is_there_before_it_is_settled(kim):
    make.taken(make.event(kim, quantity=3))
    report(make.event(kim, "e2", quantity=2))
    before = spending.totals(scope(kim))
    assert (before.events, before.amount, before.burned, before.owed, before.unsettled) == (2, 60, 36, 0, 24)
    settlement.settle(at=make.NOON)
    after = spending.totals(scope(kim))
    assert (after.events, after.amount, after.burned, after.owed, after.unsettled) == (2, 60, 40, 20, 0)


def test_hours_and_days_have_the_same_sums(kim):
    early = datetime(2026, 2, 10, 0, 5, tzinfo=KST)
    make.taken(make.event(kim, "a", at=early.isoformat()), make.event(kim, "b"))
    report(make.event(kim, "c", quantity=5))
    hours = sums.sums(scope(kim), ["hour"])
    assert [(row["hour"], row["events"], row["amount"]) for row in hours] == [
        (early.replace(minute=0), 1, 12), (make.NOON, 2, 72),
    ]  # fmt: skip
    assert [row["amount"] for row in sums.sums(scope(kim), ["day"])] == [84]


def test_by_hour_nobody_knows_what_paid(kim):
    make.taken(make.event(kim))
    report(make.event(kim, "e2"))
    (row,) = sums.sums(scope(kim), ["hour"])
    assert (row["burned"], row["owed"], row["unsettled"]) == (None, None, 12)


def test_a_day_is_a_korean_day(kim):
    late = datetime(2026, 2, 9, 23, 59, tzinfo=KST)
    report(make.event(kim, "late", at=late.isoformat()), make.event(kim))
    assert [row["day"] for row in sums.sums(scope(kim, first=date(2026, 2, 9)), ["day"])] == [date(2026, 2, 9), DAY]
    assert spending.totals(scope(kim)).events == 1


@pytest.mark.parametrize("settled", [True, False])
def test_sums_are_narrowed_to_service_meter_and_key(kim, settled):
    key = key_of(kim)
    take = make.taken if settled else make.unsettled
    take(make.event(kim, "1"), make.event(kim, "2", meter="line", key=key.public_id),
         make.event(kim, "3", service="solar", meter="token", key=key.public_id))  # fmt: skip
    asked = {"service": {"service": "ocr"}, "meter": {"service": "ocr", "meter": "line"}, "key": {"key": key.public_id},
             "keyless": {"key": NO_KEY}, "nobody's": {"key": "key_0"}}  # fmt: skip
    found = {name: spending.totals(scope(kim, **narrowed)).amount for name, narrowed in asked.items()}
    assert found == {"service": 15, "meter": 3, "key": Decimal("3.5"), "keyless": 12, "nobody's": 0}


def test_a_strangers_use_is_not_there(kim):
    lee = make.member(card="ok", postpaid=True)
    make.taken(make.event(lee))
    report(make.event(lee, "e2"))
    assert (spending.totals(scope(kim)), sums.sums(scope(kim), ["hour"])) == (spending.Totals(), [])


def test_a_quantity_is_summed_within_one_meter_alone(kim):
    make.taken(make.event(kim, "1"), make.event(kim, "2", service="solar", meter="token"))
    assert [row["quantity"] for row in usage(scope(kim), by=["service"])] == [None, None]
    assert [row["quantity"] for row in usage(scope(kim), by=["service", "meter"])] == [1, 1]


def test_many_keys_are_read_a_page_at_a_time(kim, django_assert_num_queries):
    made = [key_of(kim, f"key {number}") for number in range(7)]
    make.taken(*[make.event(kim, f"e{number}", key=one.public_id, quantity=number + 1)
                 for number, one in enumerate(made)])  # fmt: skip
    rows = spending.UsedRows(scope(kim), "key")
    with django_assert_num_queries(2):
        assert (len(rows), [row.name_en for row in rows[2:4]]) == (7, ["key 4", "key 3"])


def test_the_chart_shows_the_dearest_and_every_day(kim):
    made = [key_of(kim, f"key {number}") for number in range(6)]
    make.taken(*[make.event(kim, f"e{number}", key=one.public_id, quantity=number + 1)
                 for number, one in enumerate(made)])  # fmt: skip
    three = scope(kim, first=DAY - timedelta(days=2))
    leading = spending.used(three, split="key", limit=2)
    spans = spending.over_time(three, leading, split="key")
    assert [(span.day.day, span.amount) for span in spans[:2]] == [(8, 0), (9, 0)]
    assert (spans[2].amount, sorted(spans[2].by.values())) == (252, [60, 72])


def test_the_chart_by_hour_has_every_hour(kim):
    make.taken(make.event(kim))
    spans = spending.over_time(scope(kim), [], hourly=True)
    assert (len(spans), [span.hour.astimezone(KST).hour for span in spans if span.amount]) == (24, [12])


def test_the_month_counts_what_is_not_settled(kim):
    make.taken(make.event(kim))
    report(make.event(kim, "e2"))
    assert UsageTally.objects.count() == 1
    assert spending.month_total(kim.pk, date(2026, 2, 1)) == 24

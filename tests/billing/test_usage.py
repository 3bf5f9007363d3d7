from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.models import Charge, UsageBatch, UsageDay, UsageEvent
from billing.services import settlement
from tests.billing import make
from upstage_console.kernel.calendars import day_start
from upstage_console.kernel.errors import NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.1")]


def codes(taken):
    return [(one.index, one.code) for one in taken.rejected]


def test_event_is_rated_and_owed():
    kim = make.member()
    make.price("12")
    taken = make.taken(make.event(kim, quantity=3))
    assert (taken.accepted, taken.duplicate, taken.rejected) == (1, 0, ())
    row = UsageEvent.objects.get()
    assert (row.quantity, row.amount, row.member_id) == (3, 36, kim.pk)
    charge = Charge.objects.get()
    assert (charge.amount, charge.burned, charge.owed, charge.events) == (36, 0, 36, 1)
    assert (charge.day, charge.billing_month) == (date(2026, 2, 10), date(2026, 2, 1))
    assert UsageBatch.objects.get().amount == {"KRW": "36.000000"}


@pytest.mark.clause("upstage/2.7")
def test_credits_pay_first():
    kim = make.member()
    make.price("12")
    make.granted(kim, "20")
    make.taken(make.event(kim, quantity=3))
    charge = Charge.objects.get()
    assert (charge.burned, charge.owed) == (20, 16)
    day = UsageDay.objects.get()
    assert (day.events, day.quantity, day.amount, day.burned, day.owed) == (1, 3, 36, 20, 16)


def test_same_event_again_is_a_duplicate():
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim))
    again = make.taken(make.event(kim), make.event(kim, "e2"))
    assert (again.accepted, again.duplicate) == (1, 1)
    assert UsageDay.objects.get().amount == 24


@pytest.mark.parametrize("changes", [{"quantity": 99}, {"meter": "sheet"}, {"dimensions": {"region": "kr"}}])
def test_same_id_and_instant_with_other_contents_is_a_conflict(changes):
    kim = make.member()
    make.price("12")
    make.price("12", meter="sheet")
    make.taken(make.event(kim))
    again = make.taken(make.event(kim) | changes, make.event(kim, "e2"), make.event(kim, "e2") | changes)
    assert (again.accepted, again.duplicate, codes(again)) == (1, 0, [(0, "id_conflict"), (2, "id_conflict")])
    assert list(UsageEvent.objects.values_list("quantity", flat=True)) == [1, 1]


def test_wholly_repeated_batch_leaves_nothing():
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim))
    again = make.taken(make.event(kim))
    assert (again.batch, again.accepted, again.duplicate) == (None, 0, 1)
    assert (UsageBatch.objects.count(), Charge.objects.count()) == (1, 1)


def test_same_id_at_another_instant_is_a_conflict():
    kim, lee = make.member(), make.member()
    make.price("12")
    make.taken(make.event(kim))
    moved = make.event(kim, at=make.later(hours=-1).isoformat())
    taken = make.taken(make.event(kim, "e2"), moved, make.event(lee))
    assert codes(taken) == [(1, "id_conflict")]
    assert (taken.accepted, UsageEvent.objects.count()) == (2, 3)


def test_same_id_twice_in_one_batch():
    kim = make.member()
    make.price("12")
    first, other = make.event(kim), make.event(kim, at=make.later(hours=-1).isoformat())
    taken = make.taken(first, first, other)
    assert (taken.accepted, taken.duplicate, codes(taken)) == (1, 1, [(2, "id_conflict")])


BAD = {
    "invalid_event": [{"id": ""}, {"id": "x" * 121}, {"id": None}, {"id": "a\0b"}, {"service": 5}, {"surprise": 1},
                      {"dimensions": [1]}, {"dimensions": {"a": 1}}, {"member": 7}, {"member": None}],
    "invalid_time": [{"at": "yesterday"}, {"at": None}, {"at": "2026-02-10T12:00:00"}, {"at": 5}],
    "in_the_future": [{"at": make.later(minutes=6).isoformat()}],
    "too_old": [{"at": make.later(days=-36).isoformat()}],
    "invalid_quantity": [{"quantity": -1}, {"quantity": "NaN"}, {"quantity": "1e3000"}, {"quantity": 1.5},
                         {"quantity": "0.0000001"}, {"quantity": True}, {"quantity": 10**9 + 1},
                         {"quantity": Decimal("Infinity")}, {"quantity": None}, {"quantity": "many"},
                         {"quantity": "1_000"}, {"quantity": "1e3"}, {"quantity": " 1"}, {"quantity": "９"},
                         {"quantity": "٣"}],
    "unknown_member": [{"member": "mem_" + "0" * 32}, {"member": "nobody"}],
    "unknown_key": [{"key": "key_" + "0" * 32}, {"key": "uc_live_wrong"}],
    "unknown_service": [{"service": "telepathy"}],
    "unknown_meter": [{"meter": "stamp"}],
}  # fmt: skip


@pytest.mark.parametrize(("code", "changes"), [(code, one) for code, many in BAD.items() for one in many])
def test_bad_event_is_rejected_by_its_place(code, changes):
    kim = make.member()
    make.price("12")
    taken = make.taken(make.event(kim, "good1"), make.event(kim, "bad") | changes, make.event(kim, "good2"))
    assert codes(taken) == [(1, code)]
    assert str(taken.rejected[0].detail)
    assert sorted(UsageEvent.objects.values_list("event_id", flat=True)) == ["good1", "good2"]


def test_event_that_is_no_object():
    assert codes(make.taken("what", None, [])) == [(0, "invalid_event"), (1, "invalid_event"), (2, "invalid_event")]


def test_meter_without_a_price_then():
    kim = make.member()
    make.price("12", since=date(2026, 2, 10))
    taken = make.taken(make.event(kim, at=make.later(days=-1).isoformat()))
    assert codes(taken) == [(0, "no_price")]


def test_edges_of_the_window_are_taken():
    kim = make.member()
    make.price("12")
    taken = make.taken(
        make.event(kim, "old", at=make.later(days=-35).isoformat()),
        make.event(kim, "new", at=make.later(minutes=5).isoformat()),
    )
    assert taken.accepted == 2


def test_staff_import_takes_any_past():
    kim = make.member()
    make.price("12", since=date(2023, 1, 1))
    old = make.event(kim, at="2023-11-16T18:15:46.680590+00:00")
    assert make.taken(old, late_limit=None).accepted == 1
    assert UsageDay.objects.get().day == date(2023, 11, 17)


@pytest.mark.clause("upstage/17.1")
def test_price_of_the_time_of_use():
    kim = make.member()
    make.price("12")
    make.price("15", since=date(2026, 2, 10))
    before = make.event(kim, "before", at="2026-02-09T23:59:59.999999+09:00")
    after = make.event(kim, "after", at="2026-02-10T00:00:00+09:00")
    make.taken(before, after)
    assert dict(UsageEvent.objects.values_list("event_id", "amount")) == {"before": 12, "after": 15}
    assert Charge.objects.count() == 2


def test_lots_of_the_day_of_use_pay():
    """A lot that expired last night still pays for what was used yesterday, reported today."""
    kim = make.member()
    make.price("12")
    make.granted(kim, "100", until=date(2026, 2, 9), at=make.later(days=-5))
    make.taken(make.event(kim, "y", at=make.later(days=-1).isoformat()), make.event(kim, "t"))
    assert list(Charge.objects.order_by("day").values_list("burned", flat=True)) == [12, 0]


def test_amounts_are_cut_after_six_decimals():
    kim = make.member()
    make.price("1", per=3)
    make.taken(make.event(kim, quantity="2"), make.event(kim, "big", quantity="1000000000"))
    amounts = dict(UsageEvent.objects.values_list("event_id", "amount"))
    assert amounts == {"e1": Decimal("0.666666"), "big": Decimal("333333333.333333")}


def test_free_use_has_a_charge_of_nothing():
    kim = make.member()
    make.price("0")
    make.granted(kim, "5")
    make.taken(make.event(kim))
    charge = Charge.objects.get()
    assert (charge.amount, charge.burned, charge.owed) == (0, 0, 0)


def test_events_are_never_changed():
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim))
    with pytest.raises(TypeError):
        UsageEvent.objects.update(amount=0)


def test_month_partitions_are_made_on_demand():
    kim = make.member()
    make.price("12", since=date(2023, 1, 1))
    days = [make.event(kim, f"e{n}", at=make.later(days=-n).isoformat()) for n in range(0, 400, 10)]
    assert make.taken(*days, late_limit=None).accepted == 40
    assert (Charge.objects.count(), UsageDay.objects.count()) == (40, 40)


def test_queries_do_not_grow_with_events(django_assert_max_num_queries):
    kim, lee = make.member(), make.member()
    make.price("12")
    with django_assert_max_num_queries(24):
        make.unsettled(*[make.event(who, f"e{n}", at=(make.NOON - timedelta(seconds=n)).isoformat())
                         for n in range(100) for who in (kim, lee)])  # fmt: skip
    with django_assert_max_num_queries(16):
        settlement.settle(at=make.NOON)
    assert Charge.objects.count() == 2


def test_stranger_id_stays_unknown():
    with pytest.raises(NotFound):
        UsageBatch.objects.get_public("mem_" + "0" * 32)


def test_same_id_over_a_months_end_is_a_conflict():
    """A retry with a fresh instant, after the month has turned, is not billed again."""
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim))
    next_month = make.later(days=30)
    taken = make.taken(make.event(kim, at=next_month.isoformat()), at=next_month)
    assert (taken.accepted, codes(taken)) == (0, [(0, "id_conflict")])


def test_same_id_over_a_months_end_in_one_batch_is_a_conflict():
    kim = make.member()
    make.price("12")
    turn = day_start(date(2026, 2, 1))
    first, second = turn - timedelta(minutes=1), turn + timedelta(minutes=1)
    events = [
        make.event(kim, meter="unknown", at=first.isoformat()), make.event(kim, at=first.isoformat()),
        make.event(kim, at=second.isoformat()), make.event(kim, at=first.isoformat()),
    ]  # fmt: skip
    taken = make.unsettled(*events)
    assert (taken.accepted, taken.duplicate) == (1, 1)
    assert codes(taken) == [(0, "unknown_meter"), (2, "id_conflict")]
    assert UsageEvent.objects.get().occurred_at == first

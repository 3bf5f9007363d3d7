"""A member's own limits: set, asked before anything new, and never in the way of what has been used."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import MemberStatus
from accounts.errors import NotActive
from accounts.models import Member
from billing.errors import SoftAboveHard, SpendingLimitReached
from billing.models import OwnLimits
from billing.queries.limits import spending
from billing.rules.limits import Crossing, Limits, Told, crossed, fits, told_after
from billing.services import holding, keeping, limits, own_data, settlement
from billing.services.rating import Use
from tests.billing import make
from tests.billing.limiting import limited, limits_of
from tests.billing.make import NOON, event, later, member, price, taken, unsettled
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import InvalidAmount, NotFound
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def used(holder: Member, quantity: int, name: str = "e1", at: datetime = NOON) -> None:
    """Pages at 12 each."""
    taken(event(holder, name, quantity=quantity, at=at.isoformat()), at=max(at, NOON))


def wants(holder: Member, amount: str, at: datetime = NOON) -> None:
    with transaction.atomic():
        limits.require_below_limit(holder.pk, Decimal(amount), at=at)


def test_spending_is_what_the_month_has_used_before_credits() -> None:
    price()
    holder = member()
    make.granted(holder, "500")
    used(holder, 100)
    found = spending(holder.pk, NOON)
    assert (found.month, found.spent, found.held, found.left) == (FEBRUARY, 1200, 0, None)


def test_spending_counts_what_is_not_settled_yet_once() -> None:
    price()
    holder = member()
    late, new = datetime(2026, 1, 31, 23, 59, tzinfo=KST), datetime(2026, 2, 1, tzinfo=KST)
    unsettled(event(holder, "late", quantity=7, at=late.isoformat()))
    unsettled(event(holder, "new", quantity=3, at=new.isoformat()), event(holder, quantity=100))
    assert spending(holder.pk, NOON).spent == 1236
    settlement.settle(at=NOON)
    assert (spending(holder.pk, NOON).spent, spending(holder.pk, late).spent) == (1236, 84)


def test_spending_begins_anew_with_the_month_in_korea() -> None:
    price()
    holder = member()
    limited(holder, hard="2000")
    used(holder, 100)
    last, first = datetime(2026, 2, 28, 23, 59, tzinfo=KST), datetime(2026, 3, 1, tzinfo=KST)
    assert spending(holder.pk, last).left == 800
    after = spending(holder.pk, first)
    assert (after.month, after.spent, after.left) == (MARCH, 0, 2000)
    assert spending(holder.pk, last).ends_at == first


@pytest.mark.parametrize(("amount", "passes"), [("800", True), ("800.000001", False), ("0", True), ("799.5", True)])
def test_new_use_may_reach_the_hard_limit_and_no_more(amount: str, passes: bool) -> None:
    price()
    holder = member()
    limited(holder, hard="2000")
    used(holder, 100)
    if passes:
        wants(holder, amount)
    else:
        with pytest.raises(SpendingLimitReached) as refusal:
            wants(holder, amount)
        assert (refusal.value.code, refusal.value.clauses) == ("spending_limit", ())
        assert refusal.value.facts["limit"].amount == 2000


def test_without_a_hard_limit_nothing_is_refused_and_one_statement_is_asked(django_assert_num_queries) -> None:
    holder = member()
    limited(holder, soft="1")
    with transaction.atomic(), django_assert_num_queries(1):
        limits.require_below_limit(holder.pk, Decimal(10**9), at=NOON)


@pytest.mark.clause("upstage/11.3", "upstage/2.7")
def test_what_has_been_used_is_charged_beyond_the_limit() -> None:
    price()
    holder = member()
    limited(holder, hard="100")
    used(holder, 100)
    assert spending(holder.pk, NOON).spent == 1200
    assert spending(holder.pk, NOON).left == 0


def test_a_limit_of_0_stops_everything_that_costs() -> None:
    holder = member()
    limited(holder, hard="0")
    wants(holder, "0")
    with pytest.raises(SpendingLimitReached):
        wants(holder, "0.000001")


def test_setting_limits_leaves_history_once() -> None:
    holder = member()
    limited(holder, "80", "100", "5")
    limited(holder, "80", "100", "5.000000", at=later(days=1))
    limited(holder, None, "100.5", "5", at=later(days=2))
    history = AuditEvent.objects.filter(action="limits.set").order_by("pk")
    assert [event.facts for event in history] == [
        {"soft": "– → 80", "hard": "– → 100", "low_balance": "– → 5"},
        {"soft": "80 → –", "hard": "100 → 100.5", "low_balance": "5 → 5"},
    ]
    assert {(event.about, event.actor) for event in history} == {(holder.public_id, holder.user)}


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (limits_of(soft="-1"), InvalidAmount),
        (limits_of(soft="0"), InvalidAmount),
        (limits_of(low="0"), InvalidAmount),
        (limits_of(hard="-0.000001"), InvalidAmount),
        (limits_of(hard="0.0000001"), InvalidAmount),
        (limits_of(hard="1000000000000.000001"), InvalidAmount),
        (limits_of(soft="100.1", hard="100"), SoftAboveHard),
    ],
)
def test_what_cannot_be_a_limit_is_refused_and_leaves_nothing(asked: Limits, refusal: type[Exception]) -> None:
    holder = member()
    with pytest.raises(refusal):
        limits.set_limits(member_id=holder.pk, limits=asked, by=holder.user, at=NOON)
    assert not OwnLimits.objects.exists()
    assert not AuditEvent.objects.filter(action="limits.set").exists()


def test_only_members_have_limits() -> None:
    holder = member()
    Member.objects.filter(pk=holder.pk).update(status=MemberStatus.WITHDRAWN, withdrawn_at=NOON)
    with pytest.raises(NotActive):
        limited(holder, "1")
    with pytest.raises(NotFound):
        limits.set_limits(member_id=0, limits=Limits(), by=None, at=NOON)


@pytest.mark.parametrize(
    "wrong",
    [{"soft": 0}, {"hard": -1}, {"low_balance": 0}, {"soft": 2, "hard": 1}, {"soft_told": FEBRUARY},
     {"soft": 1, "soft_told": date(2026, 2, 2)}, {"low_told_at": NOON}],
)  # fmt: skip
def test_the_database_refuses_limits_that_make_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnLimits.objects.create(member=member(), changed_at=NOON, **wrong)


def test_limits_are_part_of_a_members_own_data_and_end_with_it() -> None:
    holder = member()
    limited(holder, "80", "100", "5")
    assert [tuple(row)[:3] for row in own_data.own_limits(holder)] == [(80, 100, 5)]
    keeping.own_limits([holder.pk], NOON)
    assert not OwnLimits.objects.exists()


# The rules


@pytest.mark.parametrize(
    ("told", "spent", "available", "news"),
    [
        (Told(), "79.999999", "5", []),
        (Told(), "80", "5", [Crossing.SOFT]),
        (Told(), "100", "5", [Crossing.HARD]),
        (Told(soft=FEBRUARY), "99", "5", []),
        (Told(soft=FEBRUARY), "100", "5", [Crossing.HARD]),
        (Told(soft=date(2026, 1, 1)), "80", "5", [Crossing.SOFT]),
        (Told(FEBRUARY, FEBRUARY), "300", "4.999999", [Crossing.LOW]),
        (Told(FEBRUARY, FEBRUARY, low=True), "300", "0", []),
        (Told(), "100", "-3", [Crossing.HARD, Crossing.LOW]),
    ],
)
def test_what_is_told(told: Told, spent: str, available: str, news: list[Crossing]) -> None:
    found = crossed(
        limits_of("80", "100", "5"), told, spent=Decimal(spent), available=Decimal(available), month=FEBRUARY
    )
    assert list(found) == news


@pytest.mark.parametrize(
    ("new", "left"),
    [
        (limits_of("80", "100", "5"), Told(FEBRUARY, FEBRUARY, low=True)),
        (limits_of("79", "99", "9"), Told(FEBRUARY, FEBRUARY, low=True)),
        (limits_of("81", "100", "5"), Told(None, FEBRUARY, low=True)),
        (limits_of("80", "101", "1"), Told(FEBRUARY, None, low=True)),
        (limits_of(), Told(None, None, low=False)),
    ],
)
def test_a_limit_that_rises_is_armed_again(new: Limits, left: Told) -> None:
    assert told_after(limits_of("80", "100", "5"), new, Told(FEBRUARY, FEBRUARY, low=True)) == left


def test_what_holds_promise_away_counts_against_the_hard_limit() -> None:
    hard = limits_of(hard="100")
    assert fits(hard, spent=Decimal(60), held=Decimal(30), amount=Decimal(10))
    assert not fits(hard, spent=Decimal(60), held=Decimal(30), amount=Decimal("10.000001"))
    assert fits(limits_of(), spent=Decimal(60), held=Decimal(30), amount=Decimal(10**9))


# Holds


def test_a_hold_granted_below_the_limit_is_captured_whatever_the_limit_is_by_then() -> None:
    holder = member()
    make.granted(holder, "1000")
    limited(holder, hard="100")
    held = holding.place(member_id=holder.pk, use=Use.of_amount(Decimal(100)), expires_in=None, by=None, at=NOON)
    limited(holder, hard="10")
    holding.capture(hold=held.hold.public_id, use=Use.of_amount(Decimal(90)), by=None, at=NOON)
    assert (spending(holder.pk, NOON).spent, spending(holder.pk, NOON).held) == (90, 0)


def test_the_same_hold_asked_for_again_adds_nothing() -> None:
    holder = member()
    make.granted(holder, "1000")
    limited(holder, hard="100")

    def placed(key: str) -> str:
        use = Use.of_amount(Decimal(100))
        found = holding.place(member_id=holder.pk, use=use, expires_in=None, by=None, at=NOON, key=key)
        return str(found.hold.public_id)

    assert placed("one") == placed("one")
    with pytest.raises(SpendingLimitReached):
        placed("two")

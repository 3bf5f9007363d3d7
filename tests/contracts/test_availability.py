"""Availability of a month, and the credit for a shortfall."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.enums.service_levels import OutageCause, Treatment
from contracts.errors.service_levels import InvalidLadder
from contracts.rules import availability, service_credits
from contracts.rules.availability import COUNTING, Measured, Outage, Promise
from contracts.rules.service_credits import Ladder, Step
from contracts.rules.spans import Span, union
from tests.contracts.minutes import MINUTE, covers, kst, minutes_of
from upstage_console.kernel.calendars import Calendar, month_bounds

SEPTEMBER = Span(*month_bounds(date(2027, 9, 1)))
PROMISE = Promise(Decimal("99.5"), notice_hours=48, minimum_minutes=5)
LADDER = Ladder((Step(Decimal("99.5"), Decimal(5)), Step(Decimal(98), Decimal(20))), Decimal(30))


def outage(
    start: str, end: str, cause: OutageCause = OutageCause.UNPLANNED, announced: str = "", name: str = ""
) -> Outage:
    return Outage(name or start, Span(kst(start), kst(end)), cause, kst(announced) if announced else None)


STORY = [
    outage("2027-09-11 01:00", "2027-09-11 05:00", OutageCause.PLANNED, "2027-09-03 10:00"),
    outage("2027-09-14 02:00", "2027-09-14 18:00", OutageCause.FORCE_MAJEURE),
    outage("2027-09-18 08:10", "2027-09-18 08:14"),
    outage("2027-09-21 13:00", "2027-09-21 17:12"),
]


def minutes(length: timedelta) -> int:
    return length // MINUTE


def counted(*outages: Outage, promise: Promise = PROMISE) -> int:
    return minutes(availability.measure(SEPTEMBER, outages, promise).down)


@pytest.mark.clause("rift/8.1")
@pytest.mark.clause("rift/16.2")
def test_the_month_of_the_story() -> None:
    month = availability.measure(SEPTEMBER, STORY, PROMISE)
    assert [minutes(one) for one in (month.whole, month.excluded, month.in_scope, month.down)] == [
        43200,
        1200,
        42000,
        252,
    ]
    assert (month.availability, month.is_met) == (Fraction("99.4"), False)
    assert [minutes(line.counted) for line in month.lines] == [0, 0, 0, 252]
    assert [line.treatment for line in month.lines] == [
        Treatment.ANNOUNCED, Treatment.FORCE_MAJEURE, Treatment.TOO_SHORT, Treatment.COUNTED,
    ]  # fmt: skip


@pytest.mark.clause("rift/5.2")
def test_the_credit_of_the_story() -> None:
    month = availability.measure(SEPTEMBER, STORY, PROMISE)
    granted = service_credits.grant(
        month, PROMISE, LADDER, base=Decimal(2_400_000), currency="KRW", month=date(2027, 9, 1)
    )  # fmt: skip
    assert granted.amount == 120_000
    assert granted.reason.ko == (
        "2027년 9월 43,200분 − 제외 1,200분 = 42,000분. 중단 252분. "
        "가용률 (42,000 − 252) ÷ 42,000 = 99.4%, 목표 99.5%. 99.5% 미만: 정액 요금 2,400,000원 × 5% = 공제액 120,000원."
    )
    assert granted.reason.en == (
        "September 2027: 43,200 minutes − 1,200 out of scope = 42,000. Down: 252. Availability (42,000 − 252) ÷ 42,000 "
        "= 99.4%, target 99.5%. Below 99.5%: 5% of the flat fees of ₩2,400,000 = a credit of ₩120,000."
    )


@pytest.mark.parametrize(
    ("announced", "found"),
    [
        ("2027-09-18 22:00", Treatment.ANNOUNCED),  # 48 hours to the minute
        ("2027-09-18 22:01", Treatment.LATE_NOTICE),
        ("", Treatment.LATE_NOTICE),
    ],
)
@pytest.mark.clause("rift/8.2")
def test_maintenance_is_out_of_scope_only_with_its_notice(announced: str, found: Treatment) -> None:
    planned = outage("2027-09-20 22:00", "2027-09-20 23:00", OutageCause.PLANNED, announced)
    assert availability.treatment(planned, PROMISE) == found
    assert counted(planned) == (60 if found in COUNTING else 0)


@pytest.mark.parametrize(("excludes", "found"), [(True, 0), (False, 60)])
def test_a_third_partys_outage_leaves_the_scope_only_where_that_is_agreed(excludes: bool, found: int) -> None:
    promise = Promise(Decimal("99.5"), 48, 5, excludes_third_party=excludes)
    assert counted(outage("2027-09-20 22:00", "2027-09-20 23:00", OutageCause.THIRD_PARTY), promise=promise) == found


def test_what_the_customer_caused_is_out_of_scope() -> None:
    assert counted(outage("2027-09-20 22:00", "2027-09-20 23:00", OutageCause.CUSTOMER)) == 0


def test_outages_that_overlap_count_once_and_the_earlier_has_the_minutes() -> None:
    two = [outage("2027-09-20 22:00", "2027-09-20 23:00"), outage("2027-09-20 22:30", "2027-09-20 23:30")]
    month = availability.measure(SEPTEMBER, two, PROMISE)
    assert [minutes(line.counted) for line in month.lines] == [60, 30]


def test_short_outages_that_touch_are_one() -> None:
    assert counted(outage("2027-09-20 22:00", "2027-09-20 22:03"), outage("2027-09-20 22:03", "2027-09-20 22:06")) == 6


@pytest.mark.parametrize(("end", "found"), [("22:05", 5), ("22:04", 0)])
def test_exactly_the_minimum_counts(end: str, found: int) -> None:
    assert counted(outage("2027-09-20 22:00", f"2027-09-20 {end}")) == found


def test_an_outage_over_the_end_of_the_month_is_split_but_its_length_is_not() -> None:
    assert counted(outage("2027-09-30 23:57", "2027-10-01 00:10")) == 3


def test_what_overlaps_maintenance_is_out_of_scope() -> None:
    planned = outage("2027-09-20 22:00", "2027-09-20 23:00", OutageCause.PLANNED, "2027-09-01 00:00")
    assert counted(planned, outage("2027-09-20 22:30", "2027-09-20 23:30")) == 30


def test_a_month_out_of_scope_is_met() -> None:
    month = availability.measure(
        SEPTEMBER, [outage("2027-08-30 00:00", "2027-10-02 00:00", OutageCause.FORCE_MAJEURE)], PROMISE
    )
    assert (month.in_scope, month.availability, month.is_met) == (timedelta(0), 100, True)
    assert {day.share for day in month.days} == {None}


def test_days_add_up_to_the_month() -> None:
    month = availability.measure(SEPTEMBER, STORY, PROMISE)
    assert len(month.days) == 30
    assert sum((day.down for day in month.days), timedelta(0)) == month.down
    assert [day.share for day in month.days if day.down] == [Decimal("82.5")]


def test_shown_is_never_rounded_up() -> None:
    assert availability.shown(Fraction(9_949_999_999, 100_000_000)) == Decimal("99.4999")


# Against a walk by minutes

FIRST = kst("2027-09-01")
STARTS = st.integers(-600, 4000)
OUTAGES = st.builds(
    lambda start, length, cause, ahead: Outage(
        f"{start}", Span(FIRST + start * MINUTE, FIRST + (start + length) * MINUTE), cause,
        FIRST + (start - ahead * 60) * MINUTE if cause == OutageCause.PLANNED else None,
    ),
    STARTS, st.integers(1, 600), st.sampled_from(OutageCause), st.integers(40, 56),
)  # fmt: skip
SHORT = Span(FIRST, FIRST + 3 * 24 * 60 * MINUTE)


def slowly(outages: list[Outage], promise: Promise) -> tuple[int, int]:
    """Minutes out of scope and minutes down, one by one."""
    is_out = [one.span for one in outages if availability.treatment(one, promise) not in COUNTING]
    runs = union(one.span for one in outages if availability.treatment(one, promise) in COUNTING)
    down = [run for run in runs if run.length >= promise.minimum_minutes * MINUTE]
    excluded = [at for at in minutes_of(SHORT) if covers(is_out, at)]
    counted_minutes = [at for at in minutes_of(SHORT) if covers(down, at) and not covers(is_out, at)]
    return len(excluded), len(counted_minutes)


def measured(outages: list[Outage], promise: Promise) -> Measured:
    return availability.measure(SHORT, outages, promise)


@pytest.mark.clause("rift/8.1")
@settings(max_examples=40, deadline=None)
@given(st.lists(OUTAGES, max_size=5), st.integers(0, 30), st.booleans())
def test_a_month_is_measured_as_a_walk_by_minutes_does(outages: list[Outage], minimum: int, excludes: bool) -> None:
    promise = Promise(Decimal(99), 48, minimum, excludes)
    month = measured(outages, promise)
    excluded, down = slowly(outages, promise)
    assert (minutes(month.excluded), minutes(month.down)) == (excluded, down)
    assert sum(minutes(line.counted) for line in month.lines) == down
    assert sum(minutes(line.excluded) for line in month.lines) == excluded
    in_scope = 3 * 24 * 60 - excluded
    assert month.availability == (Fraction(100 * (in_scope - down), in_scope) if in_scope else 100)


# Credits


@pytest.mark.parametrize(
    ("percent", "found"), [("99.5", None), ("99.4999", 5), ("98", 5), ("97.99", 20), ("0", 20), ("100", None)]
)
def test_the_step_of_an_availability(percent: str, found: int | None) -> None:
    step = LADDER.step_of(Fraction(percent))
    assert (step and step.percent) == found


def test_a_cap_holds() -> None:
    ladder = Ladder((Step(Decimal(99), Decimal(50)),), Decimal(30))
    month = availability.measure(SEPTEMBER, [outage("2027-09-02 00:00", "2027-09-04 00:00")], PROMISE)
    granted = service_credits.grant(
        month, PROMISE, ladder, base=Decimal(1_000_001), currency="KRW", month=date(2027, 9, 1)
    )
    assert (granted.amount, granted.is_capped) == (Decimal(300_000), True)
    assert "한도 30%" in granted.reason.ko


def test_a_month_without_shortfall_gives_nothing() -> None:
    month = availability.measure(SEPTEMBER, [], PROMISE)
    granted = service_credits.grant(month, PROMISE, LADDER, base=Decimal(1000), currency="KRW", month=date(2027, 9, 1))
    assert (granted.amount, granted.step) == (0, None)


def test_half_a_won_is_rounded_up() -> None:
    month = availability.measure(SEPTEMBER, STORY, PROMISE)
    granted = service_credits.grant(month, PROMISE, LADDER, base=Decimal(1010), currency="KRW", month=date(2027, 9, 1))
    assert granted.amount == 51


@pytest.mark.parametrize(
    ("steps", "cap"),
    [([(99, 20), (98, 5)], 30), ([(101, 5)], 30), ([(99, -1)], 30), ([(99, 5)], 101)],
)  # fmt: skip
def test_what_is_no_ladder(steps: list[tuple[int, int]], cap: int) -> None:
    with pytest.raises(InvalidLadder):
        Ladder(tuple(Step(Decimal(below), Decimal(percent)) for below, percent in steps), Decimal(cap))


def test_a_claim_is_extended_over_a_weekend() -> None:
    assert service_credits.claim_until(date(2027, 10, 1), 30, Calendar()) == date(2027, 11, 1)


@pytest.mark.parametrize(
    ("subtotal", "parts"), [(100, [60, 40]), (60, [60, 0]), (0, [0, 0]), (1000, [60, 50]), (-5, [0, 0])]
)
def test_credits_never_exceed_an_invoice(subtotal: int, parts: list[int]) -> None:
    assert list(service_credits.allot([Decimal(60), Decimal(50)], Decimal(subtotal))) == parts

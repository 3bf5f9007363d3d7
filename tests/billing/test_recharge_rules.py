from datetime import date
from decimal import Decimal

import pytest

from billing.rules import bonus, recharging
from tests.billing.recharged import chosen, line
from upstage_console.kernel.errors import InvalidDates

FEBRUARY = date(2027, 2, 10)
LINES = [
    line(40_000, "10"),
    line(90_000, "12.5"),
    line(40_000, "5", mode="once", valid_days=90),
    line(30, "20", currency="USD"),
]


def reached(amount: str, mode: str = "monthly", currency: str = "KRW") -> Decimal | None:
    found = bonus.reached(LINES, Decimal(amount), mode, currency)
    return found.percent if found else None


@pytest.mark.clause("upstage/15.2")
@pytest.mark.parametrize(
    ("amount", "mode", "currency", "percent"),
    [
        ("39999", "monthly", "KRW", None),
        ("40000", "monthly", "KRW", Decimal(10)),
        ("89999", "monthly", "KRW", Decimal(10)),
        ("90000", "monthly", "KRW", Decimal("12.5")),
        ("90000", "once", "KRW", Decimal(5)),
        ("90000", "annual", "KRW", None),
        ("29.99", "monthly", "USD", None),
        ("30", "monthly", "USD", Decimal(20)),
    ],
)
def test_tier_by_amount_mode_and_currency(amount, mode, currency, percent):
    assert reached(amount, mode, currency) == percent


def test_nearest_tier_above():
    assert bonus.next_up(LINES, Decimal(50_000), "monthly", "KRW") == LINES[1]
    assert bonus.next_up(LINES, Decimal(90_000), "monthly", "KRW") is None


def test_bonus_is_exact():
    assert bonus.bonus(Decimal("33.33"), line(30, "12.25", currency="USD")) == Decimal("4.082925")
    assert bonus.bonus(Decimal(1000), None) == 0


@pytest.mark.clause("upstage/15-2.2")
def test_how_long_a_bonus_lasts():
    assert bonus.usable_until(LINES[2], FEBRUARY, None) == date(2027, 5, 11)
    assert bonus.usable_until(line(mode="once"), FEBRUARY, None) == date(2028, 2, 10)
    assert bonus.usable_until(LINES[0], FEBRUARY, date(2027, 3, 7)) == date(2027, 3, 7)


def test_the_sentence_shows_the_arithmetic():
    reason = bonus.explain(Decimal(100_000), LINES[1])
    assert reason.ko == "매월 90,000원 이상 충전: 100,000의 12.5% = 보너스 크레딧 12,500"
    assert reason.en == "from ₩90,000 every month: 12.5% of 100,000 = 12,500 bonus credits"


@pytest.mark.clause("upstage/15-2.1")
@pytest.mark.parametrize(
    ("today", "number", "first"),
    [
        (FEBRUARY, 20, date(2027, 2, 20)),
        (FEBRUARY, 10, date(2027, 3, 10)),
        (FEBRUARY, 9, date(2027, 3, 9)),
        (FEBRUARY, 31, date(2027, 2, 28)),
        (date(2027, 2, 28), 31, date(2027, 3, 31)),
        (date(2028, 2, 10), 30, date(2028, 2, 29)),
    ],
)
def test_first_cycle_is_the_next_such_day(today, number, first):
    assert recharging.first_on(today, number) == first


@pytest.mark.parametrize("number", [0, 32, -1])
def test_day_that_no_month_has(number):
    with pytest.raises(InvalidDates):
        recharging.first_on(FEBRUARY, number)


@pytest.mark.clause("upstage/15-2.1")
@pytest.mark.parametrize(
    ("mode", "number", "starts", "after"),
    [
        ("monthly", 31, date(2027, 1, 31), [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]),
        ("monthly", 29, date(2028, 1, 29), [date(2028, 2, 29), date(2028, 3, 29)]),
        ("annual", 29, date(2028, 2, 29), [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]),
        ("annual", 31, date(2027, 4, 30), [date(2028, 4, 30), date(2029, 4, 30)]),
    ],
)
def test_the_chosen_day_comes_back(mode, number, starts, after):
    choice, found = chosen(mode=mode, number=number), []
    for _ in after:
        starts = recharging.following(starts, choice)
        found.append(starts)
    assert found == after


def test_cycles_that_nothing_ran_for():
    monthly = chosen(number=20)
    assert recharging.due_cycles(date(2027, 2, 20), monthly, date(2027, 2, 25)) == [date(2027, 2, 20)]
    assert recharging.due_cycles(date(2027, 2, 20), monthly, date(2027, 4, 20)) == [
        date(2027, 2, 20), date(2027, 3, 20), date(2027, 4, 20)
    ]  # fmt: skip


@pytest.mark.clause("upstage/15-3.1")
@pytest.mark.parametrize(
    ("after", "next_on", "expected"),
    [
        (chosen(70_000, "monthly", 20), date(2027, 2, 20), date(2027, 2, 20)),
        (chosen(50_000, "monthly", 15), date(2027, 2, 20), date(2027, 2, 15)),
        (chosen(50_000, "monthly", 5), date(2027, 2, 20), date(2027, 3, 5)),
        (chosen(50_000, "annual", 20), date(2027, 2, 20), date(2027, 2, 20)),
        (chosen(70_000, "monthly", 20), date(2027, 2, 10), date(2027, 2, 20)),
        (chosen(50_000, "monthly", 20), None, date(2027, 2, 20)),
    ],
)
def test_from_when_a_change_holds(after, next_on, expected):
    assert recharging.next_after_change(FEBRUARY, chosen(50_000, "monthly", 20), after, next_on) == expected


def test_annual_amount_changes_without_an_earlier_charge():
    before, after = chosen(300_000, "annual", 25), chosen(500_000, "annual", 25)
    assert recharging.next_after_change(FEBRUARY, before, after, date(2028, 1, 25)) == date(2028, 1, 25)


@pytest.mark.clause("upstage/19")
@pytest.mark.parametrize(("tried", "again"), [(10, 11), (11, 13), (12, 13), (13, 15), (14, 15), (15, None), (20, None)])
def test_days_of_the_next_try(tried, again):
    expected = date(2027, 2, again) if again else None
    assert recharging.next_try(FEBRUARY, date(2027, 2, tried)) == expected

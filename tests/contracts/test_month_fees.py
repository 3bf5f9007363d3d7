"""What fees come to by days: nothing is lost, and one rounding a line (rift/7.1, 14.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules import month_fees as rules
from contracts.rules.month_fees import Change, Priced, Promotion, Step, Taken, Used

OCTOBER = (date(2027, 10, 1), date(2027, 10, 31))
UNIT = Decimal("0.000001")
AMOUNTS = st.integers(min_value=0, max_value=10**10).map(Decimal)


def flat(price: Priced, first: date = OCTOBER[0], last: date = OCTOBER[1]) -> Decimal:
    return rules.flat(price, first, last, "KRW").charged


@pytest.mark.clause("rift/7.1")
def test_a_change_order_counts_from_its_day() -> None:
    price = Priced(Decimal(1_240_000), (Change(date(2027, 10, 17), Decimal(1_550_000)),))
    found = rules.flat(price, *OCTOBER, "KRW")
    assert found.charged == 1_390_000
    assert found.reason.en == "₩1,240,000 × 16/31 + ₩1,550,000 × 15/31 (rounded down)"


@pytest.mark.clause("rift/7.1")
def test_months_billed_ahead_are_one_line() -> None:
    found = rules.flat(Priced(Decimal(520_000)), date(2027, 2, 1), date(2028, 1, 31), "KRW")
    assert (found.charged, found.reason.en) == (6_240_000, "₩520,000 × 12 months (rounded down)")


@pytest.mark.clause("rift/14.3")
def test_a_promotion_ends_with_its_last_day() -> None:
    off = Promotion(date(2027, 10, 1), date(2027, 10, 15), Decimal(50))
    assert flat(Priced(Decimal(310_000), promotions=(off,))) == 75_000 + 160_000
    assert flat(Priced(Decimal(310_000), promotions=(off, off, off))) == 160_000


@pytest.mark.clause("rift/7.1")
def test_a_seat_counts_on_each_day_at_whose_end_it_exists() -> None:
    whole = rules.taken_days(date(2027, 5, 1), None)
    late = rules.taken_days(date(2027, 6, 21), None)
    gone = rules.taken_days(date(2027, 6, 10), date(2027, 6, 10))
    june = (date(2027, 6, 1), date(2027, 6, 30))
    price = Priced(Decimal(27_000))
    assert rules.seats(price, [whole, whole, late, gone], *june, "KRW").charged == 63_000
    assert rules.seats(price, [Taken(june[0], date(2027, 6, 9))], *june, "KRW").charged == 8_100
    assert rules.seats(price, [], *june, "KRW").charged == 0


@pytest.mark.clause("rift/7.1")
def test_included_units_are_free_and_steps_hold_for_what_is_above_them() -> None:
    used = [Used(date(2027, 6, 3), Decimal(2740))]
    price = Priced(Decimal(15))

    def usage(included: int, *steps: Step) -> Decimal:
        return rules.usage(price, used, included=Decimal(included), steps=steps, currency="KRW").charged

    assert usage(2100) == 9_600
    assert usage(3000) == 0
    assert usage(0, Step(Decimal(1000), Decimal(10)), Step(Decimal(2000), Decimal(5))) == 15_000 + 10_000 + 3_700
    assert usage(1500, Step(Decimal(1000), Decimal(10)), Step(Decimal(2000), Decimal(5))) == 5_000 + 3_700


@pytest.mark.clause("rift/7.1")
def test_what_was_used_before_a_change_keeps_its_price() -> None:
    price = Priced(Decimal(10), (Change(date(2027, 6, 10), Decimal(20)),))
    used = [Used(date(2027, 6, 9), Decimal(100)), Used(date(2027, 6, 10), Decimal(100))]
    assert rules.usage(price, used, included=Decimal(50), steps=(), currency="KRW").charged == 500 + 2_000


@given(AMOUNTS, AMOUNTS, st.integers(1, 31), st.integers(0, 30), st.decimals(0, 100, places=2))
def test_the_days_of_a_month_billed_apart_add_up(
    amount: Decimal, later: Decimal, change_on: int, cut: int, percent: Decimal
) -> None:
    """No money is made or lost but the rounding that each line stores."""
    first, last = OCTOBER
    price = Priced(
        amount, (Change(date(2027, 10, change_on), later),), (Promotion(first, date(2027, 10, 9), percent),)
    )  # fmt: skip
    whole = rules.flat(price, first, last, "KRW")
    middle = first + timedelta(days=cut)
    parts = [rules.flat(price, first, middle, "KRW")]
    if middle < last:
        parts.append(rules.flat(price, middle + timedelta(days=1), last, "KRW"))
    assert abs(sum(part.amount for part in parts) - whole.amount) <= UNIT * len(parts)
    for line in [whole, *parts]:
        assert line.amount == line.charged + line.rounding
        assert 0 <= line.rounding < 1
        assert line.charged == line.charged.to_integral_value()


@given(AMOUNTS, st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_seats_cost_what_each_of_them_costs(amount: Decimal, starts: list[int]) -> None:
    taken = [Taken(OCTOBER[0] + timedelta(days=start), None) for start in starts]
    together = rules.seats(Priced(amount), taken, *OCTOBER, "KRW").amount
    alone = sum(rules.seats(Priced(amount), [one], *OCTOBER, "KRW").amount for one in taken)
    assert abs(together - alone) <= UNIT * len(taken)

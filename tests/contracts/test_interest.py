"""Interest by days on what firms pay late (rift/7.3; Commercial Act 54)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules import interest
from billing.rules.interest import Debt, Paid, Stretch

DUE = date(2027, 11, 4)
TOTAL = Decimal(5_720_000)


def debt(*paid: Paid, percent: str = "6", today: date = date(2027, 11, 29), due: date | None = DUE) -> Debt:
    return interest.debt(TOTAL, due, paid, percent=Decimal(percent), today=today, currency="KRW")


@pytest.mark.clause("rift/7.3")
@pytest.mark.parametrize(("percent", "expected"), [("6", 23_506), ("9", 35_260), ("0", 0)])
def test_interest_runs_by_days_over_365(percent: str, expected: int) -> None:
    found = debt(percent=percent)
    assert (found.principal, found.interest, found.total) == (TOTAL, expected, TOTAL + expected)


@pytest.mark.clause("rift/7.3")
def test_the_due_day_bears_nothing_nor_does_what_was_never_received() -> None:
    assert debt(today=DUE).interest == 0
    assert debt(today=DUE + timedelta(days=1)).interest == 940
    assert debt(due=None).interest == 0


@pytest.mark.clause("rift/7.3")
def test_a_part_payment_lowers_what_bears_interest_from_its_day() -> None:
    found = debt(Paid(date(2027, 11, 14), Decimal(5_000_000), Decimal(0)))
    assert found.stretches == (Stretch(TOTAL, 10), Stretch(Decimal(720_000), 15))
    assert found.interest == (TOTAL * 10 + 720_000 * 15) * 6 // 36500
    assert "₩5,720,000 × 6% × 10/365 + ₩720,000 × 6% × 15/365" in interest.explain(found).en


def test_a_payment_goes_to_the_principal_first() -> None:
    found = debt()
    assert interest.put(Decimal(5_720_100), found) == (TOTAL, Decimal(100))
    assert interest.put(Decimal(1_000), found) == (Decimal(1_000), Decimal(0))


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 400)), max_size=5), st.decimals(0, 20, places=3))
def test_interest_is_never_more_than_the_exact_sum(stretches: list[tuple[int, int]], percent: Decimal) -> None:
    found = interest.simple_interest([Stretch(Decimal(unpaid), days) for unpaid, days in stretches], percent, "KRW")
    exact = sum(unpaid * days for unpaid, days in stretches) * percent / 36500
    assert exact - 1 - Decimal("0.00001") < found <= exact

"""What is refunded of bought credits: 16.1 within seven days, 16.2 the 40 %, 16.3 when leaving."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.rules.refunds import Base, Bought, Quote, Reading, full_refund_until, quote
from upstage_console.kernel.calendars import Calendar

TODAY = date(2027, 3, 16)
FRESH = Bought(
    "pur_1", date(2027, 3, 12), date(2027, 3, 19), Decimal(55500), Decimal(55500), Decimal(55500), Decimal(5550)
)
OLD = replace(FRESH, paid_on=date(2027, 2, 17), full_until=date(2027, 2, 24), left=Decimal(22200))


def quoted(*purchases: Bought, base: tuple[str, str] | None = None, leaving: bool = False, **reading: bool) -> Quote:
    measured = Base(date(2027, 2, 17), Decimal(base[0]), Decimal(base[1])) if base else None
    return quote(purchases, measured, today=TODAY, currency="KRW", reading=Reading(**reading), leaving=leaving)


@pytest.mark.clause("upstage/16.1")
@pytest.mark.parametrize(
    ("paid", "until"),
    [
        (date(2027, 3, 23), date(2027, 3, 30)),
        (date(2027, 3, 19), date(2027, 3, 26)),
        (date(2027, 3, 20), date(2027, 3, 29)),
        (date(2027, 4, 28), date(2027, 5, 6)),
    ],
)
def test_seven_days_and_over_a_holiday(paid: date, until: date) -> None:
    assert full_refund_until(paid, Calendar()) == until


@pytest.mark.clause("upstage/16.1")
@pytest.mark.clause("upstage/20.1.1")
def test_an_unused_purchase_goes_back_whole_to_the_last_of_its_days() -> None:
    last_day = replace(FRESH, full_until=TODAY)
    found = quoted(last_day)
    assert (found.credits, found.amount, found.tax, found.total) == (55500, 55500, 5550, 61050)
    assert (found.refused, found.clauses) == (None, ("upstage/16.1", "upstage/20.1.1"))


@pytest.mark.clause("upstage/16.1")
@pytest.mark.parametrize("change", [{"left": Decimal("55499.999999")}, {"held": Decimal("0.000001")}])
def test_any_use_closes_it_and_a_hold_is_use(change: dict[str, Decimal]) -> None:
    found = quoted(replace(FRESH, **change))  # type: ignore[arg-type]
    assert (found.credits, found.refused, found.clauses) == (0, "credits_used", ("upstage/16.1",))


@pytest.mark.clause("upstage/16.1")
def test_what_was_given_back_before_is_no_use_and_the_rest_goes_back_whole() -> None:
    back = {"refunded": Decimal(5500), "refunded_net": Decimal(5500), "refunded_tax": Decimal(550)}
    rest = replace(FRESH, left=Decimal(50_000), refunded_on=TODAY, **back)  # type: ignore[arg-type]
    (line,) = quoted(rest).lines
    assert (line.credits, line.amount, line.tax, line.is_whole) == (50_000, 50_000, 5000, True)
    used = quoted(replace(rest, left=Decimal(49_999)))
    assert (used.credits, used.refused) == (0, "credits_used")
    assert used.lines[0].reason.en.startswith("1 of its 55,500 paid credits are used")


@pytest.mark.clause("upstage/16.2")
@pytest.mark.parametrize(("left", "open_"), [("34000", True), ("34000.000001", False), ("0.5", True)])
def test_forty_percent_is_in_and_a_unit_more_is_out(left: str, open_: bool) -> None:
    found = quoted(replace(OLD, left=Decimal(left)), base=("85000", left))
    assert found.is_refundable is open_
    assert found.refused == (None if open_ else "balance_above_limit")
    assert found.clauses == ("upstage/16.2",)


@pytest.mark.clause("upstage/16.2")
def test_what_is_left_is_valued_at_the_price_paid_and_rounded_half_up_once() -> None:
    one = replace(OLD, credits=Decimal(30000), left=Decimal("10000.5"), net=Decimal(30000), tax=Decimal(3000))
    found = quoted(one, base=("30000", "10000.5"))
    assert (found.credits, found.amount, found.tax) == (Decimal("10000.5"), 10001, 1000)


@pytest.mark.clause("upstage/16.2")
def test_what_is_held_is_not_refunded() -> None:
    found = quoted(replace(OLD, held=Decimal(200)), base=("55500", "22200"))
    assert (found.credits, found.amount) == (22000, 22000)


@pytest.mark.clause("upstage/16.2")
def test_each_purchase_in_its_own_days_goes_by_them() -> None:
    used = replace(FRESH, left=Decimal(10))
    found = quoted(OLD, used, base=("100000", "22210"))
    assert [(line.credits, line.refused) for line in found.lines] == [(22200, None), (0, "credits_used")]


@pytest.mark.clause("upstage/16.3")
def test_who_leaves_with_more_is_for_staff_to_decide() -> None:
    found = quoted(replace(OLD, left=Decimal(33000), held=Decimal(500)), base=("66000", "33000"), leaving=True)
    assert (found.credits, found.by_staff, found.clauses) == (0, 32500, ("upstage/16.2", "upstage/16.3"))
    assert quoted(replace(OLD, left=Decimal(33000)), base=("66000", "33000")).by_staff == 0


@pytest.mark.clause("upstage/16.1")
def test_consumers_may_be_given_the_unused_part_by_a_setting() -> None:
    found = quoted(replace(FRESH, left=Decimal(11100)), unused_part_too=True)
    assert (found.credits, found.amount, found.tax) == (11100, 11100, 1110)


def test_without_a_purchase_there_is_nothing_to_refund() -> None:
    found = quoted()
    assert (found.refused, found.clauses, found.total) == ("nothing_left", (), 0)


@pytest.mark.parametrize(
    ("one", "base", "numbers"),
    [
        (FRESH, None, ("55,500", "5,550")),
        (OLD, ("55500", "22200"), ("22,200 ≤ 22,200", "55,500")),
        (replace(OLD, left=Decimal(22201)), ("55500", "22201"), ("22,201 > 22,200", "55,500")),
        (replace(FRESH, left=Decimal(1)), None, ("55,499", "55,500")),
    ],
)
def test_a_reason_shows_its_arithmetic_in_both_languages(
    one: Bought, base: tuple[str, str] | None, numbers: tuple[str, ...]
) -> None:
    why = quoted(one, base=base).lines[0].reason
    assert all(number in why.ko and number in why.en for number in numbers)


@pytest.mark.clause("upstage/16.2")
def test_what_has_expired_is_not_refunded() -> None:
    found = quoted(replace(OLD, expired_on=date(2027, 3, 15)), base=("55500", "22200"))
    assert (found.credits, found.refused) == (0, "credits_expired")

"""Money: exact, of one currency, and rounded in nobody's favour but the member's."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstage_console.kernel.errors import InvalidAmount, MixedCurrencies, UnknownCurrency
from upstage_console.kernel.money import (
    CREDIT_UNIT,
    CURRENCIES,
    Money,
    charged,
    credit,
    exact,
    paid_back,
    split,
    unit_of,
    vat,
)

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=6)
CODES = st.sampled_from(sorted(CURRENCIES))


def won(amount: str | int) -> Money:
    return Money(Decimal(amount), "KRW")


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_units() -> None:
    assert (unit_of("KRW"), unit_of("USD")) == (Decimal("1"), Decimal("0.01"))


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1999.999999", "KRW", "1999"),
        ("0.999999", "KRW", "0"),
        ("12.349999", "USD", "12.34"),
        ("12.34", "USD", "12.34"),
        ("-0.5", "KRW", "-1"),  # a promotion is taken off in whole units, upwards
    ],
)
def test_charged_rounds_down(amount: str, currency: str, expected: str) -> None:
    assert charged(Decimal(amount), currency) == Decimal(expected)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1999.5", "KRW", "2000"),
        ("1999.499999", "KRW", "1999"),
        ("2000.5", "KRW", "2001"),  # half up, not half to even
        ("12.345", "USD", "12.35"),
    ],
)
def test_paid_back_rounds_half_up(amount: str, currency: str, expected: str) -> None:
    assert paid_back(Decimal(amount), currency) == Decimal(expected)


@pytest.mark.parametrize(
    ("net", "currency", "expected"), [("1000", "KRW", "100"), ("1009", "KRW", "100"), ("10.19", "USD", "1.01")]
)
def test_vat_rounds_down(net: str, currency: str, expected: str) -> None:
    assert vat(Decimal(net), currency, Decimal("0.1")) == Decimal(expected)


@pytest.mark.parametrize(
    ("amount", "expected"), [("0.0000019", "0.000001"), ("-0.0000019", "-0.000001"), ("5", "5.000000")]
)
def test_credit_keeps_six_decimals(amount: str, expected: str) -> None:
    assert str(credit(Decimal(amount))) == expected


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity", "1e18", "-1e30"])
@pytest.mark.parametrize("function", [exact, credit, lambda amount: charged(amount, "KRW"), lambda x: Money(x, "KRW")])
def test_what_is_no_amount_is_refused(function: object, amount: str) -> None:
    with pytest.raises(InvalidAmount):
        function(Decimal(amount))  # type: ignore[operator]


@pytest.mark.parametrize("amount", [1.5, "1.5", True, None])
def test_what_is_no_decimal_is_a_mistake(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "KRW")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["EUR", "krw", ""])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(Decimal(1), currency)


def test_arithmetic_is_exact() -> None:
    assert dollars("0.1") + dollars("0.2") == dollars("0.3")
    assert won(10) - won(12) == -won(2)
    assert won(3) * Decimal("1.5") == 2 * won("2.25")


def test_a_sum_starts_from_zero() -> None:
    assert sum([won(1), won(2)], Money.zero("KRW")) == won(3)
    assert not Money.zero("KRW")


def test_amounts_compare_within_a_currency() -> None:
    assert won(1) < won(2) <= won("2.0")
    assert won(2) != dollars("2")


@pytest.mark.parametrize("operation", [Money.__add__, Money.__sub__, Money.__lt__, Money.__ge__])
def test_two_currencies_never_meet(operation: object) -> None:
    with pytest.raises(MixedCurrencies) as refused:
        operation(won(1), dollars("1"))  # type: ignore[operator]
    assert refused.value.facts == {"one": "KRW", "other": "USD"}


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        ("100", [1, 1, 1], ["34", "33", "33"]),  # equal remainders: the first
        ("100", [1, 2, 3], ["17", "33", "50"]),  # 16.67, 33.33, 50
        ("10", [0, 1], ["0", "10"]),  # a weight of nothing gets nothing
        ("1", [1, 3], ["0", "1"]),  # the larger remainder
        ("-100", [1, 1, 1], ["-34", "-33", "-33"]),  # taken back as it was shared out
        ("0", [1, 2], ["0", "0"]),
    ],
)
def test_split(total: str, weights: list[int], expected: list[str]) -> None:
    assert split(Decimal(total), weights, "KRW") == [Decimal(share) for share in expected]


def test_split_of_credits() -> None:
    assert split(Decimal("1"), [1, 1, 1], "KRW", unit=CREDIT_UNIT) == [
        Decimal("0.333334"),
        Decimal("0.333333"),
        Decimal("0.333333"),
    ]


@pytest.mark.parametrize(("total", "weights"), [("100.5", [1, 1]), ("100", []), ("100", [0, 0]), ("100", [2, -1])])
def test_split_refuses_what_cannot_be_shared(total: str, weights: list[int]) -> None:
    with pytest.raises(InvalidAmount):
        split(Decimal(total), weights, "KRW")


@given(st.integers(-(10**9), 10**9), st.lists(AMOUNTS, min_size=1, max_size=12).filter(any), CODES)
def test_split_conserves_the_total(units: int, weights: list[Decimal], currency: str) -> None:
    total = units * unit_of(currency)
    assert sum(split(total, weights, currency)) == total


@given(st.integers(0, 10**9), st.lists(AMOUNTS, min_size=1, max_size=12).filter(any))
def test_split_is_within_a_unit_of_the_exact_share(total: int, weights: list[Decimal]) -> None:
    whole = sum(map(Fraction, weights))
    quotas = [total * Fraction(weight) / whole for weight in weights]
    shares = split(Decimal(total), weights, "KRW")
    assert all(abs(Fraction(share) - quota) < 1 for share, quota in zip(shares, quotas, strict=True))


@given(AMOUNTS, CODES)
def test_rounding_moves_less_than_a_unit(amount: Decimal, currency: str) -> None:
    unit = unit_of(currency)
    assert 0 <= amount - charged(amount, currency) < unit
    assert abs(paid_back(amount, currency) - amount) <= unit / 2
    assert charged(amount, currency) % unit == 0

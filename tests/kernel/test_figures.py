"""Numbers as texts have them."""

from decimal import Decimal

import pytest

from upstage_console.kernel.figures import grouped, plain


@pytest.mark.parametrize(
    ("amount", "for_programs", "for_sentences"),
    [
        ("0", "0", "0"),
        ("0.000000", "0", "0"),
        ("1000", "1000", "1,000"),
        ("1E+3", "1000", "1,000"),
        ("1000.500000", "1000.5", "1,000.5"),
        ("-0.000001", "-0.000001", "-0.000001"),
    ],
)
def test_no_exponent_and_no_idle_zeros(amount: str, for_programs: str, for_sentences: str) -> None:
    assert (plain(Decimal(amount)), grouped(Decimal(amount))) == (for_programs, for_sentences)

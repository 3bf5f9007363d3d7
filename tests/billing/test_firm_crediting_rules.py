"""A mistake on a firm's invoice, credited: as if it had never been invoiced, whatever was paid and when (rift/7.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules import crediting, interest
from billing.rules.crediting import ChargedToFirm
from billing.rules.late_fees import Paid

pytestmark = pytest.mark.clause("rift/7.2", "rift/7.3")
ISSUED, DUE, TODAY = date(2027, 3, 3), date(2027, 3, 17), date(2027, 9, 1)
NET, TAX, TOTAL = Decimal(1_400_000), Decimal(140_000), Decimal(1_540_000)
SIX = Decimal(6)


def charged(paid: list[Paid], *, is_received: bool = True) -> ChargedToFirm:
    return ChargedToFirm(
        subtotal=NET, tax=TAX, tax_rate=Decimal("0.1"), due_on=DUE, paid=tuple(paid), currency="KRW", percent=SIX,
        is_received=is_received,
    )  # fmt: skip


def debt(total: Decimal, paid: list[interest.Paid]) -> interest.Debt:
    return interest.debt(total, DUE, paid, percent=SIX, today=TODAY, currency="KRW")


@st.composite
def payments(draw: st.DrawFn) -> list[Paid]:
    """Money that came in for the invoice, as it is put: the principal first, then the interest that was due."""
    made: list[Paid] = []
    for days in sorted(draw(st.lists(st.integers(0, 150), max_size=4))):
        on = ISSUED + timedelta(days=days)
        known = [interest.Paid(one.on, one.principal, one.late_fee) for one in made]
        owed = interest.debt(TOTAL, DUE, known, percent=SIX, today=on, currency="KRW")
        amount = Decimal(draw(st.integers(1, 2_000_000)))
        principal, late = interest.put(min(amount, owed.total), owed)
        if principal or late:
            made.append(Paid(on, principal, late))
    return made


@given(paid=payments(), net=st.integers(1, 1_400_000))
def test_what_is_owed_and_goes_back_is_that_of_an_invoice_that_was_right(paid: list[Paid], net: int) -> None:
    before = charged(paid)
    found = crediting.credit(before, Decimal(net), TODAY)
    right = TOTAL - found.total
    came_in = sum((one.principal for one in paid), Decimal(0))
    late_paid = sum((one.late_fee for one in paid), Decimal(0))
    late_right = before.late(right, crediting._as_far_as(paid, right), TODAY)
    known = [interest.Paid(one.on, one.principal, one.late_fee) for one in paid]
    after = debt(TOTAL, [*known, interest.Paid(ISSUED, found.off_principal, found.off_late_fee)])
    assert (after.principal, after.interest) == (max(right - came_in, 0), max(late_right - late_paid, 0))
    assert (found.back_principal, found.back_late_fee) == (max(came_in - right, 0), max(late_paid - late_right, 0))


@given(paid=payments(), net=st.integers(1, 1_400_000))
def test_what_is_given_back_changes_nothing_of_the_past(paid: list[Paid], net: int) -> None:
    found = crediting.credit(charged(paid), Decimal(net), TODAY, was_owed=True)
    known = [interest.Paid(one.on, one.principal, one.late_fee) for one in paid]
    after = debt(TOTAL, [*known, interest.Paid(TODAY, found.off_principal, found.off_late_fee)])
    assert (after.accrued, found.off_late_fee, found.back_late_fee) == (debt(TOTAL, known).accrued, 0, 0)


def test_what_was_not_received_bears_no_interest() -> None:
    assert charged([], is_received=False).late(TOTAL, [], TODAY) == 0
    assert charged([]).late(TOTAL, [], TODAY) == 1_540_000 * 168 * 6 // 36500

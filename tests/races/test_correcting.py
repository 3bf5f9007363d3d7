"""Two who undo one charge at once, and two who capture one hold: one of them comes too late, and hears so."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from credits.models import Debt
from credits.services import books, correcting
from tests.credits import make
from tests.races.test_billing_money import at_once
from upstage_console.kernel.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


def codes(answers: list[Any]) -> list[str]:
    return [one.code for one in answers if isinstance(one, Refusal)]


def test_a_charge_of_who_never_had_credits_is_undone_once() -> None:
    """Without an account there is none to lock."""
    lee = make.poor()
    charge = make.burned(lee, "100", may_owe=True)[0]
    undo = partial(
        correcting.correct, charge_id=charge.charge_id, member_id=lee.pk, amount=Decimal(100), reason="r", by=None,
        at=make.NOON,
    )  # fmt: skip
    assert codes(at_once(*[undo] * 6)) == ["correction_too_large"] * 5
    assert sum(Debt.objects.values_list("amount", flat=True)) == 0
    assert books.findings() == []


def test_a_hold_of_who_never_had_credits_is_captured_once() -> None:
    hold = make.held(make.poor(), "100", may_owe=True).hold
    assert codes(at_once(*[partial(make.captured, hold, "60")] * 6)) == ["already_done"] * 5
    assert Debt.objects.get().amount == 60

"""The term of a contract, how it stands on a day, and what it is worth in a year."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.enums import BOUND_STATES, ContractStanding, ContractStatus
from contracts.rules.contracts import Agreed, standing, term
from contracts.rules.fees import Fee, months_begun, yearly_value
from upstage_console.kernel.calendars import months_later
from upstage_console.kernel.errors import Invalid, InvalidDates

DAYS = st.dates(date(2026, 1, 1), date(2036, 12, 31))


@pytest.mark.clause("rift/15.1")
@pytest.mark.parametrize(
    ("agreed", "concluded_on", "ends_on"),
    [
        (Agreed(date(2026, 3, 15)), None, date(2027, 3, 14)),
        (Agreed(date(2027, 6, 14)), None, date(2028, 6, 13)),
        (Agreed(date(2027, 6, 14), months=18), None, date(2028, 12, 13)),
        (Agreed(date(2027, 6, 14), ends_on=date(2027, 11, 19)), None, date(2027, 11, 19)),
        (Agreed(), date(2027, 6, 3), date(2028, 6, 3)),
        (Agreed(months=1), date(2027, 2, 28), date(2027, 3, 31)),
        (Agreed(ends_on=date(2027, 12, 31)), date(2027, 6, 3), date(2027, 12, 31)),
        (Agreed(date(2024, 2, 29)), None, date(2025, 2, 28)),
    ],
)
def test_a_term_ends_when_it_was_agreed_else_after_a_year(agreed, concluded_on, ends_on):
    found = term(agreed, concluded_on=concluded_on)
    assert found is not None
    assert (found.ends_on, found.starts_on) == (ends_on, agreed.starts_on or concluded_on)


def test_without_a_start_there_is_no_term_before_the_conclusion():
    assert term(Agreed(months=6)) is None


def test_an_end_before_the_start_is_refused():
    with pytest.raises(InvalidDates):
        term(Agreed(date(2027, 6, 14), ends_on=date(2027, 6, 13)))


def test_an_end_and_months_at_once_are_refused():
    with pytest.raises(Invalid):
        term(Agreed(date(2027, 6, 14), ends_on=date(2027, 7, 13), months=1))


def test_the_reason_says_that_nothing_was_agreed():
    found = term(Agreed(), concluded_on=date(2027, 6, 3))
    assert found is not None
    assert (found.reason.clauses, found.reason.en) == (
        ("rift/15.1",),
        "It was concluded on 3 Jun 2027; counting starts on the next day. No term was agreed, so it is one year: until "
        "3 Jun 2028.",
    )


@pytest.mark.clause("rift/15.1")
@given(DAYS, st.integers(1, 60), DAYS)
def test_a_concluded_contract_is_in_force_on_just_the_days_of_its_term(start, months, on):
    found = term(Agreed(start, months=months))
    assert found is not None
    stands = standing(ContractStatus.CONCLUDED, start, found.ends_on, on=on)
    assert (stands == ContractStanding.ACTIVE) == (start <= on <= found.ends_on)
    assert (stands == ContractStanding.EXPIRED) == (on > found.ends_on)


@pytest.mark.parametrize("status", [one for one in ContractStatus if one not in BOUND_STATES])
def test_what_was_never_concluded_stands_as_it_is(status):
    assert standing(status, date(2027, 1, 1), date(2027, 12, 31), on=date(2027, 6, 1)) == status


def test_a_suspended_contract_expires_as_well():
    days = (date(2027, 1, 1), date(2027, 12, 31))
    assert standing(ContractStatus.SUSPENDED, *days, on=date(2027, 12, 31)) == ContractStanding.SUSPENDED
    assert standing(ContractStatus.SUSPENDED, *days, on=date(2028, 1, 1)) == ContractStanding.EXPIRED


@given(DAYS, st.integers(0, 900))
def test_months_begun_are_counted_as_they_are_walked(start, days):
    end = start + timedelta(days=days)
    begun = {number for number in range(40) if months_later(start, number) <= end}
    assert months_begun(start, end) == len(begun)


@pytest.mark.clause("rift/4.2")
@pytest.mark.parametrize(
    ("months", "worth"),
    [(12, 12 * 100 + 12 * 3 * 10 + 5000 + 700), (24, 12 * 100 + 12 * 3 * 10 + 5700), (2, 2 * 100 + 2 * 3 * 10 + 5700)],
)
def test_a_year_is_worth_its_monthly_fees_and_what_is_paid_once(months, worth):
    fees = [
        Fee("flat", Decimal(100)), Fee("seat", Decimal(10), Decimal(3)), Fee("project", Decimal(5000)),
        Fee("startup", Decimal(700)), Fee("usage", Decimal(22)),
    ]  # fmt: skip
    assert yearly_value(fees, months=months) == worth

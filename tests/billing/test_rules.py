"""The rules by hand-worked numbers, and the one that SQL repeats by property."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules import conditions, invoicing, late_fees, purchases, rating, taxes
from billing.rules.late_fees import Paid
from billing.rules.rating import Rate
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clauses import Clause, registry
from upstage_console.kernel.errors import InvalidAmount

QUANTITIES = st.decimals(0, 10**9, places=6)
PRICES = st.decimals(0, 10**8, places=6)
PERS = st.integers(1, 10**9)


@pytest.mark.clause("upstage/18.1")
@given(QUANTITIES, PRICES, PERS)
def test_amount_is_cut_never_rounded_up(quantity, price, per):
    exact = Fraction(quantity) * Fraction(price) / per
    amount = rating.amount(quantity, price, per)
    assert 0 <= exact - Fraction(amount) < Fraction(1, 10**6)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(QUANTITIES, PRICES, PERS), min_size=1, max_size=20))
def test_the_database_rates_as_the_rule_does(uses):
    uses_of_arrays = "unnest(%s::numeric[], %s::numeric[], %s::bigint[]) AS used (q, p, per)"
    sql = f"SELECT div(q * p * 1000000, per) * 0.000001 FROM {uses_of_arrays}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in zip(*uses, strict=True)])
        assert [row[0] for row in cursor.fetchall()] == [rating.amount(*use) for use in uses]


@pytest.mark.clause("upstage/17.1")
@pytest.mark.parametrize(
    ("on", "price"), [("2027-01-03", None), ("2027-01-04", 12), ("2027-05-16", 12), ("2027-05-17", 15)]
)
def test_price_in_force(on, price):
    rates = [Rate(Decimal(15), 1, "KRW", date(2027, 5, 17)), Rate(Decimal(12), 1, "KRW", date(2027, 1, 4))]
    found = rating.in_force(rates, date.fromisoformat(on))
    assert (found and found.unit_price) == price


def test_rating_explains_itself():
    rate = Rate(Decimal(640), 1000, "KRW", date(2027, 1, 4))
    reason = rating.explain(Decimal(1500), rate, unit_ko="토큰", unit_en="tokens")
    assert reason.ko == "1,500 토큰 × 640원 ÷ 1,000 = 960원 (2027년 1월 4일부터의 단가)"
    assert reason.en == "1,500 tokens × ₩640 ÷ 1,000 = ₩960 (the price since 4 Jan 2027)"


@pytest.mark.clause("upstage/18.4")
@pytest.mark.parametrize(
    ("net", "currency", "tax"), [("40019", "KRW", 4001), ("9", "KRW", 0), ("10.99", "USD", "1.09")]
)
def test_vat_is_rounded_down(net, currency, tax):
    assert taxes.vat(Decimal(net), currency) == Decimal(tax)
    assert taxes.explain(Decimal(net), currency).clauses == ("upstage/18.4",)


@pytest.mark.clause("upstage/2.7")
@pytest.mark.parametrize(
    ("amount", "credits", "currency", "charged", "rounding"),
    [("27600", "6600", "KRW", 21000, 0), ("1.75", "0", "KRW", 1, "0.75"), ("5", "5", "KRW", 0, 0),
     ("0.0465", "0", "USD", "0.04", "0.0065")],
)  # fmt: skip
def test_line_is_rounded_down_once(amount, credits, currency, charged, rounding):
    line = invoicing.line(Decimal(amount), Decimal(credits), currency)
    assert (line.charged, line.rounding) == (Decimal(charged), Decimal(rounding))


@pytest.mark.clause("upstage/18.2")
@pytest.mark.parametrize(
    ("issued", "due"),
    [
        ("2026-03-01", "2026-03-16"),
        ("2026-05-01", "2026-05-15"),
        ("2026-02-03", "2026-02-19"),
        ("2026-12-18", "2027-01-04"),
    ],
)
def test_due_day_is_a_business_day(issued, due):
    """15 March a Sunday; plain; Seollal; 1 January and the weekend after it."""
    assert invoicing.due_on(date.fromisoformat(issued), invoicing.DUE_DAYS, Calendar()) == date.fromisoformat(due)


def owed(total, due, paid, today):
    return late_fees.debt(
        Decimal(total), date.fromisoformat(due), paid, today=date.fromisoformat(today), currency="KRW"
    )


@pytest.mark.clause("upstage/18.2")
def test_late_fee_of_the_terms_own_example():
    """1,000,000 due 31 August, 400,000 paid on 15 September, the rest on 2 November: 9,000 + 9,000."""
    paid = [Paid(date(2026, 9, 15), Decimal(400000), Decimal(0))]
    assert owed(1000000, "2026-08-31", paid, "2026-09-30").late_fee == 0
    assert owed(1000000, "2026-08-31", paid, "2026-10-01").late_fee == 9000
    paid.append(Paid(date(2026, 11, 2), Decimal(600000), Decimal(0)))
    debt = owed(1000000, "2026-08-31", paid, "2027-03-01")
    assert (debt.principal, debt.late_fee, [month.ends_on for month in debt.months]) == (
        0, 18000, [date(2026, 9, 30), date(2026, 10, 31)],
    )  # fmt: skip


def test_late_fee_does_not_compound():
    assert owed(1000000, "2026-06-30", [], "2026-10-01").late_fee == 3 * 15000


def test_payment_on_the_last_day_of_a_month_counts_in_it():
    paid = [Paid(date(2026, 7, 31), Decimal(1000000), Decimal(0))]
    assert owed(1000000, "2026-06-30", paid, "2026-08-01").late_fee == 0


def test_payment_goes_to_the_principal_first():
    debt = owed(1000, "2026-06-30", [], "2026-08-01")
    assert late_fees.put(Decimal(1010), debt) == (1000, 10)
    assert late_fees.explain(debt).en == "Principal ₩1,000, late fee ₩15: ₩1,000 × 1.5% = ₩15 (31 Jul 2026)"


@pytest.mark.clause("upstage/15.2")
def test_quote_shows_its_arithmetic():
    quote = purchases.quote(Decimal(37500), "KRW")
    assert (quote.tax, quote.total, quote.credits) == (3750, 41250, 37500)
    assert "37,500" in quote.reason.ko


@pytest.mark.parametrize(("amount", "currency"), [("0", "KRW"), ("0.5", "KRW"), ("0.001", "USD"), ("-1", "USD")])
def test_amount_that_has_no_quote(amount, currency):
    with pytest.raises(InvalidAmount):
        purchases.quote(Decimal(amount), currency)


@pytest.mark.clause("upstage/20.2")
def test_conditions_name_their_numbers_in_both_languages():
    text = conditions.FIRST
    assert all("7" in part and "40" in part for part in (text.ko, text.en))


@pytest.mark.parametrize(
    "code", ["2.7", "8.1", "9.2", "15.1", "15.2", "15.4", "17.1", "18.1", "18.2", "18.4", "19", "20.2"]
)
def test_clause_is_enforced_by_billing(code):
    assert any(name.startswith("billing.") for name in registry()[Clause.parse(f"upstage/{code}")])

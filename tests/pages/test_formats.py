"""Amounts, dates and durations, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from upstage_console.kernel.money import Money
from upstage_console.web.templatetags import formats

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("amount", "currency", "korean", "english"),
    [
        ("56790", "KRW", "56,790원", "₩56,790"),
        ("0", "KRW", "0원", "₩0"),
        ("-1200", "KRW", "−1,200원", "−₩1,200"),
        ("0.123456", "KRW", "0.123456원", "₩0.123456"),
        ("1234567890.500000", "KRW", "1,234,567,890.5원", "₩1,234,567,890.5"),
        ("12.34", "USD", "$12.34", "$12.34"),
        ("12", "USD", "$12.00", "$12.00"),
        ("-0.5", "USD", "−$0.50", "−$0.50"),
    ],
)
def test_money_reads_as_its_readers_write_it(amount, currency, korean, english):
    with translation.override("ko"):
        assert formats.money(Decimal(amount), currency) == korean
    with translation.override("en"):
        assert formats.money(Money(Decimal(amount), currency)) == english


def test_money_down_never_shows_more_than_there_is():
    with translation.override("ko"):
        assert formats.money_down(Decimal("12230.999999"), "KRW") == "12,230원"
        assert formats.money_down(Decimal("0.999"), "USD") == "$0.99"


def test_signed_shows_both_signs():
    with translation.override("en"):
        assert formats.signed(Decimal("10"), "USD") == "+$10.00"
        assert formats.signed(Decimal("-10"), "USD") == "−$10.00"


def test_nothing_is_a_dash():
    assert [formats.money(None), formats.day(None), formats.moment(None), formats.quantity("")] == ["–"] * 4


def test_days_and_moments_are_korean_time():
    late = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
    with translation.override("ko"):
        assert formats.day(late) == "2026년 11월 22일 (일)"
        assert formats.moment(late) == "2026년 11월 22일 (일) 00:30"
        assert formats.month(TODAY) == "2026년 11월"
    with translation.override("en"):
        assert formats.day(TODAY) == "22 Nov 2026"
        assert formats.moment(late) == "22 Nov 2026, 00:30"


def test_last_day_of_an_end_at_24_00_is_the_day_before():
    assert formats.last_day(datetime(2026, 11, 22, 15, tzinfo=UTC)) == TODAY


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "ends today"),
        (date(2026, 11, 23), "1 day left"),
        (date(2026, 11, 25), "3 days left"),
        (date(2026, 11, 20), "2 days ago"),
        (date(2031, 11, 22), "more than 4 years left"),
    ],
)
def test_remaining_is_told_in_words(day, words):
    with translation.override("en"):
        assert formats.remaining(day, TODAY) == words


def test_local_falls_back_to_the_other_language():
    class Row:
        name_ko, name_en = "이름", ""

    with translation.override("en"):
        assert formats.local(Row, "name") == "이름"

"""Days, instants and amounts in sentences, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy

from accounts.services.notices import compose
from upstage_console.kernel import wording
from upstage_console.kernel.errors import InvalidDates
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import Phrase, worded

LATE = datetime(2027, 6, 21, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fact", "korean", "english"),
    [
        (date(2027, 6, 22), "2027년 6월 22일", "22 Jun 2027"),
        (LATE, "2027년 6월 22일 00:05", "22 Jun 2027, 00:05"),
        (Money(Decimal("56790"), "KRW"), "56,790원", "₩56,790"),
        (Money(Decimal("-0.125"), "KRW"), "−0.125원", "−₩0.125"),
        (Money(Decimal("12.340000"), "USD"), "$12.34", "$12.34"),
        (Money(Decimal("5"), "USD"), "$5.00", "$5.00"),
        (Decimal("1234.500000"), "1,234.5", "1,234.5"),
        (wording.month(date(2027, 6, 1)), "2027년 6월", "June 2027"),
        (Phrase("가", "a"), "가", "a"),
        ("2027-06-22", "2027-06-22", "2027-06-22"),
        (1500, 1500, 1500),
        (None, None, None),
    ],
)
def test_fact_is_written_as_its_readers_write_it(fact, korean, english):
    assert (worded(fact, "ko"), worded(fact, "en")) == (korean, english)


def test_number_that_is_none_stays_what_it_is():
    assert worded(Decimal("NaN"), "ko").is_nan()


@pytest.mark.parametrize(
    ("code", "language"), [("en-us", "en"), ("en", "en"), ("ko-kr", "ko"), ("de", "ko"), (None, "ko")]
)
def test_every_tongue_but_english_reads_korean(code, language):
    assert wording.tongue(code) == language


def test_notice_writes_its_facts_in_each_language():
    text = compose(lazystr("%(on)s"), lazystr("%(sum)s, %(kind)s"), on=LATE.date(),
                   sum=Money(Decimal(1000), "KRW"), kind=gettext_lazy("Overview"))  # fmt: skip
    assert (text.subject_ko, text.subject_en) == ("2027년 6월 21일", "21 Jun 2027")
    assert (text.body_ko, text.body_en) == ("1,000원, 개요", "₩1,000, Overview")


def test_refusal_writes_its_days_in_the_readers_language():
    refusal = InvalidDates(facts={"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)})
    with translation.override("en"):
        assert str(refusal) == "These dates do not fit together: 2 Jan 2027, 1 Jan 2027."
    with translation.override("ko"):
        assert "2027년 1월 2일" in str(refusal)


@pytest.mark.parametrize(
    ("text", "visible"),
    [("a", True), ("가", True), (" – ", True), ("1", True), ("🙂", True), ("", False), (" \n\u3000", False),
     ("\u200b\u200d\u2060\ufeff", False), ("\u3164\u115f\u1160\uffa0", False), ("\u2800", False),
     ("\ufe0f\u0301", False)],
)  # fmt: skip
def test_what_nobody_sees_is_nothing_to_read(text, visible):
    assert wording.is_visible(text) is visible

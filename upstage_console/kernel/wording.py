"""Days, instants and amounts as Korean and English readers write them (design/pages.md, Language and type).

What is told to people in sentences: in notices, reasons, refusals and pages. Korean is the default, as everywhere.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date

from upstage_console.kernel.clock import KST
from upstage_console.kernel.figures import grouped

LANGUAGES = ("ko", "en")
SYMBOLS = {"KRW": "₩", "USD": "$"}
DECIMALS = {"KRW": 0, "USD": 2}
BLANK = "\u115f\u1160\u3164\uffa0\u2800"
"""What is drawn as nothing and yet counts as a letter or a sign: the fillers of Hangul, the empty cell of Braille."""
PATTERNS = {
    "ko": {"day": "y년 M월 d일", "weekday": "y년 M월 d일 (E)", "short": "M월 d일", "month": "y년 M월"},
    "en": {"day": "d MMM y", "weekday": "d MMM y", "short": "d MMM", "month": "MMMM y"},
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Part of a sentence in both languages."""

    ko: str
    en: str


def is_visible(text: str) -> bool:
    """Whether there is anything to read in it: not spaces, controls, joiners, marks alone or fillers of Hangul."""
    return any(unicodedata.category(sign)[0] not in "CMZ" and sign not in BLANK for sign in text)


def tongue(code: str | None) -> str:
    """`en` for English of any country, else `ko`, which binds (upstage/27)."""
    return "en" if (code or "ko").startswith("en") else "ko"


def kst(value: date) -> date:
    """An instant as it is in Korea; a day stays what it is."""
    return value.astimezone(KST) if isinstance(value, datetime) else value


def written(value: date, pattern: str, language: str) -> str:
    """A day, or the day in Korea of an instant: `2027년 6월 22일`, `22 Jun 2027`."""
    of_korea = kst(value)
    return _formatted(of_korea.year, of_korea.month, of_korea.day, PATTERNS[language][pattern], language)


@lru_cache(maxsize=4000)
def _formatted(year: int, month: int, day: int, pattern: str, language: str) -> str:
    return format_date(date(year, month, day), pattern, locale=language)


def day(value: date, language: str) -> str:
    """A day as sentences have it."""
    return written(value, "day", language)


def moment(at: datetime, language: str, pattern: str = "day") -> str:
    """An instant in Korean time, to the minute: `2027년 6월 22일 09:00`, `22 Jun 2027, 09:00`."""
    joint = " " if language == "ko" else ", "
    return f"{written(at, pattern, language)}{joint}{kst(at):%H:%M}"


def month(first: date) -> Phrase:
    """A month, told by a day in it."""
    return Phrase(written(first, "month", "ko"), written(first, "month", "en"))


def money(amount: Decimal, currency: str, language: str) -> str:
    """Exact: whole units, and as many decimals as are there: `56,790원`, `₩0.1234`, `$12.34`."""
    return priced(amount, currency, language, DECIMALS.get(currency, 2))


def priced(amount: Decimal, currency: str, language: str, decimals: int) -> str:
    """An exact amount with at least so many decimals, with its sign and the mark of its currency."""
    figure, sign = grouped(abs(amount), decimals), "−" if amount < 0 else ""
    if currency == "KRW" and language == "ko":
        return f"{sign}{figure}원"
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{figure}"


def worded(fact: object, language: str) -> object:
    """What a fact is in a sentence: days, instants, amounts of money and phrases in words, numbers without idle zeros.

    Whatever else there is stays what it is.
    """
    match fact:
        case Phrase():
            return getattr(fact, language)
        case datetime():
            return moment(fact, language)
        case date():
            return day(fact, language)
        case Decimal():
            return grouped(fact) if fact.is_finite() else fact
        case object(amount=Decimal() as amount, currency=str() as currency):
            return money(amount, currency, language)
    return fact

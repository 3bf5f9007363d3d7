"""Amounts, dates and durations as Korean and English readers write them (design/pages.md, Language and type)."""

from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from upstage_console.kernel import calendars, wording
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.wording import DECIMALS, kst

register = template.Library()

FAR = 366  # days from which a deadline is told in years


def _language() -> str:
    return wording.tongue(get_language())


def _written(value: date, pattern: str) -> str:
    return wording.written(value, pattern, _language())


def _parts(value: Any, currency: str) -> tuple[Decimal, str]:
    """A Money carries its currency; a bare decimal is told it."""
    if hasattr(value, "amount"):
        return value.amount, value.currency
    return Decimal(value), currency


@register.filter
def money(value: Any, currency: str = "KRW") -> str:
    """Exact: whole units, and as many of the six decimals as are there: 56,790원, ₩0.1234, $12.34."""
    if value is None or value == "":
        return "–"
    amount, currency = _parts(value, currency)
    return wording.money(amount, currency, _language())


@register.filter
def money_each(values: Any, currency: str = "KRW") -> str:
    """Several amounts, one after the other: ₩10 → ₩8."""
    return " → ".join(money(value, currency) for value in values)


@register.filter
def money_down(value: Any, currency: str = "KRW") -> str:
    """For figures read at a glance: whole units of the currency, rounded down (rules I-7)."""
    if value is None or value == "":
        return "–"
    amount, currency = _parts(value, currency)
    places = DECIMALS.get(currency, 2)
    whole = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN) + 0
    return wording.priced(whole, currency, _language(), places)


@register.filter
def signed(value: Any, currency: str = "KRW") -> str:
    """A movement: +10,000원, −1.25원."""
    amount, currency = _parts(value, currency)
    return ("+" if amount > 0 else "") + money(amount, currency)


@register.filter
def quantity(value: Any) -> str:
    if value is None or value == "":
        return "–"
    figure = format_decimal(Decimal(value), format="#,##0.######", locale="en", decimal_quantization=False)
    return figure.replace("-", "−")


@register.filter
def signed_quantity(value: Any) -> str:
    """A number that is added or taken off: +50, −25."""
    return ("+" if Decimal(value) > 0 else "") + quantity(value)


@register.filter
def negative(value: Decimal) -> Decimal:
    """What is taken off, with its sign."""
    return -value


@register.filter
def unlocalized(value: Any) -> str:
    """A number as addresses and forms take it."""
    return f"{Decimal(value):f}"


@register.filter
def percent(value: Any) -> str:
    """0.1 as 10%."""
    return quantity(Decimal(value) * 100) + "%"


@register.filter
def day(value: date | None) -> str:
    """2026년 11월 22일 (일) / 22 Nov 2026."""
    return _written(value, "weekday") if value else "–"


@register.filter
def last_day(end: datetime | None) -> date | None:
    """The last day of what ends at this instant."""
    return calendars.last_day(end) if end else None


@register.filter
def short_day(value: date | None) -> str:
    return _written(value, "short") if value else "–"


@register.filter
def month(value: date | None) -> str:
    return _written(value, "month") if value else "–"


@register.filter
def moment(value: datetime | None) -> str:
    """An instant in Korean time, to the minute."""
    return wording.moment(value, _language(), "weekday") if value else "–"


@register.filter
def iso(value: date) -> str:
    return kst(value).isoformat()


@register.filter
def from_iso(text: str) -> date:
    """A day that is kept as text in a document: `{{ decision.due_on|from_iso|day }}`."""
    return date.fromisoformat(text)


@register.filter
def days_until(value: date, today: date) -> int:
    last = kst(value)
    return ((last.date() if isinstance(last, datetime) else last) - today).days


@register.filter
def remaining(value: date, today: date) -> str:
    """What is left of a last day: 3일 남음, 오늘까지, 2일 지남."""
    days = days_until(value, today)
    if days == 0:
        return _("ends today")
    if days < 0:
        return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}
    if days < FAR:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    years = days // FAR
    return ngettext("more than %(years)d year left", "more than %(years)d years left", years) % {"years": years}


@register.filter
def lasted(start: datetime, end: datetime) -> str:
    """How long something took, to the minute: 1일 2시간 30분, 2 h 30 min."""
    days, minutes = divmod(int((end - start).total_seconds()) // 60, 24 * 60)
    parts = [
        ngettext("%(days)d day", "%(days)d days", days) % {"days": days} if days else "",
        hours(minutes) if minutes or not days else "",
    ]
    return " ".join(filter(None, parts))


@register.filter
def hours(minutes: int) -> str:
    """Minutes in hours, which are not made days, as a working day has fewer: 40시간, 2 h 30 min, 0 min."""
    whole, rest = divmod(minutes, 60)
    parts = [
        _("%(hours)d h") % {"hours": whole} if whole else "",
        _("%(minutes)d min") % {"minutes": rest} if rest or not whole else "",
    ]
    return " ".join(filter(None, parts))


@register.filter
def local(row: Any, field: str) -> str:
    """The text of a bilingual field in the reader's language: `{{ service|local:"name" }}`; of `ko`, `en`: `""`."""
    before = f"{field}_" if field else ""
    own, other = ("en", "ko") if _language() == "en" else ("ko", "en")
    return getattr(row, before + own, "") or getattr(row, before + other, "")


@register.filter
def in_words(reason: Reason) -> str:
    """The sentence of a reason, in the reader's language."""
    return reason.text(_language())

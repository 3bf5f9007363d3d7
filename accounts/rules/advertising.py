"""When advertising may be sent (upstage/13; Network Act Art. 50, Decree Art. 61 to 62-3)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from accounts.enums import Channel
from upstage_console.kernel.calendars import kst_date, months_later, period_end
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.clock import KST

RESULT_WITHIN_DAYS: Final = 14
"""Network Act 50(7): the result of a consent or a refusal is told within so many days."""

RECONFIRM_AFTER_YEARS: Final = 2
"""Network Act 50(8), Decree 62-3: consent is asked for again every so many years, before the same date."""

ASK_AGAIN_DAYS_BEFORE: Final = 30
"""The console's own: so many days before the last day the member is asked."""

NIGHT_BEGINS: Final = time(21)
NIGHT_ENDS: Final = time(8)
"""Network Act 50(3): between these Korean times only with a consent of its own, e-mail excepted."""

LABEL: Final = "(광고)"
"""Decree, table 6: stands before every subject."""


@dataclass(frozen=True)
class Answer:
    """What a member answered about advertising, and when."""

    given: bool
    night: bool
    at: datetime


def result_notice_by(at: datetime) -> date:
    """The last day to tell the result of a consent or refusal."""
    return period_end(kst_date(at), days=RESULT_WITHIN_DAYS)


@enforces("upstage/13")
def reconfirm_by(at: datetime) -> date:
    """The last day to reconfirm a consent: the day before the same date two years later (2024-11-23: 2026-11-22)."""
    return months_later(kst_date(at), 12 * RECONFIRM_AFTER_YEARS) - timedelta(days=1)


def oldest_holding(today: date) -> date:
    """The earliest day of a consent that still holds today: the inverse of `reconfirm_by`."""
    day = months_later(today + timedelta(days=1), -12 * RECONFIRM_AFTER_YEARS)
    short_february = months_later(day, 12 * RECONFIRM_AFTER_YEARS) <= today
    return day + timedelta(days=1) if short_february else day


def ask_again_on(at: datetime) -> date:
    """The day on which the member is asked whether the consent goes on."""
    return reconfirm_by(at) - timedelta(days=ASK_AGAIN_DAYS_BEFORE)


@enforces("upstage/13")
def is_agreed(answer: Answer | None, *, at: datetime) -> bool:
    """Whether the newest answer allows advertising at `at`; a consent not reconfirmed in time is over (I-5)."""
    return answer is not None and answer.given and kst_date(at) <= reconfirm_by(answer.at)


@enforces("upstage/13")
def is_night(at: datetime) -> bool:
    """Whether it is between 21:00 and 08:00 in Korea; at 21:00 it is, at 08:00 no more."""
    now = at.astimezone(KST).time()
    return now >= NIGHT_BEGINS or now < NIGHT_ENDS


@enforces("upstage/13")
def may_send_now(answer: Answer, channel: str, *, at: datetime) -> bool:
    """Whether the hour allows it: e-mail at any, everything else by day or with consent for the night."""
    return channel == Channel.EMAIL or answer.night or not is_night(at)

"""The schedule of what is kept how long, as it holds now: one of its periods is a reading that staff can change."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from accounts.rules.retention import Keeping, schedule
from upstage_console.kernel import policy

SEAT_LOGIN: Final = "seat_login"
MOST_DAYS: Final = 365

_KEPT = policy.reading(
    "seat_login_days", schedule()[SEAT_LOGIN].days, clause="rift/11.1",
    why_ko="로그인의 목적은 마지막 이용자석과 함께 끝나지만, 곧 다시 초대되는 사람이 많으므로 30일 동안 둡니다.",
    why_en="A login has no purpose without a seat; many are invited again soon, so it stays for 30 days.",
    valid=lambda value: type(value) is int and 0 <= value <= MOST_DAYS,
)  # fmt: skip


def seat_login_days(*, at: datetime) -> int:
    """How many days a login stays that opens no contract any more (PIPA, Art. 21(1))."""
    days: int = policy.value(_KEPT.name, at=at)
    return days


def schedule_at(at: datetime) -> list[Keeping]:
    """Every row of the schedule as it holds at an instant, in the order in which it is shown."""
    own = replace(schedule()[SEAT_LOGIN], days=seat_login_days(at=at))
    return list((dict(schedule()) | {SEAT_LOGIN: own}).values())

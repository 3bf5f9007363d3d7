"""How deliverables are inspected: within the agreed days; silence accepts only where that was agreed (rift/5.2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from contracts.enums import DeliveryStatus
from contracts.rules.precedence import Governing
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.wording import day

CLAUSE: Final = "rift/5.2"
YES: Final = frozenset({"1", "yes", "true", "예"})


@dataclass(frozen=True, slots=True)
class Inspection:
    """What holds for a hand-over: the last day to inspect it, whether silence then accepts, which document says so."""

    until: date | None
    silence_accepts: bool
    key: str
    reason: Reason


def says_yes(value: Any) -> bool:
    """Whether a document says yes to a topic."""
    return str(value).strip().lower() in YES


@enforces(CLAUSE)
def inspect_until(handed_over_on: date, days: int, calendar: Calendar) -> date:
    """The last day to inspect; the customer has to act, so a holiday moves it (I-1, I-2)."""
    return calendar.extended_end(handed_over_on, days=days)


@enforces(CLAUSE)
def inspection(
    handed_over_on: date, days: Governing | None, silence: Governing | None, calendar: Calendar
) -> Inspection:
    """What holds for a hand-over of a day. Without agreed days no period runs, and silence means nothing."""
    if days is None:
        return Inspection(None, False, "", _no_period())
    until = inspect_until(handed_over_on, int(days.value), calendar)
    accepts = silence is not None and says_yes(silence.value)
    said = silence if silence is not None and accepts else days
    return Inspection(until, accepts, said.key, _why(handed_over_on, int(days.value), until, accepts, days.reason))


def _no_period() -> Reason:
    return Reason(
        (CLAUSE,), "검수 기간을 정한 문서가 없어 기간이 없으며, 침묵은 승인이 아닙니다.",
        "No document names days to inspect: there is no period, and silence is no acceptance.",
    )  # fmt: skip


SILENCE: Final = {
    ("ko", True): "그때까지 의사 표시가 없으면 승인한 것으로 봅니다(작업 범위가 정함).",
    ("ko", False): "침묵을 승인으로 보기로 한 바는 없습니다.",
    ("en", True): "Silence until then accepts it, as the statement of work says.",
    ("en", False): "Nothing makes silence an acceptance.",
}


def _why(on: date, days: int, until: date, accepts: bool, because: Reason) -> Reason:
    ko = f"인도일 {day(on, 'ko')} + {days}일 → {day(until, 'ko')}. {SILENCE['ko', accepts]} {because.ko}"
    en = f"Handed over on {day(on, 'en')} + {days} days → {day(until, 'en')}. {SILENCE['en', accepts]} {because.en}"
    facts = {"handed_over_on": on, "days": days, "inspect_by": until, "silence_accepts": accepts}
    return Reason((CLAUSE,), ko, en, facts)


@enforces(CLAUSE)
def standing(status: str, until: date | None, *, silence_accepts: bool, on: date) -> DeliveryStatus:
    """How a hand-over stands on a day: where silence accepts, it is accepted once its period has ended."""
    if status == DeliveryStatus.DELIVERED and silence_accepts and until is not None and on > until:
        return DeliveryStatus.ACCEPTED
    return DeliveryStatus(status)


@enforces(CLAUSE, "rift/7.1")
def is_milestone_reached(standings: Collection[DeliveryStatus | None]) -> bool:
    """Whether a milestone is accepted: it has deliverables, and each of them was (None: not handed over yet)."""
    return bool(standings) and all(one == DeliveryStatus.ACCEPTED for one in standings)

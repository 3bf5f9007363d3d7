"""The term of a contract, and how it stands on a day (rift/15.1)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.enums import ContractStanding, ContractStatus
from upstage_console.kernel.calendars import period_end, term_end
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import Invalid, InvalidDates
from upstage_console.kernel.wording import day

TERM_YEARS: Final = 1
"""rift/15.1: the term of a contract that names none."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed about the term: a start (else the conclusion begins it), and an end, or months, or nothing."""

    starts_on: date | None = None
    ends_on: date | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """The first and the last day, and how they were found."""

    starts_on: date
    ends_on: date
    reason: Reason


@enforces("rift/15.1")
def term(agreed: Agreed, *, concluded_on: date | None = None) -> Term | None:
    """The term, or None where it begins with a conclusion that is still to come.

    A named start counts as a day of the term; the day of a conclusion does not (I-1). An agreed end stands; months are
    counted; where nothing is said it is one year. Refuses `invalid_dates` for an end before the start, and `invalid`
    for an end and months at once.
    """
    if agreed.ends_on is not None and agreed.months is not None:
        raise Invalid
    start = agreed.starts_on or concluded_on
    if start is None:
        return None
    ends_on = agreed.ends_on or _counted(agreed, start)
    if ends_on < start:
        raise InvalidDates(facts={"starts_on": start, "ends_on": ends_on}, clauses=["rift/15.1"])
    return Term(start, ends_on, _why(agreed, start, ends_on))


def _counted(agreed: Agreed, start: date) -> date:
    length = {"months": agreed.months} if agreed.months is not None else {"years": TERM_YEARS}
    return term_end(start, **length) if agreed.starts_on else period_end(start, **length)


def _why(agreed: Agreed, start: date, ends_on: date) -> Reason:
    facts = {"starts_on": start, "ends_on": ends_on, "months": agreed.months,
             "is_dated": agreed.starts_on is not None, "is_agreed": agreed.ends_on is not None}  # fmt: skip
    ko, en = (_sentence(agreed, start, ends_on, language) for language in ("ko", "en"))
    return Reason(("rift/15.1",), ko, en, facts)


BEGINS: Final = {
    ("ko", True): "{start}에 시작하며 그날부터 계산합니다.",
    ("ko", False): "{start}에 체결되어 그 다음 날부터 계산합니다.",
    ("en", True): "It begins on {start}, which counts.",
    ("en", False): "It was concluded on {start}; counting starts on the next day.",
}
LASTS: Final = {
    "ko": {"end": "약정한 {end}까지입니다.", "months": "{months}개월이므로 {end}까지입니다.",
           "nothing": "기간을 정하지 않아 1년으로 보아 {end}까지입니다."},
    "en": {"end": "It ends on {end}, as agreed.", "months": "{months} months: until {end}.",
           "nothing": "No term was agreed, so it is one year: until {end}."},
}  # fmt: skip


def _sentence(agreed: Agreed, start: date, ends_on: date, language: str) -> str:
    kind = "end" if agreed.ends_on else "months" if agreed.months else "nothing"
    said = f"{BEGINS[language, agreed.starts_on is not None]} {LASTS[language][kind]}"
    return said.format(start=day(start, language), end=day(ends_on, language), months=agreed.months)


@enforces("rift/15.1")
def standing(status: str, starts_on: date | None, ends_on: date | None, *, on: date) -> ContractStanding:
    """How a contract stands on a day: after its last day it has expired, and nothing renews it by itself."""
    if status not in (ContractStatus.CONCLUDED, ContractStatus.SUSPENDED) or starts_on is None or ends_on is None:
        return ContractStanding(status)
    if on > ends_on:
        return ContractStanding.EXPIRED
    if status == ContractStatus.SUSPENDED:
        return ContractStanding.SUSPENDED
    return ContractStanding.ACTIVE if starts_on <= on else ContractStanding.CONCLUDED

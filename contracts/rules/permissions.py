"""What prior written approval and consent cover, and what nothing covers (rift/10.2, 13, 14.1, 19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.enums import OF_CONTRACT, ApprovalKind, ReferenceStatus
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.wording import day

RESALE: Final = "rift/10.2"
ASSIGNMENT: Final = "rift/19"
REFERENCE: Final = "rift/14.1"


def clause_of(kind: str) -> str:
    """The clause that asks for an approval of this kind."""
    return ASSIGNMENT if kind in OF_CONTRACT else RESALE


@dataclass(frozen=True, slots=True)
class Grant:
    """An approval that was given: for whom, for what, and on which days, an early end counted."""

    kind: str
    to: str
    service: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether something is covered, and why."""

    is_covered: bool
    reason: Reason


@enforces(RESALE)
def covers(grants: Sequence[Grant], kind: ApprovalKind, to: str, service: str, *, on: date) -> Coverage:
    """Whether a third party's use of a service is approved on a day: the firm, service and time named, nothing else."""
    named = [one for one in grants if _same(one.to, to) and _same(one.service, service) and one.kind == kind]
    held = [one for one in named if one.first <= on <= one.last]
    if held:
        return Coverage(True, _covered(held[0], on))
    return Coverage(False, _uncovered(named, to, service, on))


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _covered(grant: Grant, on: date) -> Reason:
    first, last = ({language: day(end, language) for language in ("ko", "en")} for end in (grant.first, grant.last))
    facts = {"to": grant.to, "service": grant.service, "from": grant.first, "until": grant.last, "on": on}
    return Reason(
        (RESALE,), f"사전 서면 승인: {grant.to}, {grant.service}, {first['ko']}부터 {last['ko']}까지.",
        f"Approved in writing: {grant.to}, {grant.service}, from {first['en']} until {last['en']}.", facts,
    )  # fmt: skip


def _uncovered(named: Sequence[Grant], to: str, service: str, on: date) -> Reason:
    facts = {"to": to, "service": service, "on": on}
    if not named:
        return Reason(
            (RESALE,), f"{to}, {service}: 사전 서면 승인이 없습니다. 신청만으로는 승인되지 않습니다.",
            f"{to}, {service}: no prior written approval. A request alone covers nothing.", facts,
        )  # fmt: skip
    ko = ", ".join(f"{day(one.first, 'ko')}~{day(one.last, 'ko')}" for one in named)
    en = ", ".join(f"{day(one.first, 'en')} – {day(one.last, 'en')}" for one in named)
    return Reason(
        (RESALE,), f"{to}, {service}: 승인은 다른 기간의 것입니다({ko}).",
        f"{to}, {service}: the approval is for another time ({en}).", facts,
    )  # fmt: skip


@enforces(RESALE, ASSIGNMENT)
def period(asked_from: date | None, asked_until: date | None, *, today: date, last: date) -> tuple[date, date]:
    """The days that an approval of today covers: prior, so never a day before; within the contract's term."""
    return max(asked_from or today, today), min(asked_until or last, last)


@enforces(REFERENCE, "rift/13.2")
def may_show(status: str, granted_on: date | None, until: date, *, on: date) -> bool:
    """Whether a customer's logo, case or content may be shown on a day: granted, not withdrawn, not over."""
    return status == ReferenceStatus.GRANTED and granted_on is not None and granted_on <= on <= until

"""Cases as their customer sees them: the list, one with its conversation and both clocks, internal notes left out."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from contracts.enums import CaseEventKind, CaseStatus, ClockVerdict
from contracts.models import Case, CaseClock, CaseEvent, Contract, SupportPolicy, SupportTarget
from contracts.queries.cases import policy_of, verdict_of


@dataclass(frozen=True)
class ClockShown:
    """A clock with how it stands now."""

    row: CaseClock
    verdict: ClockVerdict


@dataclass(frozen=True)
class CaseShown:
    """A case with its clocks, the answer first, and what was said and done."""

    row: Case
    clocks: tuple[ClockShown, ...]
    events: tuple[CaseEvent, ...] = ()

    @property
    def is_resolved(self) -> bool:
        """Whether it is fixed."""
        return self.row.status == CaseStatus.RESOLVED


def cases_of(contract: Contract) -> QuerySet[Case]:
    """The cases of a contract, the newest first, with their clocks."""
    rows: QuerySet[Case] = contract.cases.prefetch_related("clocks")
    return rows.order_by("-id")


def listed(row: Case, *, at: datetime) -> CaseShown:
    """A case of the list."""
    return CaseShown(row, _clocks(row, at))


def case_of(contract: Contract, case_id: str, *, at: datetime) -> CaseShown:
    """One case with its conversation. Refuses `not_found`, also for another contract's."""
    row: Case = cases_of(contract).select_related("policy", "opened_by").get_public(case_id)  # type: ignore[attr-defined]
    return CaseShown(row, _clocks(row, at), tuple(events_of(row)))


def events_of(row: Case) -> list[CaseEvent]:
    """What the customer reads of a case's log."""
    told = row.events.filter(is_internal=False).exclude(kind=CaseEventKind.WAIVE)
    return list(told.select_related("by").order_by("position"))


def agreed_of(contract: Contract) -> tuple[SupportPolicy | None, list[SupportTarget]]:
    """What was agreed about support for cases that are opened now: its version, and the targets."""
    policy = policy_of(contract)
    targets = SupportTarget.objects.filter(policy=policy).order_by("pk") if policy else []
    return policy, list(targets)


def _clocks(row: Case, at: datetime) -> tuple[ClockShown, ...]:
    rows = sorted(row.clocks.all(), key=lambda one: one.pk)
    return tuple(ClockShown(one, verdict_of(one, at)) for one in rows)

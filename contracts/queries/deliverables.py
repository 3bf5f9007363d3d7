"""Deliverables: what was agreed about inspecting them, how they stand, what is still to come (rift/5.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from contracts.enums import BINDING_DOCUMENTS, DeliveryStatus, DocumentStatus, PaperKind, SowPart
from contracts.models import Contract, ContractDocument, ContractFee, Deliverable, Delivery, SowRow
from contracts.rules import deliverables as rules
from contracts.rules.deliverables import Inspection
from contracts.rules.precedence import Governing, Paper, resolve
from upstage_console.kernel.models import Holiday

DAYS: Final = "inspection_days"
SILENCE: Final = "silence_accepts"
MAY_LET_SILENCE_ACCEPT: Final = (PaperKind.SOW, PaperKind.CHANGE_ORDER)
"""rift/5.2: only where the statement of work says so, or what changed it."""


@dataclass(frozen=True)
class Expected:
    """A deliverable that a statement of work names and that was not handed over yet."""

    name: str
    detail: str
    due_on: date | None


def inspection_of(contract: Contract, name: str, *, on: date) -> Inspection:
    """What holds for a deliverable that is handed over on a day: a statement of work speaks of those it names."""
    rows = contract.documents.filter(status__in=BINDING_DOCUMENTS, effective_on__lte=on).select_related("sow")
    papers = list(rows.prefetch_related("sow__rows").order_by("pk"))
    days = _governing(papers, lambda one: _days(one, name), on)
    silence = _governing(papers, lambda one: _silence(one, name), on)
    return rules.inspection(on, days, silence, Holiday.objects.calendar())


def _governing(papers: list[ContractDocument], says: Callable[[ContractDocument], Any], on: date) -> Governing | None:
    said = [(one, value) for one in papers if (value := says(one)) is not None]
    return resolve([_paper(one, value) for one, value in said], None, on=on)


def _days(paper: ContractDocument, name: str) -> Any:
    if not _speaks_of(paper, name):
        return None
    found = paper.says.get(DAYS)
    sow = getattr(paper, "sow", None)
    days = found if found is not None or sow is None else sow.inspection_days
    return days if str(days).isdecimal() else None


def _silence(paper: ContractDocument, name: str) -> Any:
    if paper.kind not in MAY_LET_SILENCE_ACCEPT or not _speaks_of(paper, name):
        return None
    found = paper.says.get(SILENCE)
    sow = getattr(paper, "sow", None)
    return found if found is not None or sow is None else sow.silence_accepts


def _speaks_of(paper: ContractDocument, name: str) -> bool:
    """A statement of work with rows speaks of the deliverables in them, any other document of all."""
    sow = getattr(paper, "sow", None)
    if sow is None:
        return True
    return any(row.part == SowPart.DELIVERABLE and row.what.casefold() == name.casefold() for row in sow.rows.all())


def _paper(row: ContractDocument, value: Any) -> Paper:
    assert row.bound_at is not None  # noqa: S101 – the filter says so
    assert row.effective_on is not None  # noqa: S101
    return Paper(
        row.public_id, row.kind, row.title, value, row.status == DocumentStatus.SIGNED, row.effective_on,
        row.bound_at, frozenset(row.prevails_over),
    )  # fmt: skip


def deliverables_of(contract: Contract) -> QuerySet[Deliverable]:
    """The deliverables of a contract with their hand-overs, in a fixed number of statements."""
    found: QuerySet[Deliverable] = contract.deliverables.select_related("fee").prefetch_related("deliveries")
    return found.order_by("id")


def latest_of(row: Deliverable) -> Delivery | None:
    """The last hand-over; asks nothing where the hand-overs were fetched with it."""
    return max(row.deliveries.all(), key=lambda one: one.number, default=None)


def standing_of(row: Delivery, *, on: date) -> DeliveryStatus:
    """How a hand-over stands on a day."""
    return rules.standing(row.status, row.inspect_by, silence_accepts=row.silence_accepts, on=on)


def expected_of(contract: Contract) -> list[Expected]:
    """What agreed statements of work name and nobody handed over or wrote down yet, the earliest first."""
    known = {name.casefold() for name in contract.deliverables.values_list("name", flat=True)}
    rows = SowRow.objects.filter(
        part=SowPart.DELIVERABLE, sow__document__contract=contract, sow__document__status__in=BINDING_DOCUMENTS
    )
    named = {row.what.casefold(): Expected(row.what, row.detail, row.due_on) for row in rows.order_by("-sow_id", "pk")}
    left = [one for name, one in named.items() if name not in known]
    return sorted(left, key=lambda one: (one.due_on or date.max, one.name))


def is_milestone_reached(fee: ContractFee, *, on: date) -> bool:
    """Whether every deliverable of a milestone is accepted on a day."""
    latest = [latest_of(one) for one in fee.deliverables.prefetch_related("deliveries")]
    return rules.is_milestone_reached([None if one is None else standing_of(one, on=on) for one in latest])

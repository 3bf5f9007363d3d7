"""Documents of contracts: drafted, offered as they will be agreed, superseded; what was agreed is final (rift/4.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from contracts.enums import (
    BINDING_DOCUMENTS,
    DOCUMENT_MOVES,
    LIVE_DOCUMENTS,
    ContractStatus,
    DocumentStatus,
    PaperKind,
)
from contracts.errors import JointProjectIncomplete, OfferExpired, SignedIsFinal, SowIncomplete, UnderReview
from contracts.models import Contract, ContractDocument, Sow, SowRow
from contracts.rules import papers as rules
from contracts.services import drafting, files, rendering
from contracts.services.files import Given
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import IllegalMove, InvalidDates
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/4.1"
SOW_CLAUSE: Final = "rift/5.2"


@dataclass(frozen=True)
class SowLine:
    """One row of a statement of work."""

    part: str
    what: str
    detail: str = ""
    person_months: Decimal | None = None
    amount: Decimal | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class SowGiven:
    """A statement of work: its period, how deliverables are inspected, and its rows."""

    period_from: date
    period_to: date
    lines: Sequence[SowLine]
    inspection_days: int | None = None
    silence_accepts: bool = False


@dataclass(frozen=True)
class Paper:
    """A document as it is drafted: a file, or what the console writes from `says` and, of an SOW, its rows."""

    kind: PaperKind
    title: str
    says: Mapping[str, Any] = field(default_factory=dict)
    prevails_over: Sequence[str] = ()
    valid_until: date | None = None
    file: Given | None = None
    sow: SowGiven | None = None


@transaction.atomic
def add(contract_id: str, paper: Paper, *, by: Any, at: datetime, reason: str = "") -> ContractDocument:
    """Draft a document of a contract. Refuses `not_found`, `invalid_dates`, and `not_allowed` once it is over."""
    contract = _living(contract_id)
    return _write(contract, paper, _next_series(contract, paper.kind), 1, by=by, at=at, reason=reason)


@enforces(CLAUSE)
@transaction.atomic
def revise(document_id: str, paper: Paper, *, by: Any, at: datetime, reason: str = "") -> ContractDocument:
    """Draft the next version; the one before is superseded, so that one version of a quote or an order is active.

    Refuses `not_found`, `signed_is_final`, `under_review`.
    """
    old = taken(document_id)
    require_changeable(old)
    _supersede(old, by=by, at=at, reason=reason)
    return _write(old.contract, paper, old.series, old.revision + 1, follows=old.follows, by=by, at=at, reason=reason)


@enforces(CLAUSE)
@transaction.atomic
def order_from(quote_id: str, *, by: Any, at: datetime, reason: str = "") -> ContractDocument:
    """Draft an order form from a quote that is offered or accepted.

    Refuses `not_found`, `not_allowed` for what is no such quote, `offer_expired`.
    """
    quote = taken(quote_id)
    if quote.kind != PaperKind.QUOTE or quote.status not in (DocumentStatus.OFFERED, DocumentStatus.ACCEPTED):
        raise IllegalMove(facts={"from_state": quote.get_status_display(), "to_state": PaperKind.ORDER.label})
    require_valid(quote, at)
    paper = Paper(PaperKind.ORDER, quote.title, dict(quote.says), file=None)
    series = _next_series(quote.contract, PaperKind.ORDER)
    return _write(quote.contract, paper, series, 1, follows=quote, by=by, at=at, reason=reason)


@enforces(CLAUSE, SOW_CLAUSE)
@transaction.atomic
def offer(document_id: str, *, by: Any, at: datetime, reason: str = "") -> ContractDocument:
    """Put a draft before the customer: from now on its words are final, and known by their hash.

    Refuses `not_found`, `already_done`, `signed_is_final`, `sow_incomplete`, `joint_project_incomplete`.
    """
    return put_forward(taken(document_id), by=by, at=at, reason=reason)


@transaction.atomic
def void(document_id: str, *, reason: str, by: Any, at: datetime) -> ContractDocument:
    """Leave a document that nobody agreed to.

    Refuses `not_found`, `already_done`, `signed_is_final`, `under_review`.
    """
    document = taken(document_id)
    require_changeable(document)
    move(document, DocumentStatus.VOIDED, allowed=DOCUMENT_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         closed_at=at, close_reason=reason)  # fmt: skip
    _told("voided", document, by, at, reason)
    return document


def put_forward(document: ContractDocument, *, by: Any, at: datetime, reason: str) -> ContractDocument:
    """Freeze a draft as it is shown, in the caller's transaction."""
    if document.status in BINDING_DOCUMENTS:
        raise SignedIsFinal(facts={"what": document.title})
    _require_whole(document)
    file = document.file or rendering.sheet(document, by=by, at=at)
    move(document, DocumentStatus.OFFERED, allowed=DOCUMENT_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         file=file, sha256=file.sha256, offered_at=at)  # fmt: skip
    _told("offered", document, by, at, reason, sha256=file.sha256)
    return document


def _require_whole(document: ContractDocument) -> None:
    """Refuses `sow_incomplete` and `joint_project_incomplete`."""
    sow = getattr(document, "sow", None)
    if document.kind == PaperKind.SOW and document.file is None:
        missing = rules.missing_parts({row.part for row in sow.rows.all()} if sow else set())
        if missing:
            raise SowIncomplete(facts={"missing": ", ".join(str(part.label) for part in missing)})
    if document.kind == PaperKind.JOINT_PROJECT and (topics := rules.missing_topics(document.says)):
        raise JointProjectIncomplete(facts={"missing": ", ".join(topics)})


def make_deed(contract: Contract, *, by: Any, at: datetime) -> ContractDocument:
    """Offer every draft of a contract, and write the order form that states term, fees and what is annexed.

    In the caller's transaction; a deed that was there is superseded.
    """
    for draft in contract.documents.filter(status=DocumentStatus.DRAFT, is_deed=False).order_by("pk"):
        put_forward(taken(draft.public_id), by=by, at=at, reason="")
    old = contract.documents.filter(is_deed=True, status__in=LIVE_DOCUMENTS).first()
    if old is not None:
        _supersede(old, by=by, at=at, reason="")
    last = contract.documents.filter(is_deed=True).order_by("-revision").first()
    series, revision = (last.series, last.revision + 1) if last else (_next_series(contract, PaperKind.ORDER), 1)
    quote = contract.documents.filter(kind=PaperKind.QUOTE, status__in=ACTIVE_QUOTES).order_by("-pk").first()
    paper = Paper(PaperKind.ORDER, contract.title, _says_of(contract))
    deed = _write(contract, paper, series, revision, follows=quote, is_deed=True, by=by, at=at, reason="")
    return put_forward(deed, by=by, at=at, reason="")


def _says_of(contract: Contract) -> dict[str, Any]:
    """What the terms of a contract say, by topic; what was left open is left out."""
    rate = contract.late_rate
    says = {"payment_days": contract.payment_days, "late_rate": None if rate is None else f"{rate.normalize():f}"}
    return {topic: value for topic, value in says.items() if value is not None}


ACTIVE_QUOTES: Final = (DocumentStatus.OFFERED, DocumentStatus.ACCEPTED)


def _write(
    contract: Contract, paper: Paper, series: int, revision: int, *, by: Any, at: datetime, reason: str,
    follows: ContractDocument | None = None, is_deed: bool = False,
) -> ContractDocument:  # fmt: skip
    file = files.keep(contract, paper.file, by=by, at=at) if paper.file else None
    made: ContractDocument = ContractDocument.objects.create(
        customer_id=contract.customer_id, contract=contract, kind=paper.kind, series=series, revision=revision,
        title=paper.title.strip(), is_deed=is_deed, follows=follows, says=dict(paper.says),
        prevails_over=list(paper.prevails_over), file=file, valid_until=paper.valid_until, made_by=audit.actor(by),
        made_at=at,
    )  # fmt: skip
    if paper.sow is not None:
        _write_sow(made, paper.sow)
    _told("drafted", made, by, at, reason)
    return made


def _write_sow(document: ContractDocument, given: SowGiven) -> None:
    if given.period_to < given.period_from:
        raise InvalidDates(facts={"starts_on": given.period_from, "ends_on": given.period_to}, clauses=[SOW_CLAUSE])
    sow = Sow.objects.create(
        document=document, period_from=given.period_from, period_to=given.period_to,
        inspection_days=given.inspection_days, silence_accepts=given.silence_accepts,
    )  # fmt: skip
    counts: dict[str, int] = {}
    for line in given.lines:
        counts[line.part] = counts.get(line.part, 0) + 1
        SowRow.objects.create(sow=sow, position=counts[line.part], **asdict(line))


def _supersede(old: ContractDocument, *, by: Any, at: datetime, reason: str) -> None:
    move(old, DocumentStatus.SUPERSEDED, allowed=DOCUMENT_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         closed_at=at, close_reason=reason)  # fmt: skip
    _told("superseded", old, by, at, reason)


def _told(what: str, document: ContractDocument, by: Any, at: datetime, reason: str, **facts: object) -> None:
    facts = {"title": document.title, "kind": document.kind, "revision": document.revision, **facts}
    audit.record(f"document.{what}", document, by=by, at=at, about=document.contract.customer, reason=reason,
                 clauses=[CLAUSE], facts=facts)  # fmt: skip


def _next_series(contract: Contract, kind: PaperKind) -> int:
    last = contract.documents.filter(kind=kind).aggregate(Max("series"))["series__max"]
    return (last or 0) + 1


def _living(contract_id: str) -> Contract:
    contract = drafting.locked(contract_id)
    if contract.ended_at is not None:
        raise IllegalMove(facts={"from_state": contract.get_status_display(), "to_state": DocumentStatus.DRAFT.label})
    return contract


def taken(document_id: str) -> ContractDocument:
    """A document, locked after its customer and its contract. Refuses `not_found`."""
    found: ContractDocument = ContractDocument.objects.select_related("contract").get_public(document_id)
    drafting.locked(found.contract.public_id)
    rows = ContractDocument.objects.select_related("contract__customer__firm", "file", "follows")
    document: ContractDocument = rows.locked().get_public(document_id)
    return document


def require_changeable(document: ContractDocument) -> None:
    """Refuses `signed_is_final` for what was agreed, `under_review` while its contract is reviewed."""
    if document.status in BINDING_DOCUMENTS:
        raise SignedIsFinal(facts={"what": document.title})
    if document.contract.status == ContractStatus.IN_REVIEW:
        raise UnderReview(facts={"contract": document.contract.title})


def require_valid(document: ContractDocument, at: datetime) -> None:
    """Refuses `offer_expired` after the last day of an offer."""
    if document.valid_until is not None and kst_date(at) > document.valid_until:
        raise OfferExpired(facts={"what": document.title, "until": document.valid_until})

"""How contracts come into being: in writing, by electronic signature, or by e-mail approval (rift/4.1, 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from contracts.enums import (
    BINDING_DOCUMENTS,
    BOUND_STATES,
    CONTRACT_MOVES,
    DOCUMENT_MOVES,
    ConclusionKind,
    ContractStatus,
    DocumentStatus,
)
from contracts.errors import NotOffered, SignedIsFinal
from contracts.models import Conclusion, Contract, ContractDocument, ContractFile
from contracts.rules.contracts import Agreed, term
from contracts.services import documents, drafting, files, letters, proofs, reviews
from contracts.services.files import Given
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import InvalidDates
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/4.1"
TERM: Final = "rift/15.1"
END_TASK: Final = "contract_end"

policy.reading(
    "contract_end_warning_days",
    60,
    clause=TERM,
    why_ko="계약은 저절로 연장되지 않습니다. 끝나기 이만큼 전에 담당자에게 알립니다.",
    why_en="Contracts are not renewed by themselves; so many days before the end the staff are told.",
    valid=lambda value: type(value) is int and 0 <= value <= 365,
)


@dataclass(frozen=True)
class Evidence:
    """What proves an agreement: how and on which day it was made, the file, and who and when in words."""

    how: ConclusionKind
    on: date
    file: ContractFile | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def check(contract: Contract) -> None:
    """Refuses `signed_is_final` for what was concluded, `review_open` while a review is missing or rejected."""
    if contract.status in BOUND_STATES:
        raise SignedIsFinal(facts={"what": contract.title})
    reviews.require_approved(contract)


@enforces(CLAUSE)
@transaction.atomic
def conclude_written(
    contract_id: str, scan: Given, *, on: date, signers: str, reason: str, by: Any, at: datetime
) -> Contract:
    """Conclude a contract that both sides signed on paper, with the scan of it.

    Refuses `not_found`, `signed_is_final`, `review_open`, `no_evidence`, and `invalid_dates` for a day to come.
    """
    contract = drafting.locked(contract_id)
    check(contract)
    _not_to_come(on, at)
    file = files.keep(contract, scan, by=by, at=at)
    facts = {"signers": signers, "sha256": file.sha256}
    evidence = Evidence(ConclusionKind.WRITTEN, on, file, facts)
    return conclude(deed_of(contract), evidence, by=by, at=at, reason=reason)


def deed_of(contract: Contract) -> ContractDocument:
    """The order form that a contract under review is concluded by."""
    return documents.taken(contract.documents.get(is_deed=True, status=DocumentStatus.OFFERED).public_id)


@enforces(CLAUSE, TERM)
def conclude(
    deed: ContractDocument, evidence: Evidence, *, by: Any, at: datetime, reason: str = "", sign: bool = True
) -> Contract:
    """Bring a contract into being, in the caller's transaction; what its order form annexes is accepted with it.

    Refuses `signed_is_final`, `review_open`, `invalid_dates`.
    """
    require_transaction()
    contract = drafting.locked(deed.contract.public_id)
    check(contract)
    found = term(_agreed(contract), concluded_on=evidence.on)
    assert found is not None  # noqa: S101 – a conclusion has a day
    bind(deed, DocumentStatus.SIGNED if sign else DocumentStatus.ACCEPTED, evidence, by=by, at=at)
    for annex in contract.documents.filter(status=DocumentStatus.OFFERED, offered_at__lte=deed.offered_at):
        bind(documents.taken(annex.public_id), DocumentStatus.ACCEPTED, evidence, by=by, at=at)
    move(
        contract, ContractStatus.CONCLUDED, allowed=CONTRACT_MOVES, by=by, at=at, reason=reason,
        clauses=[CLAUSE, TERM], concluded_at=at, concluded_on=evidence.on, starts_on=found.starts_on,
        ends_on=found.ends_on, term_why=found.reason.as_json(),
    )  # fmt: skip
    _write(contract, deed, evidence, by, at)
    facts = {"how": evidence.how, "sha256": deed.sha256, "ends_on": found.ends_on}
    audit.record("contract.concluded", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=[CLAUSE, TERM], facts=facts)  # fmt: skip
    return contract


def _agreed(contract: Contract) -> Agreed:
    """What was agreed of the term: an end that was counted from a start is counted again."""
    return Agreed(contract.starts_on, None if contract.term_why and _is_counted(contract) else contract.ends_on,
                  contract.months)  # fmt: skip


def _is_counted(contract: Contract) -> bool:
    return not contract.term_why["facts"]["is_agreed"]


def _write(contract: Contract, deed: ContractDocument, evidence: Evidence, by: Any, at: datetime) -> None:
    """The evidence, the task at the end of the term, and the word to the customer."""
    Conclusion.objects.create(
        customer_id=contract.customer_id, contract=contract, kind=evidence.how, concluded_on=evidence.on,
        recorded_at=at, recorded_by=audit.actor(by), sha256=deed.sha256, evidence=evidence.file,
        facts=dict(evidence.facts) | {"document": deed.public_id} | _missing(contract),
    )  # fmt: skip
    assert contract.ends_on is not None  # noqa: S101 – it is concluded
    ahead = timedelta(days=policy.value("contract_end_warning_days", at=at))
    due.open_item(
        END_TASK, contract, about=contract.customer, clause=TERM, due_at=day_end(contract.ends_on),
        warn_at=day_start(contract.ends_on) - ahead, at=at, title_ko=f"계약 기간의 끝: {contract.title}",
        title_en=f"End of the term: {contract.title}",
    )  # fmt: skip
    _tell(contract, deed, at)


def _missing(contract: Contract) -> dict[str, list[str]]:
    """The proofs that were asked for and had not come by then."""
    names = [proofs.name_of(one).ko for one in proofs.missing(contract)]
    return {"missing": names} if names else {}


def _tell(contract: Contract, deed: ContractDocument, at: datetime) -> None:
    """Tell the customer what came into being, and by which words it is known."""
    text = notices.compose(
        _("The contract “%(title)s” is concluded"),
        _("It runs from %(start)s to %(end)s. The document agreed to is known by this hash (SHA-256): %(hash)s"),
        title=contract.title, start=contract.starts_on, end=contract.ends_on, hash=deed.sha256,
    )  # fmt: skip
    key = f"concluded:{contract.public_id}"
    letter = letters.Letter(contract.customer_id, contract.pk, "contract", text, key, (CLAUSE, TERM))
    letters.tell([letter], at=at)


@enforces(CLAUSE)
def bind(document: ContractDocument, to: DocumentStatus, evidence: Evidence, *, by: Any, at: datetime) -> None:
    """Write that a document was accepted or signed, in the caller's transaction; it is final from now on.

    It takes effect on the day of the agreement. Refuses `signed_is_final`, `not_offered`.
    """
    require_transaction()
    if document.status in BINDING_DOCUMENTS:
        raise SignedIsFinal(facts={"what": document.title})
    if document.status != DocumentStatus.OFFERED:
        raise NotOffered(facts={"what": document.title, "status": document.get_status_display()})
    move(
        document, to, allowed=DOCUMENT_MOVES, by=by, at=at, clauses=[CLAUSE], bound_at=at, bound_how=evidence.how,
        bound_facts=dict(evidence.facts), evidence=evidence.file, effective_on=evidence.on,
    )  # fmt: skip
    facts = {"title": document.title, "how": evidence.how, "sha256": document.sha256}
    audit.record(f"document.{to}", document, by=by, at=at, about=document.contract.customer, clauses=[CLAUSE],
                 facts=facts)  # fmt: skip


@enforces(CLAUSE)
@transaction.atomic
def file_signed(
    document_id: str, scan: Given, *, on: date, signers: str, reason: str, by: Any, at: datetime
) -> ContractDocument:
    """File a document other than the contract itself as both sides signed it on paper.

    Refuses `not_found`, `signed_is_final`, `not_offered`, `offer_expired`, `no_evidence`, `invalid_dates`.
    """
    document = documents.taken(document_id)
    _not_to_come(on, at)
    if document.is_deed:
        conclude_written(document.contract.public_id, scan, on=on, signers=signers, reason=reason, by=by, at=at)
        document.refresh_from_db()
        return document
    documents.require_valid(document, day_start(on))
    file = files.keep(document.contract, scan, by=by, at=at)
    evidence = Evidence(ConclusionKind.WRITTEN, on, file, {"signers": signers, "sha256": file.sha256})
    bind(document, DocumentStatus.SIGNED, evidence, by=by, at=at)
    return document


def _not_to_come(on: date, at: datetime) -> None:
    if on > kst_date(at):
        raise InvalidDates(facts={"starts_on": on, "ends_on": kst_date(at)}, clauses=[CLAUSE])

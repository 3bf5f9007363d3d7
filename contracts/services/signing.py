"""Electronic signatures: both sides sign what they were shown, in an order, until a day, with evidence (rift/4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from accounts.enums import Language
from contracts.enums import (
    BINDING_DOCUMENTS,
    SIGNING_MOVES,
    ConclusionKind,
    DocumentStatus,
    Side,
    SignatureDeed,
    SigningStatus,
)
from contracts.errors import NoSigners, NotOffered, NotYourTurn, OtherContent, SignedIsFinal, SigningOver
from contracts.models import ContractDocument, Customer, SignatureEvent, Signer, Signing
from contracts.services import conclusion, documents, signing_letters
from contracts.services.conclusion import Evidence
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidDates
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/4.1"
TASK: Final = "signing"


@dataclass(frozen=True)
class Asked:
    """Who is asked to sign, for which side; staff of the company by their user."""

    side: Side
    name: str
    email: str
    language: str = Language.KOREAN
    user: Any = None


@dataclass(frozen=True)
class Seen:
    """What a signer was shown, and from where they look."""

    sha256: str
    ip: str | None = None
    user_agent: str = ""


@enforces(CLAUSE)
@transaction.atomic
def ask(
    document_id: str, signers: Sequence[Asked], *, sign_by: date, by: Any, at: datetime, reason: str = ""
) -> Signing:
    """Put a document before one signer of each side, in this order; the first gets the link now.

    Refuses `not_found`, `not_offered`, `signed_is_final`, `review_open` for a contract, `no_signers`, `already_done`
    while a round is open, `invalid_dates` for a day that is over.
    """
    document = documents.taken(document_id)
    _check(document, signers, sign_by, at)
    made: Signing = Signing.objects.create(
        customer_id=document.customer_id, contract=document.contract, document=document, sha256=document.sha256,
        opened_by=by, opened_at=at, sign_by=sign_by,
    )  # fmt: skip
    rows = [_signer(made, place, one) for place, one in enumerate(signers, start=1)]
    audit.record("signing.opened", made, by=by, at=at, about=document.contract.customer, reason=reason,
                 clauses=[CLAUSE], facts={"document": document.public_id, "sha256": document.sha256})  # fmt: skip
    due.open_item(
        TASK, document.contract, key=made.public_id, about=document.contract.customer, clause=CLAUSE,
        due_at=day_end(sign_by), warn_at=at, at=at, title_ko=f"서명 기한: {document.title}",
        title_en=f"To be signed: {document.title}",
    )  # fmt: skip
    _send(rows[0], at)
    return made


def _check(document: ContractDocument, signers: Sequence[Asked], sign_by: date, at: datetime) -> None:
    if document.status in BINDING_DOCUMENTS:
        raise SignedIsFinal(facts={"what": document.title})
    if document.status != DocumentStatus.OFFERED:
        raise NotOffered(facts={"what": document.title, "status": document.get_status_display()})
    if document.is_deed:
        conclusion.check(document.contract)
    documents.require_valid(document, at)
    if sorted(one.side for one in signers) != sorted(Side.values):
        raise NoSigners
    if sign_by < kst_date(at):
        raise InvalidDates(facts={"starts_on": kst_date(at), "ends_on": sign_by}, clauses=[CLAUSE])
    if document.signings.filter(status=SigningStatus.OPEN).exists():
        raise AlreadyDone(clauses=[CLAUSE])


def _signer(row: Signing, place: int, asked: Asked) -> Signer:
    made: Signer = Signer.objects.create(
        signing=row, position=place, side=asked.side, name=asked.name.strip(), email=asked.email.strip().lower(),
        language=asked.language, user=asked.user,
    )  # fmt: skip
    return made


def _send(signer: Signer, at: datetime) -> None:
    signing_letters.put(signer, at=at)
    _note(signer, SignatureDeed.SENT, Seen(signer.signing.sha256), at)


@transaction.atomic
def note_opened(signer_id: int, seen: Seen, *, at: datetime) -> None:
    """Write down that a signer looked at what is to be signed; the same look from the same place is told once."""
    signer = _taken(signer_id)
    last = signer.events.filter(deed=SignatureDeed.OPENED).order_by("-id").first()
    if last is None or (last.ip, last.user_agent) != (seen.ip, seen.user_agent[:MOST_WORDS]):
        _note(signer, SignatureDeed.OPENED, seen, at)


MOST_WORDS: Final = 300


@enforces(CLAUSE)
@transaction.atomic
def sign(signer_id: int, seen: Seen, *, by: Any, at: datetime) -> Signing:
    """Sign what was shown. The second signature agrees the document, and concludes a contract.

    Refuses `signing_over`, `already_done`, `not_your_turn`, `other_content`, and what `conclude` and `bind` refuse.
    """
    signer = _ready(signer_id, seen, at)
    _note(signer, SignatureDeed.SIGNED, seen, at)
    signer.signed_at = at
    signer.save(update_fields=["signed_at"])
    row = signer.signing
    _told("signed", row, signer, by, at, "")
    following = row.signers.filter(position__gt=signer.position).order_by("position").first()
    if following is not None:
        _send(following, at)
        return row
    return _complete(row, by, at)


@enforces(CLAUSE)
@transaction.atomic
def decline(signer_id: int, seen: Seen, *, reason: str, by: Any, at: datetime) -> Signing:
    """Decline to sign, with a reason; the round is over. Refuses what `sign` refuses."""
    signer = _ready(signer_id, seen, at)
    _note(signer, SignatureDeed.DECLINED, seen, at, reason)
    signer.declined_at = at
    signer.save(update_fields=["declined_at"])
    _told("declined", signer.signing, signer, by, at, reason)
    return _close(signer.signing, SigningStatus.DECLINED, reason, by, at)


@transaction.atomic
def withdraw(signing_id: str, *, reason: str, by: Any, at: datetime) -> Signing:
    """End a round that is still open. Refuses `not_found`, `already_done`, `not_allowed`."""
    found: Signing = Signing.objects.get_public(signing_id)
    documents.taken(found.document.public_id)
    row: Signing = Signing.objects.locked().get_public(signing_id)
    audit.record("signing.withdrawn", row, by=by, at=at, about=row.customer, reason=reason, clauses=[CLAUSE])
    return _close(row, SigningStatus.VOIDED, reason, by, at)


def _ready(signer_id: int, seen: Seen, at: datetime) -> Signer:
    signer = _taken(signer_id)
    row = signer.signing
    if signer.signed_at or signer.declined_at:
        raise AlreadyDone(clauses=[CLAUSE])
    if row.status != SigningStatus.OPEN or kst_date(at) > row.sign_by:
        raise SigningOver(facts={"status": SigningStatus(row.status if row.closed_at else "expired").label})
    waiting = row.signers.filter(position__lt=signer.position, signed_at__isnull=True).first()
    if waiting is not None:
        raise NotYourTurn(facts={"name": waiting.name})
    if seen.sha256 != row.sha256:
        raise OtherContent
    return signer


def _taken(signer_id: int) -> Signer:
    """A signer, locked after the customer and the round."""
    found = Signer.objects.select_related("signing").get(pk=signer_id)
    Customer.objects.filter(pk=found.signing.customer_id).locked().get()
    Signing.objects.filter(pk=found.signing_id).locked().get()
    rows = Signer.objects.select_related("signing__document__contract__customer__firm")
    signer: Signer = rows.filter(pk=signer_id).locked().get()
    return signer


def _complete(row: Signing, by: Any, at: datetime) -> Signing:
    facts = {"signing": row.public_id, "signers": [f"{one.name} <{one.email}>" for one in row.signers.all()]}
    evidence = Evidence(ConclusionKind.E_SIGNATURE, kst_date(at), row.document.file, facts)
    document = documents.taken(row.document.public_id)
    if document.is_deed:
        conclusion.conclude(document, evidence, by=by, at=at)
    else:
        conclusion.bind(document, DocumentStatus.SIGNED, evidence, by=by, at=at)
    return _close(row, SigningStatus.COMPLETED, "", by, at)


def _close(row: Signing, to: SigningStatus, reason: str, by: Any, at: datetime) -> Signing:
    move(row, to, allowed=SIGNING_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE], closed_at=at)
    due.close_item(TASK, row.public_id, by=by, at=at, outcome=reason or str(to))
    return row


def _note(signer: Signer, deed: SignatureDeed, seen: Seen, at: datetime, reason: str = "") -> None:
    SignatureEvent.objects.create(
        customer_id=signer.signing.customer_id, signer=signer, deed=deed, at=at, ip=seen.ip,
        user_agent=seen.user_agent[:MOST_WORDS], sha256=seen.sha256, reason=reason,
    )  # fmt: skip


def _told(what: str, row: Signing, signer: Signer, by: Any, at: datetime, reason: str) -> None:
    audit.record(f"signing.{what}", row, by=by, at=at, about=row.customer, reason=reason, clauses=[CLAUSE],
                 facts={"signer": signer.name, "side": signer.side, "sha256": row.sha256})  # fmt: skip

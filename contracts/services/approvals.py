"""Approvals by e-mail: the raw message is kept, read, and bound to exactly one version of a document (rift/4.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any, Final

from django.db import transaction

from contracts.enums import ConclusionKind, DocumentStatus
from contracts.errors import ApprovedBefore, SenderUnknown, UnreadableMessage
from contracts.models import ContractDocument, Customer, EmailApproval
from contracts.services import conclusion, documents, files
from contracts.services.conclusion import Evidence
from contracts.services.files import Given
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone

CLAUSE: Final = "rift/4.1"
MESSAGE: Final = "message/rfc822"
LONGEST: Final = 998
"""RFC 5322, 2.1.1: no line of a header is longer."""


@dataclass(frozen=True)
class Message:
    """What a message says of itself."""

    sender: str
    message_id: str
    subject: str
    sent_at: datetime | None


def read(raw: bytes) -> Message:
    """The headers of a raw message (RFC 822). Refuses `unreadable_message` for what has no sender."""
    try:
        found = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        said: Mapping[str, Any] = {name: found[name] for name in ("From", "Message-ID", "Subject", "Date")}
    except (ValueError, LookupError) as error:
        raise UnreadableMessage from error
    sender = parseaddr(str(said["From"] or ""))[1].lower()
    if "@" not in sender:
        raise UnreadableMessage
    sent_at = getattr(said["Date"], "datetime", None)
    return Message(
        sender[:320], str(said["Message-ID"] or "").strip()[:LONGEST], str(said["Subject"] or "")[:LONGEST],
        sent_at if sent_at is not None and sent_at.tzinfo else None,
    )  # fmt: skip


@enforces(CLAUSE)
@transaction.atomic
def file_email(document_id: str, raw: bytes, *, reason: str, by: Any, at: datetime) -> EmailApproval:
    """File a message by which somebody of the customer who may sign approves this version of a document.

    It concludes the contract where the document is the contract itself; what it approves does not outrank the terms.
    Refuses `not_found`, `unreadable_message`, `sender_unknown`, `already_done` for a message filed before,
    `approved_before_offer`, `offer_expired`, and what `conclude` and `bind` refuse.
    """
    message = read(raw)
    document = documents.taken(document_id)
    customer = document.contract.customer
    _check(customer, message)
    file = files.keep(document.contract, Given(f"{message.subject or 'mail'}.eml", MESSAGE, raw), by=by, at=at)
    facts = {"sender": message.sender, "message_id": message.message_id, "sha256": file.sha256}
    evidence = Evidence(ConclusionKind.EMAIL, _day_of(document, message, at), file, facts)
    _agree(document, evidence, reason, by, at)
    made: EmailApproval = EmailApproval.objects.create(
        customer=customer, document=document, document_sha256=document.sha256, original=file, filed_at=at,
        message_id=message.message_id, sender=message.sender, subject=message.subject, sent_at=message.sent_at,
        filed_by=audit.actor(by),
    )  # fmt: skip
    audit.record("document.email_filed", document, by=by, at=at, about=customer, reason=reason, clauses=[CLAUSE],
                 facts=facts)  # fmt: skip
    return made


def _check(customer: Customer, message: Message) -> None:
    known = customer.contacts.filter(email=message.sender, may_sign=True, left_at__isnull=True)
    if not known.exists():
        raise SenderUnknown(facts={"sender": message.sender})
    if message.message_id and EmailApproval.objects.filter(customer=customer, message_id=message.message_id).exists():
        raise AlreadyDone(clauses=[CLAUSE])


def _day_of(document: ContractDocument, message: Message, at: datetime) -> date:
    """The day of the approval: that of the message, which comes after the offer it approves and not from the future."""
    sent_at = min(message.sent_at or at, at)
    if document.offered_at is not None and sent_at < document.offered_at.replace(second=0, microsecond=0):
        raise ApprovedBefore(facts={"sent_at": sent_at, "offered_at": document.offered_at})
    documents.require_valid(document, sent_at)
    return kst_date(sent_at)


def _agree(document: ContractDocument, evidence: Evidence, reason: str, by: Any, at: datetime) -> None:
    if document.is_deed:
        conclusion.conclude(document, evidence, by=by, at=at, reason=reason, sign=False)
        return
    conclusion.bind(document, DocumentStatus.ACCEPTED, evidence, by=by, at=at)

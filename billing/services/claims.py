"""Claims against a member: heads, evidence, a second person, and an invoice of their own (upstage/18.6, 25)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Member
from billing.enums import ClaimKind, HeadKind, InvoiceKind, ProposalStatus
from billing.errors import NothingClaimed
from billing.models import ClaimEvidence, ClaimHead, MemberClaim
from billing.rules import claims as rules
from billing.rules import invoicing
from billing.services import invoices, proposals
from billing.services.invoices import Part
from billing.services.proposals import Topic
from upstage_console.kernel import audit, money, policy
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.wording import Phrase
from upstage_console.kernel.wording import money as in_words

TOPIC: Final = Topic("member_claim", ("upstage/18.6", "upstage/25.2"))

policy.reading(
    "claim_due_days",
    invoicing.DUE_DAYS,
    clause="upstage/25.2",
    why_ko="위약금과 손해배상 청구서의 납부기한은 약관에 없습니다. 이용요금 청구서와 같이 정했습니다.",
    why_en="The terms name no time to pay a penalty or damages; it is that of other invoices.",
    valid=lambda value: type(value) is int and 1 <= value <= 365,
)


@dataclass(frozen=True)
class Story:
    """What happened, in both languages; the member reads it."""

    ko: str
    en: str


@dataclass(frozen=True)
class Head:
    """One part of a claim; a penalty is called by its kind, in each language."""

    kind: HeadKind
    what: str
    amount: Decimal


@enforces("upstage/25.2")
@transaction.atomic
def propose_damages(
    member_id: int, heads: Sequence[Head], story: Story, *, reason: str, by: Any, at: datetime
) -> MemberClaim:
    """Claim damages with legal fees and expenses; invoiced once a second person approves it.

    Refuses `invalid_amount`: a head without an amount or with a fraction of the currency's unit, or none at all.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    for head in heads:
        if money.exact(head.amount) <= 0 or money.charged(head.amount, member.currency) != head.amount:
            raise InvalidAmount(facts={"amount": head.amount})
    if not heads:
        raise InvalidAmount(facts={"amount": Decimal(0)})
    why = rules.explain([(head.kind, head.amount) for head in heads], member.currency)
    return write(member, ClaimKind.DAMAGES, heads, story, why, reason=reason, by=by, at=at)


def write(
    member: Member, kind: ClaimKind, heads: Sequence[Head], story: Story, why: Reason, *, reason: str, by: Any,
    at: datetime,
) -> MemberClaim:  # fmt: skip
    """Write a claim down as a proposal, in the caller's transaction."""
    total = sum((head.amount for head in heads), Decimal(0))
    claim = MemberClaim.objects.create(
        member=member, kind=kind, what_ko=story.ko, what_en=story.en, amount=total, currency=member.currency,
        why=why.as_json(), reason=reason, proposed_by=audit.actor(by), proposed_at=at,
    )  # fmt: skip
    ClaimHead.objects.bulk_create(
        ClaimHead(claim=claim, position=place, kind=head.kind, what=head.what, amount=head.amount)
        for place, head in enumerate(heads, start=1)
    )
    amounts = [in_words(total, member.currency, language) for language in ("ko", "en")]
    title = Phrase(
        f"회원에 대한 청구 결정: {member.name} {amounts[0]}",
        f"Decide on a claim against a member: {member.name}, {amounts[1]}",
    )
    proposals.put(TOPIC, claim, title=title, by=by, at=at, kind=kind, amount=total)
    return claim


@enforces("upstage/18.6", "upstage/25.2")
@transaction.atomic
def approve(claim_id: str, *, reason: str, by: Any, at: datetime) -> MemberClaim:
    """As the second person: the claim is invoiced, apart from service fees and without VAT, and the member is told.

    Refuses `not_found`, `already_done`, `same_person`, `nothing_claimed`.
    """
    claim: MemberClaim = proposals.take(MemberClaim, claim_id)
    proposals.check_second(TOPIC, claim, by)
    if claim.amount == 0:
        raise NothingClaimed
    days = policy.value("claim_due_days", at=at)
    due_on = Holiday.objects.calendar().extended_end(kst_date(at), days=days)
    parts = [Part(*rules.named(HeadKind(head.kind), head.what), head.amount) for head in claim.heads.all()]
    invoice = invoices.issue(
        claim.member_id, parts, kind=InvoiceKind.CLAIM, due_on=due_on, by=by, at=at, key=f"claim:{claim.public_id}",
        reason=reason,
    )  # fmt: skip
    proposals.approve(TOPIC, claim, reason=reason, by=by, at=at, invoice=invoice)
    return claim


@transaction.atomic
def drop(claim_id: str, *, reason: str, by: Any, at: datetime) -> MemberClaim:
    """Do not claim it; the member is not told. Refuses `not_found`, `already_done`."""
    claim: MemberClaim = proposals.take(MemberClaim, claim_id)
    proposals.drop(TOPIC, claim, reason=reason, by=by, at=at)
    return claim


@transaction.atomic
def add_evidence(
    claim_id: str, upload: "UploadedFile[Any]", *, name: str, is_shown: bool, by: Any, at: datetime
) -> ClaimEvidence:
    """Keep a file with its hash; the same file of a claim is kept once. Refuses `not_found`, `already_done`."""
    claim: MemberClaim = MemberClaim.objects.locked().get_public(claim_id)
    digest = _sha256(upload)
    if claim.status == ProposalStatus.DROPPED or claim.evidence.filter(sha256=digest).exists():
        raise AlreadyDone
    made = ClaimEvidence.objects.create(
        claim=claim, name=name, file=upload, sha256=digest, size=upload.size or 0, is_shown=is_shown,
        added_by=audit.actor(by), added_at=at,
    )  # fmt: skip
    facts = {"name": name, "sha256": digest, "shown": is_shown}
    audit.record("member_claim.evidence_added", claim, by=by, at=at, about=claim.member, clauses=TOPIC.clauses,
                 facts=facts)  # fmt: skip
    return made


@transaction.atomic
def note_opened(row: ClaimEvidence, *, by: Any, at: datetime) -> None:
    """Write down who opened a file."""
    facts = {"name": row.name, "sha256": row.sha256}
    audit.record("member_claim.evidence_opened", row.claim, by=by, at=at, about=row.claim.member, facts=facts)


def _sha256(upload: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()

"""What a member's export holds of claims, the company's and against it (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Member
from accounts.services.own_data import part, streamed
from billing.models import (
    Compensation,
    LiabilityClaim,
    MemberClaim,
)


@part("claims_against_you", place=324, ko="회사의 청구", en="Claims of the company", columns=(
    "number", "kind", "status", "what_ko", "what_en", "amount", "currency", "invoice", "decided_at"
))  # fmt: skip
def member_claims(member: Member) -> Iterable[Sequence[Any]]:
    """Penalties and damages that were claimed."""
    fields = ("kind", "status", "what_ko", "what_en", "amount", "currency", "invoice__number", "decided_at")
    return streamed(MemberClaim.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("claims_against_the_company", place=326, ko="회사에 대한 청구", en="Claims against the company", columns=(
    "number", "incident_on", "status", "what_ko", "what_en", "claimed", "excluded", "cap", "paid_before", "payable",
    "currency", "decided_at",
))  # fmt: skip
def liability_claims(member: Member) -> Iterable[Sequence[Any]]:
    """What was claimed of the company, and how it was decided."""
    fields = ("incident_on", "status", "what_ko", "what_en", "claimed", "excluded", "cap", "already_paid", "payable",
              "currency", "decided_at")  # fmt: skip
    return streamed(LiabilityClaim.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("compensations", place=328, ko="손해배상 지급", en="Compensation", columns=(
    "number", "claim", "status", "amount", "currency", "paid_on", "how"
))  # fmt: skip
def compensations(member: Member) -> Iterable[Sequence[Any]]:
    """What the company paid for incidents."""
    rows = Compensation.objects.filter(member=member).order_by("pk")
    return streamed(rows, "public_id", "claim__public_id", "status", "amount", "currency", "paid_on", "how")

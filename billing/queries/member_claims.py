"""Claims as their member sees them: what was decided, never what is only proposed (upstage/18.6, 24, 25)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from billing.enums import ProposalStatus
from billing.models import ClaimEvidence, Compensation, Invoice, LiabilityClaim, MemberClaim
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.errors import NotFound


@dataclass(frozen=True)
class FeeShown:
    """A payment that makes the cap, as the worksheet stored it."""

    on: date
    what_ko: str
    what_en: str
    net: Decimal
    counts: Decimal


@dataclass(frozen=True)
class LiabilityShown:
    """A decided claim against the company with its parts and what was paid."""

    row: LiabilityClaim
    why: Reason
    paid: tuple[Compensation, ...]

    @property
    def fees(self) -> list[FeeShown]:
        """Every payment of the window."""
        return [
            FeeShown(date.fromisoformat(one["on"]), one["ko"], one["en"], Decimal(one["net"]), Decimal(one["counts"]))
            for one in self.row.fees
        ]


def has_any(member_id: int) -> bool:
    """Whether there is something to show."""
    return claims_of(member_id).exists() or liabilities_of(member_id).exists()


def claims_of(member_id: int) -> QuerySet[MemberClaim]:
    """What the company claims of a member, the newest first."""
    rows: QuerySet[MemberClaim] = MemberClaim.objects.filter(member=member_id, status=ProposalStatus.APPROVED)
    return rows.select_related("invoice").order_by("-id")


def claim_of(member_id: int, claim_id: str) -> MemberClaim:
    """One of them; a stranger's, or one that is not decided, is `not_found`."""
    rows = MemberClaim.objects.filter(member=member_id, status=ProposalStatus.APPROVED)
    found: MemberClaim = rows.select_related("invoice", "sheet").prefetch_related("heads", "evidence").get_public(
        claim_id
    )  # fmt: skip
    return found


def invoice_of(claim: MemberClaim) -> Invoice:
    """What a decided claim was invoiced with; one that is not decided has none, `not_found`."""
    if claim.invoice is None:
        raise NotFound
    return claim.invoice


def evidence_of(member_id: int, claim_id: str, evidence_id: int) -> ClaimEvidence:
    """A file of a claim that the member may open; any other is `not_found`."""
    claim = claim_of(member_id, claim_id)
    found: ClaimEvidence | None = claim.evidence.filter(pk=evidence_id, is_shown=True).first()
    if found is None or not found.file:
        raise NotFound
    return found


def liabilities_of(member_id: int) -> QuerySet[LiabilityClaim]:
    """What a member claimed of the company and two people decided, the newest first."""
    rows: QuerySet[LiabilityClaim] = LiabilityClaim.objects.filter(member=member_id, status=ProposalStatus.APPROVED)
    return rows.order_by("-id")


def liability_of(member_id: int, claim_id: str) -> LiabilityShown:
    """One of them with its parts; a stranger's is `not_found`."""
    rows = LiabilityClaim.objects.filter(member=member_id, status=ProposalStatus.APPROVED)
    row: LiabilityClaim = rows.prefetch_related("heads").get_public(claim_id)
    paid = row.compensations.filter(status=ProposalStatus.APPROVED).order_by("paid_on", "pk")
    return LiabilityShown(row, Reason.from_json(row.why), tuple(paid))

"""What billing forgets of claims: who suffered what, and the files that prove it; the amounts stay (upstage/21.1)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts.enums import RecordType
from accounts.services.kept_parts import Ids, Kept, forgetter, keeper, waits
from billing.enums import ProposalStatus
from billing.models import (
    ClaimEvidence,
    ClaimHead,
    Compensation,
    LateFeeWaiver,
    LiabilityClaim,
    LiabilityHead,
    MemberClaim,
    PenaltySheet,
)
from upstage_console.kernel.calendars import kst_date

PROPOSALS = (MemberClaim, LiabilityClaim, Compensation, LateFeeWaiver)


@waits
def not_decided(ids: Ids, at: datetime) -> Iterable[int]:
    """Somebody has still to decide about a claim, or to pay what was decided."""
    open_ones = [model.objects.filter(member__in=ids, status=ProposalStatus.PROPOSED) for model in PROPOSALS]
    return [member for rows in open_ones for member in rows.values_list("member_id", flat=True)]


@keeper
def claims(ids: Ids) -> Iterable[Kept]:
    """Disputes that were decided, from that day."""
    for model in (MemberClaim, LiabilityClaim):
        for one in model.objects.filter(member__in=ids, status=ProposalStatus.APPROVED).order_by("pk"):
            content = {
                "claim": one.public_id, "what": one.what_ko, "why": one.why, "currency": one.currency,
                "amount": str(one.amount if isinstance(one, MemberClaim) else one.payable),
            }  # fmt: skip
            yield Kept(one.member_id, RecordType.COMPLAINT, kst_date(one.decided_at), content)


@forgetter
def words(ids: Ids, at: datetime) -> None:
    """What happened, in words, and how money reached the member."""
    for model in (MemberClaim, LiabilityClaim):
        model.objects.filter(member__in=ids).update(what_ko="", what_en="", reason="")
    ClaimHead.objects.filter(~Q(what=""), claim__member__in=ids).forget(what="")
    LiabilityHead.objects.filter(~Q(what=""), claim__member__in=ids).forget(what="")
    PenaltySheet.objects.filter(~Q(base_reason=""), claim__member__in=ids).forget(base_reason="–")
    Compensation.objects.filter(member__in=ids).update(how="", reason="")
    LateFeeWaiver.objects.filter(member__in=ids).update(reason="")


@forgetter
def evidence(ids: Ids, at: datetime) -> None:
    """The files; their hashes stay, which say nothing."""
    rows = ClaimEvidence.objects.filter(~Q(file=""), claim__member__in=ids)
    for row in rows:
        row.file.storage.delete(row.file.name or "")
    rows.forget(file="", name="")

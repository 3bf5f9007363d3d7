"""Worksheets of liability: what is payable now, and what is left of it (upstage/24)."""

from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from accounts.models import Member
from billing.enums import DamageCause, Fault, ProposalStatus
from billing.models import Compensation, LiabilityClaim
from billing.queries.fees_paid import fees_paid
from billing.rules import liability as rules
from billing.rules.liability import UPSTAGE, Award, Claim, Verdict
from upstage_console.kernel.calendars import window_before

NOTHING = Decimal(0)


def assess(member: Member, claim: Claim, *, follows: LiabilityClaim | None = None) -> Verdict:
    """What of a claim is payable: every payment of the six months, and what was paid for the same incident."""
    fees = fees_paid(member.pk, *window_before(claim.incident_on, months=UPSTAGE.months))
    awards = [Award(one.amount, is_same_incident=True) for one in _paid_for(follows)] if follows else []
    return rules.assess(claim, fees, awards, terms=UPSTAGE, currency=member.currency)


def as_claimed(row: LiabilityClaim) -> Claim:
    """A worksheet's question, to be counted again."""
    out = sum((head.amount for head in row.heads.all() if head.is_excluded), NOTHING)
    return Claim(row.incident_on, row.claimed, out, Fault(row.fault), DamageCause(row.cause) if row.cause else None)


def left_of(row: LiabilityClaim) -> Decimal:
    """What of a worksheet is still to be paid: within what is payable, and within the cap of the incident."""
    left = row.payable - _sum(Compensation.objects.filter(claim=row))
    if row.fault != Fault.ORDINARY:
        return left
    return max(min(left, row.cap - _sum(_family(root_of(row)))), NOTHING)


def root_of(row: LiabilityClaim) -> LiabilityClaim:
    """The first worksheet of the same incident."""
    return row.follows or row


def of_same_day(member_id: int, on: date) -> list[LiabilityClaim]:
    """The first worksheets about incidents of that day, which a new one may be more of."""
    rows = LiabilityClaim.objects.filter(member=member_id, incident_on=on, follows__isnull=True)
    return list(rows.exclude(status=ProposalStatus.DROPPED).order_by("pk"))


def _paid_for(root: LiabilityClaim) -> list[Compensation]:
    return list(_family(root).filter(status=ProposalStatus.APPROVED))


def _family(root: LiabilityClaim) -> QuerySet[Compensation]:
    found: QuerySet[Compensation] = Compensation.objects.filter(Q(claim=root) | Q(claim__follows=root))
    return found


def _sum(rows: QuerySet[Compensation]) -> Decimal:
    """What was paid or is about to be confirmed."""
    counted = rows.exclude(status=ProposalStatus.DROPPED)
    total: Decimal = counted.aggregate(sum=Sum("amount", default=NOTHING))["sum"]
    return total

"""Bonuses of refunded purchases that a hold kept some of: what it gives back is withdrawn as well (upstage/16.1)."""

from datetime import datetime, timedelta

from billing.enums import RefundStatus
from billing.models import RefundLine
from credits.queries import with_spare_bonus
from credits.services import taking_out
from upstage_console.kernel.clauses import enforces

LOOKED_AFTER = timedelta(days=30)
"""For so long after the refund: a hold lasts a week at most (HOLD_SECONDS_MOST), and a run may be late."""


@enforces("upstage/16.1")
def end_freed(*, at: datetime) -> int:
    """End what holds that are over have given back of such bonuses; returns of how many purchases.

    Each is a transaction of its own; what an open hold still keeps stays, and a repeat finds nothing.
    """
    lines = {line.purchase.public_id: line for line in _whole_since(at - LOOKED_AFTER)}
    freed = with_spare_bonus(lines, at)
    for purchase in freed:
        line = lines[purchase]
        taking_out.end_bonus(
            member_id=line.member_id, purchase=purchase, by=None, at=at, reason=line.refund.public_id,
            clauses=["upstage/16.1"],
        )  # fmt: skip
    return len(freed)


def _whole_since(since: datetime) -> list[RefundLine]:
    """What was refunded as a whole since then."""
    lines = RefundLine.objects.filter(is_whole=True, refund__decided_at__gte=since)
    return list(lines.exclude(refund__status=RefundStatus.REJECTED).select_related("purchase", "refund"))

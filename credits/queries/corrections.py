"""What staff corrected of members' credits."""

from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from credits.enums import EntryKind
from credits.models import Correction, Entry


def corrections_of(member_id: int) -> QuerySet[Correction]:
    """A member's corrections, the newest first, proposed ones too."""
    rows: QuerySet[Correction] = Correction.objects.filter(member=member_id).order_by("-id")
    return rows


def lapsed_of(row: Correction) -> Decimal:
    """What of a restored charge was over at once: it came back to lots whose last day had passed."""
    if row.decided_at is None:
        return Decimal(0)
    lots = Entry.objects.filter(member_id=row.member_id, charge=row.charge, charge__isnull=False).values("lot")
    over = Entry.objects.filter(
        member_id=row.member_id, kind=EntryKind.EXPIRY, at=row.decided_at, lot__in=lots, lot__expires_at__lt=F("at")
    )
    lapsed: Decimal = -over.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    return lapsed

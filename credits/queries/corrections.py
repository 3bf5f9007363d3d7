"""What staff corrected of members' credits."""

from django.db.models import QuerySet

from credits.models import Correction


def corrections_of(member_id: int) -> QuerySet[Correction]:
    """A member's corrections, the newest first, proposed ones too."""
    rows: QuerySet[Correction] = Correction.objects.filter(member=member_id).order_by("-id")
    return rows

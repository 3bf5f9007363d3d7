"""What members told the company."""

from django.db.models import QuerySet

from accounts.models import Report


def reports_of_member(member_id: int) -> QuerySet[Report]:
    """What the member told us, newest first, with the case it came to."""
    return Report.objects.filter(reporter_id=member_id).select_related("case").order_by("-pk")

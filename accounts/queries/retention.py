"""What is kept, who looked at it, what is due to be destroyed."""

from django.db.models import QuerySet

from accounts.models import DataView


def views_of_member(member_id: int) -> QuerySet[DataView]:
    """The looks of staff at this member's data, newest first."""
    return DataView.objects.filter(member_id=member_id).order_by("-id")

"""Whether a notice reached its member: mailed, bounced, or still waiting."""

from django.db.models import QuerySet

from accounts.models import Notice


def was_received(notice: Notice) -> bool:
    """Whether the mail of a notice left and did not come back; periods that begin with receipt count from it."""
    return notice.mailed_at is not None and notice.bounced_at is None


def bounced_notices(member_id: int) -> QuerySet[Notice]:
    """What never reached the member's address, newest first."""
    return Notice.objects.filter(member_id=member_id, bounced_at__isnull=False).order_by("-bounced_at", "-id")

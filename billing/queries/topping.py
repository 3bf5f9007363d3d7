"""A member's wish to top up when the balance runs low."""

from billing.enums import TopUpStatus
from billing.models import TopUp


def top_up_of_member(member_id: int) -> TopUp | None:
    """What is on, or None."""
    found: TopUp | None = TopUp.objects.filter(member_id=member_id, status=TopUpStatus.ON).first()
    return found


def last_top_up(member_id: int) -> TopUp | None:
    """What is on or was on last, or None."""
    found: TopUp | None = TopUp.objects.filter(member_id=member_id).order_by("-id").first()
    return found

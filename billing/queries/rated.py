"""What a member's use was rated at, charged or not (upstage/17.1, 18.6)."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from billing.models import UsageHour, UsageTally
from upstage_console.kernel.calendars import bounds


def rated(member_id: int, first: date, last: date, currency: str) -> Decimal:
    """The value of all use from `first` to `last`, each at the price of its own time: settled, and not settled yet.

    What credits paid counts as what was owed does; what corrections took off does not. Two queries.
    """
    start, end = bounds(first, last)
    scope = {"member": member_id, "hour__gte": start, "hour__lt": end, "price__currency": currency}
    zero = Decimal(0)
    settled: Decimal = UsageHour.objects.filter(**scope).aggregate(sum=Sum("amount", default=zero))["sum"]
    waiting: Decimal = UsageTally.objects.filter(**scope).aggregate(sum=Sum("amount", default=zero))["sum"]
    return settled + waiting

"""What was used and what it cost, from the sums by day that are written with every charge."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Sum

from billing.models import UsageDay

GROUPS = {
    "day": F("day"),
    "service": F("meter__service__code"),
    "meter": F("meter__code"),
    "key": F("api_key__public_id"),
}
"""By what usage can be summed: the name outside, and where it stands. A key that is not known is null."""


def usage(member_id: int, *, first: date, last: date, by: Sequence[str] = ()) -> QuerySet[Any, dict[str, Any]]:
    """Sums of the KST days `first` to `last`, by any of `GROUPS` and always by currency, in the order of the groups.

    A quantity is summed only within one meter, since pages and tokens have no sum.
    """
    days = UsageDay.objects.filter(member_id=member_id, day__gte=first, day__lte=last)
    names = {f"by_{name}": GROUPS[name] for name in by}
    sums = {"events": Sum("events"), "amount": Sum("amount"), "burned": Sum("burned"), "owed": Sum("owed")}
    if has_quantity(by):
        sums["quantity"] = Sum("quantity")
    rows: QuerySet[Any, dict[str, Any]] = days.order_by().values("currency", **names).annotate(**sums)
    return rows.order_by(*names, "currency")


def has_quantity(by: Collection[str]) -> bool:
    """Whether each row of the sums is of one meter."""
    return {"service", "meter"} <= set(by)

"""A month's spending beside the member's own limits: the same sum for the gate, charges, alerts, pages and the API.

Spending is what was used in the KST month, settled or not, at its price, before any credits.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from billing.models import OwnLimits
from billing.rules.limits import Limits, Told
from credits.queries import promised_expression
from upstage_console.kernel.calendars import billing_month, day_end, month_end

SPENT = """(
    SELECT coalesce(sum(used.amount), 0) FROM (
        SELECT day.amount FROM billing_usageday AS day
        WHERE day.member_id = {member} AND day.day >= {month} AND day.day < {month} + interval '1 month'
        UNION ALL
        SELECT tally.amount FROM billing_usagetally AS tally
        WHERE tally.member_id = {member} AND tally.hour >= {month}::timestamp AT TIME ZONE 'Asia/Seoul'
            AND tally.hour < ({month} + interval '1 month') AT TIME ZONE 'Asia/Seoul'
    ) AS used
)"""


def spent_expression(member: str, month: str) -> str:
    """What a member used in a month, told by its first day; both are SQL expressions."""
    return SPENT.format(member=member, month=month)


@dataclass(frozen=True)
class Spending:
    """A member's month: its first day, what was used, what open holds have promised away, the limits, what was told."""

    month: date
    spent: Decimal
    held: Decimal
    limits: Limits
    told: Told

    @property
    def left(self) -> Decimal | None:
        """What may still be used or held before everything stops; None without a hard limit."""
        if self.limits.hard is None:
            return None
        return max(self.limits.hard - self.spent - self.held, Decimal(0))

    @property
    def ends_at(self) -> datetime:
        """When the next month begins, and with it the count from 0."""
        return day_end(month_end(self.month))


SPENDING = f"""
    SELECT {spent_expression("%(member)s", "%(month)s")}, {promised_expression("%(member)s", "%(at)s")}
"""  # noqa: S608  # the statements above and of credits


def spending(member_id: int, at: datetime) -> Spending:
    """The spending of the month that `at` lies in, and the member's own limits; two statements."""
    month = billing_month(at)
    row = OwnLimits.objects.filter(pk=member_id).first()
    spent, held = spent_and_held(member_id, month, at)
    if row is None:
        return Spending(month, spent, held, Limits(), Told())
    return Spending(month, spent, held, limits_of(row), told_of(row))


def spent_and_held(member_id: int, month: date, at: datetime) -> tuple[Decimal, Decimal]:
    """What was used in a month, and what open holds have promised away at `at`."""
    with connection.cursor() as cursor:
        cursor.execute(SPENDING, {"member": member_id, "month": month, "at": at})
        spent, held = cursor.fetchone()
    return spent, held


def limits_of(row: OwnLimits) -> Limits:
    """What the rules need to know of what a member set."""
    return Limits(row.soft, row.hard, row.low_balance)


def told_of(row: OwnLimits) -> Told:
    """What the rules need to know of what a member was told."""
    return Told(row.soft_told, row.hard_told, row.low_told_at is not None)

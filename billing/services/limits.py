"""A member's own limits: set by themselves, asked before anything new is used (their wish, no clause asks for it)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.enums import MemberStatus
from accounts.errors import NotActive
from accounts.models import Member
from billing.errors import SpendingLimitReached
from billing.models import OwnLimits
from billing.queries.limits import limits_of, spent_and_held, told_of
from billing.rules import limits as rules
from billing.rules.limits import Limits
from credits import queries as credit_queries
from credits.services.accounts import in_money
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import billing_month
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import NotFound


@transaction.atomic
def set_limits(*, member_id: int, limits: Limits, by: Any, at: datetime) -> OwnLimits:
    """Set all three limits, None for none; a limit that rises tells again when it is reached.

    Refuses `not_found`, `not_active`, `invalid_amount`, `soft_above_hard`. Setting what is set already changes nothing
    and leaves no history.
    """
    member: Member | None = Member.objects.filter(pk=member_id).locked().first()
    if member is None:
        raise NotFound
    if member.status != MemberStatus.ACTIVE:
        raise NotActive
    rules.check(limits, member.currency)
    row = OwnLimits.objects.filter(pk=member_id).locked().first() or OwnLimits(member=member)
    before = limits_of(row)
    if before == limits:
        return row
    told = rules.told_after(before, limits, told_of(row))
    row.soft, row.hard, row.low_balance, row.changed_at = limits.soft, limits.hard, limits.low_balance, at
    row.soft_told, row.hard_told, row.low_told_at = told.soft, told.hard, row.low_told_at if told.low else None
    row.save()
    audit.record("limits.set", row, by=by, at=at, about=member, facts=_facts(before, limits))
    return row


def require_below_limit(member_id: int, amount: Decimal, *, at: datetime, hold_key: str | None = None) -> None:
    """Refuse `spending_limit` where using or holding `amount` more would pass the member's own hard limit.

    Called in the transaction of a charge or a hold, before it is written: others of the same member wait, so that two
    at once never pass what fits only one. What has been used already, and what a hold has been granted for, is never
    asked (upstage/2.7, 11.3); a hold of `hold_key` that is there already is a repeat and adds nothing. One statement
    for who has no hard limit.
    """
    require_transaction()
    limited = OwnLimits.objects.filter(pk=member_id, hard__isnull=False)
    if not limited.exists():
        return
    Member.objects.filter(pk=member_id).locked().first()  # the member first, as everywhere
    row = limited.first()
    if row is None:
        return
    spent, held = spent_and_held(member_id, billing_month(at), at)
    if rules.fits(limits_of(row), spent=spent, held=held, amount=amount):
        return
    if hold_key is None or not credit_queries.holds(member_id).filter(key=hold_key).exists():
        raise SpendingLimitReached(facts=in_money(member_id, total=spent + held + amount, limit=row.hard))


def _facts(before: Limits, after: Limits) -> dict[str, str]:
    names = ("soft", "hard", "low_balance")
    return {name: f"{_said(getattr(before, name))} → {_said(getattr(after, name))}" for name in names}


def _said(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount.normalize():f}"

"""Auto-recharge as its tests set it up."""

from datetime import date, datetime, time
from decimal import Decimal

from accounts.models import Member
from billing.models import RechargeCycle, RechargePlan, TierTable
from billing.queries import recharging as queries
from billing.rules.bonus import TierLine
from billing.rules.recharging import Choice
from billing.services import payments, recharge_plans, recharging, tiers
from credits import queries as credit_queries
from tests.billing import make
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clock import KST


def day(month: int, number: int, *, year: int = 2026, hour: int = 0) -> datetime:
    return datetime.combine(date(year, month, number), time(hour), KST)


def line(
    minimum: int = 40_000,
    percent: str = "10",
    mode: str = "monthly",
    currency: str = "KRW",
    valid_days: int | None = None,
) -> TierLine:
    return TierLine(mode, currency, Decimal(minimum), Decimal(percent), valid_days)


def table(*lines: TierLine, since: date | None = None, at: datetime = make.NOON) -> TierTable:
    draft = tiers.draft(lines or [line()], effective_on=since or kst_date(at), by=None, at=at)
    return tiers.publish(draft.public_id, by=None, at=at)


def chosen(amount: str | int = 50_000, mode: str = "monthly", number: int = 20) -> Choice:
    return Choice(Decimal(amount), mode, number)


def plan(holder: Member, choice: Choice | None = None, *, at: datetime = make.NOON) -> RechargePlan:
    return recharge_plans.set_plan(member_id=holder.pk, choice=choice or chosen(), by=holder.user, at=at)


def changed(holder: Member, choice: Choice, *, at: datetime) -> RechargePlan:
    return recharge_plans.change(member_id=holder.pk, choice=choice, by=holder.user, at=at)


def cancelled(holder: Member, *, at: datetime) -> RechargePlan:
    return recharge_plans.cancel(member_id=holder.pk, by=holder.user, at=at)


def run(*instants: datetime) -> int:
    """What the jobs do at these instants; returns how many cards were asked."""
    tried = 0
    for at in instants:
        tried += recharging.charge_due(at=at)
        payments.reconcile(at=at)
    return tried


def tries(holder: Member) -> list[tuple[date, int, str]]:
    return [(kst_date(one.created_at), int(one.amount), one.status) for one in queries.tries_of_member(holder.pk)]


def cycles(holder: Member) -> list[tuple[date, date, str]]:
    rows = RechargeCycle.objects.filter(member=holder).order_by("starts_on")
    return [(one.starts_on, one.ends_on, one.status) for one in rows]


def balance(holder: Member, at: datetime) -> tuple[Decimal, Decimal]:
    """Paid and free."""
    now = credit_queries.balance(holder.pk, at)
    return now.paid, now.free

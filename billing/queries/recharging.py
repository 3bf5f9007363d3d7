"""A member's auto-recharge: the plan, what it charges next and gives, its tries and its history (upstage/15-2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from billing.enums import LIVE_PLANS, CycleStatus, PlanStatus, StepStatus
from billing.models import Purchase, RechargeCycle, RechargePlan, RechargeStep
from billing.queries import tiers
from billing.rules import purchases as rules
from billing.rules.bonus import reached
from billing.rules.recharging import Choice, last_day


@dataclass(frozen=True)
class NextCharge:
    """What the next charge takes and gives, as far as is known now."""

    on: date
    ends_on: date
    quote: rules.Quote


def plan_of_member(member_id: int) -> RechargePlan | None:
    """The plan that runs or is paused, or None."""
    found: RechargePlan | None = RechargePlan.objects.filter(member_id=member_id, status__in=LIVE_PLANS).first()
    return found


def last_plan(member_id: int) -> RechargePlan | None:
    """The plan that runs or is paused, else the one that ended last, or None."""
    found: RechargePlan | None = RechargePlan.objects.filter(member_id=member_id).order_by("-id").first()
    return found


def tries_of_member(member_id: int) -> QuerySet[Purchase]:
    """Every try of every plan, the oldest first; the day of a try is that of its purchase."""
    rows: QuerySet[Purchase] = Purchase.objects.filter(member_id=member_id, cycle__isnull=False)
    return rows.select_related("cycle", "payment__payment_method").order_by("id")


def steps_of_member(member_id: int) -> QuerySet[RechargeStep]:
    """Everything that happened to the member's plans, the newest first."""
    rows: QuerySet[RechargeStep] = RechargeStep.objects.filter(member_id=member_id)
    return rows.select_related("by", "plan").order_by("-id")


def last_chosen(plan_id: int) -> RechargeStep:
    """What the member chose last and the plan has by now, with what was shown to them then."""
    rows = RechargeStep.objects.filter(plan=plan_id, status=StepStatus.APPLIED).exclude(conditions="")
    found: RechargeStep = rows.latest("pk")
    return found


def uncharged_cycles(member_id: int) -> QuerySet[RechargeCycle]:
    """The cycles that began and were not charged, or not yet, the newest first."""
    rows: QuerySet[RechargeCycle] = RechargeCycle.objects.filter(member_id=member_id)
    return rows.exclude(status=CycleStatus.PAID).order_by("-starts_on", "-id")


def waiting_change(plan: RechargePlan) -> RechargeStep | None:
    """The change that waits for staff, or None."""
    found: RechargeStep | None = RechargeStep.objects.filter(plan=plan, status=StepStatus.WAITING).first()
    return found


def running_cycle(plan: RechargePlan, today: date) -> RechargeCycle | None:
    """The latest cycle that has begun and is not over, or None."""
    rows = RechargeCycle.objects.filter(plan=plan, ends_on__gte=today).exclude(status=CycleStatus.MISSED)
    found: RechargeCycle | None = rows.order_by("-starts_on").first()
    return found


def quote_on(choice: Choice, currency: str, on: date) -> rules.Quote:
    """What a choice takes and gives on a day, by the tiers published for it. Refuses `invalid_amount`."""
    tier = reached(tiers.lines_on(on), choice.amount, choice.mode, currency)
    return rules.quote(choice.amount, currency, tier)


def next_charge(plan: RechargePlan) -> NextCharge | None:
    """The next charge of a plan that runs, or None."""
    if plan.next_on is None:
        return None
    return charge_on(Choice(plan.amount, plan.mode, plan.day), plan.currency, plan.next_on)


def charge_on(choice: Choice, currency: str, on: date) -> NextCharge:
    """The charge of a choice on a day: what it takes, what it gives, when its bonus ends."""
    return NextCharge(on, last_day(on, choice), quote_on(choice, currency, on))


def next_bonus(plan: RechargePlan) -> Decimal:
    """The bonus of the next charge."""
    coming = next_charge(plan)
    return coming.quote.bonus if coming else Decimal(0)


@dataclass(frozen=True)
class OptionCount:
    """How many plans that run have the same option, as far as the bonus goes by it."""

    mode: str
    currency: str
    amount: Decimal
    plans: int


def running_options() -> list[OptionCount]:
    """The options of all plans that run, each once with how many have it; one query."""
    rows = RechargePlan.objects.filter(status=PlanStatus.ACTIVE).order_by().values_list("mode", "currency", "amount")
    return [OptionCount(*row) for row in rows.annotate(plans=Count("pk"))]


def charges_on(day: date) -> list[tuple[str, int, Decimal]]:
    """What begins on a day by itself: currency, how many plans, how much without tax."""
    rows = RechargePlan.objects.filter(status=PlanStatus.ACTIVE, next_on=day).order_by().values_list("currency")
    return list(rows.annotate(Count("pk"), Sum("amount")).order_by("currency"))

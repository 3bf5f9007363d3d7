"""Auto-recharge in the back office: plans, cycles and steps are read; staff decide changes that wait for them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.admin.case import member
from accounts.models import Member
from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import PLAN_MOVES, CycleStatus, PlanStatus, StepStatus, TopUpStatus
from billing.models import RechargeCycle, RechargePlan, RechargeStep, TopUp
from billing.queries import recharging as queries
from billing.services import recharge_plans
from upstage_console.kernel.admin import Done, Fact, Figure, Panel, Row, Text, Verb, cells, no_move, tonight
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import day, money, tongue

TONES: Mapping[str, str] = {
    TopUpStatus.ON: "good",
    PlanStatus.ACTIVE: "good", PlanStatus.PAUSED: "warn", CycleStatus.PAID: "good", CycleStatus.OPEN: "accent",
    CycleStatus.FAILED: "danger", CycleStatus.STOPPED: "warn", StepStatus.WAITING: "warn",
    StepStatus.REFUSED: "danger",
}  # fmt: skip
CYCLES_SHOWN = 6


class _WithStatus(MoneyOfMembersAdmin):
    readonly_fields = ("public_id",)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Any) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


class CancelPlan(Verb):
    """For a member who asks for it on another way than the page (upstage/16.2)."""

    name, label, tone, icon = "cancel", gettext_lazy("Cancel it for the member"), "danger", "autorenew"
    permission = "billing.decide_recharge"

    def sentence(self, row: RechargePlan, *, at: datetime) -> Text:
        return _(
            "Nothing more is charged, and the member is told. What was recharged stays; a bonus ends with its cycle."
        )

    def refusal(self, row: RechargePlan, *, at: datetime) -> Refusal | None:
        return no_move(row.status, PlanStatus.CANCELLED, PLAN_MOVES)

    def run(self, row: RechargePlan, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        plan = recharge_plans.cancel(member_id=row.member_id, by=by, at=at, reason=given["reason"])
        return Done(_("The auto-recharge is cancelled."), result=plan)


@admin.register(RechargePlan)
class RechargePlanAdmin(_WithStatus):
    list_display = ("member", "shown_status", "shown_amount", "mode", "day", "next_on", "created_at", "ended_at")
    list_filter = ("status", "mode", "currency", "next_on")
    verbs = (CancelPlan,)


@admin.register(RechargeCycle)
class RechargeCycleAdmin(_WithStatus):
    list_display = ("starts_on", "ends_on", "member", "shown_status", "shown_amount", "next_try_on", "stopped_by")
    list_filter = ("status", "mode", "starts_on")


@admin.register(TopUp)
class TopUpAdmin(_WithStatus):
    list_display = ("member", "shown_status", "below", "shown_amount", "most_a_day", "declines", "not_before", "set_at")
    list_filter = ("status", "off_because", "currency")


class Decide(Verb):
    """A change of an auto-recharge that waits (upstage/15-3.1)."""

    permission = "billing.decide_recharge"
    approve: bool

    def refusal(self, row: RechargeStep, *, at: datetime) -> Refusal | None:
        return None if row.status == StepStatus.WAITING else AlreadyDone()

    def run(self, row: RechargeStep, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        step = recharge_plans.decide(row.public_id, approve=self.approve, reason=given["reason"], by=by, at=at)
        return Done(_("Decided: %(status)s.") % {"status": step.get_status_display()}, result=step)

    def rows(self, row: RechargeStep, done: Done, *, at: datetime) -> list[Row]:
        plan, step, language = RechargePlan.objects.get(pk=row.plan_id), done.result, tongue(get_language())
        return [
            Row(
                _("Asked for"), f"{money(step.amount, step.currency, language)} {step.get_mode_display()} · {step.day}"
            ),
            Row(_("Next charge"), day(plan.next_on, language) if plan.next_on else "–"),
        ]


class ApproveChange(Decide):
    name, label, tone, approve = "approve", gettext_lazy("Approve"), "primary", True

    def sentence(self, row: RechargeStep, *, at: datetime) -> Text:
        return _("The change holds from the next charge after now; the bonus of the option before ends there.")


class RefuseChange(Decide):
    name, label, tone, approve = "refuse", gettext_lazy("Do not approve"), "danger", False

    def sentence(self, row: RechargeStep, *, at: datetime) -> Text:
        return _("Everything goes on as it is, and the member is told.")


@admin.register(RechargeStep)
class RechargeStepAdmin(_WithStatus):
    list_display = ("at", "member", "kind", "shown_status", "shown_amount", "mode", "day", "next_on", "decided_by")
    list_filter = ("status", "kind", "at")
    list_select_related = ("member", "decided_by")
    verbs = (ApproveChange, RefuseChange)


@tonight(20, "billing.view_rechargeplan")
def charged_tonight(at: datetime) -> Iterable[Figure]:
    """The auto-recharges whose cycle begins at midnight, by currency."""
    morrow = kst_date(at) + timedelta(days=1)
    url = f"{reverse('admin:billing_rechargeplan_changelist')}?status__exact=active&next_on={morrow.isoformat()}"
    for currency, plans, amount in queries.charges_on(morrow):
        note = ngettext("%(count)s plan", "%(count)s plans", plans) % {"count": f"{plans:,}"}
        yield Figure(_("Auto-recharges"), amount, f"{url}&currency={currency}", currency, note)


@member.panel(32)
def recharge(row: Member, at: datetime) -> Panel | None:
    """The plan of a member, what it charges next, and its last cycles."""
    plan = queries.last_plan(row.pk)
    if plan is None:
        return None
    facts = [Fact(_("State"), plan.get_status_display()), *_next(plan)]
    cycles = RechargeCycle.objects.filter(plan=plan).order_by("-starts_on")[:CYCLES_SHOWN]
    facts += [
        Fact(_span(one), one.get_status_display(),
             reverse("admin:billing_rechargecycle_change", args=[one.pk]))
        for one in cycles
    ]  # fmt: skip
    url = reverse("admin:billing_rechargeplan_change", args=[plan.pk])
    return Panel(_("Auto-recharge"), "admin/case/facts.html", {"facts": facts}, url)


def _span(cycle: RechargeCycle) -> str:
    """The first and the last day of a cycle."""
    return " – ".join(day(one, tongue(get_language())) for one in (cycle.starts_on, cycle.ends_on))


def _next(plan: RechargePlan) -> list[Fact]:
    language = tongue(get_language())
    said = f"{money(plan.amount, plan.currency, language)} · {plan.get_mode_display()} · {plan.day}"
    coming = queries.next_charge(plan)
    if coming is None:
        return [Fact(_("Option"), said)]
    bonus = money(coming.quote.bonus, plan.currency, language)
    return [Fact(_("Option"), said), Fact(_("Next charge"), coming.on), Fact(_("Its bonus"), bonus)]

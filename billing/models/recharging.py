"""Auto-recharge: the plan a member set, its cycles, and everything that happened to it (upstage/15.2, 15-2, 15-3)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import LIVE_PLANS, CycleStatus, PlanStatus, PurchaseMode, StepKind, StepStatus
from upstage_console.kernel.db import LockingQuerySet, PublicIdField

RECURRING = [choice for choice in PurchaseMode.choices if choice[0] != PurchaseMode.ONCE]


CHOSEN = [StepKind.SET, StepKind.CHANGED, StepKind.RESUMED]
"""What a member chooses, with a next charge and after the conditions of withdrawal were shown."""


def sound_option(table: str) -> list[models.CheckConstraint]:
    """What can be charged at all: some credits, on a day, again and again."""
    return [
        models.CheckConstraint(condition=Q(day__gte=1, day__lte=31), name=f"{table}_day"),
        models.CheckConstraint(condition=Q(amount__gt=0), name=f"{table}_of_something"),
        models.CheckConstraint(condition=Q(mode__in=["monthly", "annual"]), name=f"{table}_recurs"),
    ]


class Option(models.Model):
    """How much, how often, on which day: `day` is the day that was chosen, never the one it falls on."""

    mode = models.CharField(_("mode"), max_length=16, choices=RECURRING)
    day = models.PositiveSmallIntegerField(_("day of the month"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, help_text=_("without tax"))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        abstract = True


class RechargePlan(Option):
    """What a member recharges by itself; `next_on` is the day of the next cycle."""

    public_id = PublicIdField(prefix="rpl")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="recharge_plans", verbose_name=_("member")
    )
    status = models.CharField(_("status"), max_length=16, choices=PlanStatus, default=PlanStatus.ACTIVE)
    next_on = models.DateField(_("next cycle on"), null=True)
    created_at = models.DateTimeField(_("created at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("auto-recharge")
        verbose_name_plural = _("auto-recharges")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(status__in=LIVE_PLANS), name="recharge_plan_one_in_use"
            ),
            *sound_option("recharge_plan"),
            models.CheckConstraint(
                condition=Q(status="active", next_on__isnull=False) | ~Q(status="active") & Q(next_on__isnull=True),
                name="recharge_plan_next_on",
            ),
            models.CheckConstraint(
                condition=Q(status__in=LIVE_PLANS, ended_at__isnull=True)
                | ~Q(status__in=LIVE_PLANS) & Q(ended_at__isnull=False),
                name="recharge_plan_ended_at",
            ),
        ]
        indexes = [models.Index(fields=["next_on", "id"], condition=Q(status="active"), name="recharge_plan_due")]

    def __str__(self) -> str:
        return self.public_id


class RechargeCycle(Option):
    """One cycle of a plan, with the option it began under; its bonus ends at 24:00 of `ends_on` (upstage/15-2.2)."""

    public_id = PublicIdField(prefix="rcy")
    plan = models.ForeignKey(RechargePlan, models.PROTECT, related_name="cycles", verbose_name=_("auto-recharge"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="recharge_cycles", verbose_name=_("member")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    status = models.CharField(_("status"), max_length=16, choices=CycleStatus, default=CycleStatus.OPEN)
    first_try_on = models.DateField(_("first tried on"), null=True)
    next_try_on = models.DateField(_("next try on"), null=True)
    is_last_try = models.BooleanField(_("no more tries"), default=False)
    stopped_by = models.CharField(_("stopped by"), max_length=40, blank=True, help_text=_("code of the refusal"))
    opened_at = models.DateTimeField(_("opened at"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("recharge cycle")
        verbose_name_plural = _("recharge cycles")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "plan", "starts_on"], name="recharge_cycle_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="recharge_cycle_lasts"),
            models.CheckConstraint(
                condition=Q(status="open") | Q(next_try_on__isnull=True), name="recharge_cycle_tries_while_open"
            ),
            *sound_option("recharge_cycle"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "dropped"])
                | Q(status="missed", first_try_on__isnull=True)
                | Q(status__in=["paid", "failed", "stopped"], first_try_on__isnull=False),
                name="recharge_cycle_tried",
            ),
            models.CheckConstraint(
                condition=(Q(first_try_on__isnull=True) | Q(first_try_on__gte=F("starts_on")))
                & (Q(next_try_on__isnull=True) | Q(next_try_on__gte=F("starts_on")))
                & (Q(next_try_on__isnull=True) | Q(first_try_on__isnull=True) | Q(next_try_on__gt=F("first_try_on"))),
                name="recharge_cycle_tries_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(status="stopped", stopped_by="") & (~Q(status__in=["paid", "missed"]) | Q(stopped_by="")),
                name="recharge_cycle_stopped_by",
            ),
            models.CheckConstraint(
                condition=Q(is_last_try=False)
                | Q(status__in=["open", "paid", "dropped"], next_try_on__isnull=True, first_try_on__isnull=False),
                name="recharge_cycle_last_try",
            ),
        ]
        indexes = [models.Index(fields=["next_try_on", "id"], condition=Q(status="open"), name="recharge_cycle_due")]

    def __str__(self) -> str:
        return self.public_id


class RechargeStep(Option):
    """Who did what to a plan and what was shown before; where staff approve changes, one may wait (upstage/15-3.1)."""

    public_id = PublicIdField(prefix="rst")
    plan = models.ForeignKey(RechargePlan, models.PROTECT, related_name="steps", verbose_name=_("auto-recharge"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="recharge_steps", verbose_name=_("member")
    )
    kind = models.CharField(_("what"), max_length=16, choices=StepKind)
    status = models.CharField(_("status"), max_length=16, choices=StepStatus, default=StepStatus.APPLIED)
    next_on = models.DateField(_("next cycle on"), null=True)
    conditions = models.CharField(_("withdrawal conditions shown"), max_length=40, blank=True)
    shown = models.JSONField(_("what was shown"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of an auto-recharge")
        verbose_name_plural = _("steps of auto-recharges")
        permissions = [("decide_recharge", _("Can approve changes of auto-recharges"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "plan"], condition=Q(status="waiting"), name="recharge_step_one_waits"
            ),
            *sound_option("recharge_step"),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | Q(status__in=["refused", "withdrawn"], decided_at__isnull=False)
                | Q(status="applied") & (Q(decided_at__isnull=False) | Q(decided_by__isnull=True)),
                name="recharge_step_decided",
            ),
            models.CheckConstraint(
                condition=Q(status="applied", decided_at__isnull=True) | Q(kind="changed"),
                name="recharge_step_waits_to_change",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CHOSEN, next_on__isnull=False) & ~Q(conditions="")
                | ~Q(kind__in=CHOSEN) & Q(next_on__isnull=True, conditions=""),
                name="recharge_step_chosen_under_conditions",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"

"""Support: what was agreed, the cases, their log, and the clocks read off it (rift/8.1, 9.1)."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums.cases import CaseAbout, CaseEventKind, CaseStatus, Metric, Severity, SupportDays
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from contracts.rules.calendars import SupportCalendar, Window
from contracts.rules.clocks import Happened
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class SupportPolicy(models.Model):
    """A version of what was agreed about support: when it is open, and until when cases are answered and fixed."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="support_policies", verbose_name=_("contract")
    )  # fmt: skip
    version = models.PositiveSmallIntegerField(_("version"))
    hours = ArrayField(
        models.CharField(max_length=11), verbose_name=_("hours"), help_text=_("in Korean time, such as 09:00-18:00")
    )
    days = models.CharField(_("days"), max_length=16, choices=SupportDays)
    exceptions = models.JSONField(
        _("exceptions"), default=dict, blank=True, help_text=_("days with hours of their own, or with none")
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    agreed_at = models.DateTimeField(_("entered at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("support policy")
        verbose_name_plural = _("support policies")
        ordering = ["contract", "-version"]
        constraints = [models.UniqueConstraint(fields=["customer", "contract", "version"], name="support_version")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{', '.join(self.hours)} v{self.version}"

    def calendar(self, public: Calendar) -> SupportCalendar:
        """The support calendar over these public holidays."""
        own = {
            date.fromisoformat(day): tuple(Window.parse(hours) for hours in windows)
            for day, windows in self.exceptions.items()
        }
        windows = tuple(Window.parse(hours) for hours in self.hours)
        return SupportCalendar(windows, SupportDays(self.days), public, own)


class SupportTarget(models.Model):
    """Until when cases of a severity are answered and fixed, in minutes of the support calendar."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    policy = models.ForeignKey(
        SupportPolicy, models.PROTECT, related_name="targets", verbose_name=_("support policy")
    )  # fmt: skip
    severity = models.CharField(_("severity"), max_length=16, choices=Severity)
    respond = models.PositiveIntegerField(_("to be answered within"), help_text=_("minutes"))
    resolve = models.PositiveIntegerField(_("to be fixed within"), help_text=_("minutes"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("support target")
        verbose_name_plural = _("support targets")
        ordering = ["policy", "id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "policy", "severity"], name="support_target_severity"),
            models.CheckConstraint(condition=Q(respond__gt=0, resolve__gt=0), name="support_target_minutes"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_severity_display()}: {self.respond}, {self.resolve}"


class Case(models.Model):
    """Something a customer asked support for; it keeps the version of what was agreed when it was opened."""

    public_id = PublicIdField(prefix="case")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="cases", verbose_name=_("contract"))
    policy = models.ForeignKey(SupportPolicy, models.PROTECT, related_name="+", verbose_name=_("support policy"))
    severity = models.CharField(_("severity"), max_length=16, choices=Severity)
    about = models.CharField(_("about"), max_length=16, choices=CaseAbout, default=CaseAbout.SERVICE)
    subject = models.CharField(pgettext_lazy("case", "subject"), max_length=200)
    status = models.CharField(_("status"), max_length=16, choices=CaseStatus, default=CaseStatus.OPEN)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("in charge")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("support case")
        verbose_name_plural = _("support cases")
        ordering = ["-id"]
        permissions = [
            ("handle_case", _("Can open, answer and resolve cases")),
            ("waive_case", _("Can waive a missed target")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False)
                | ~Q(status="resolved") & Q(resolved_at__isnull=True),
                name="case_resolved_at",
            )
        ]
        indexes = [models.Index(fields=["contract", "-id"], name="case_of_contract")]

    def __str__(self) -> str:
        return self.subject


class CaseEvent(models.Model):
    """What happened to a case, in order; its clocks are read off this log, and it is added to, never changed."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name=_("support case"))
    position = models.PositiveIntegerField(_("position"))
    kind = models.CharField(_("what"), max_length=16, choices=CaseEventKind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )  # fmt: skip
    is_of_customer = models.BooleanField(_("from the customer"), default=False)
    is_internal = models.BooleanField(_("internal"), default=False, help_text=_("the customer does not see it"))
    text = models.TextField(_("text"), max_length=10_000, blank=True)
    metric = models.CharField(_("target"), max_length=16, choices=Metric, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a case")
        verbose_name_plural = _("events of cases")
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "case", "position"], name="case_event_position"),
            models.CheckConstraint(
                condition=Q(kind="waive") & ~Q(metric="") | ~Q(kind="waive") & Q(metric=""), name="case_event_metric"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.position} {self.get_kind_display()}"

    @property
    def as_rule(self) -> Happened:
        """The event as the rules take it."""
        return Happened(CaseEventKind(self.kind), self.at)


class CaseClock(models.Model):
    """A clock of a case as its log told it last: when it falls due or, while it is paused, what remains.

    `warned_at` and `breached_at` are written once; a missed target is never unmade, only waived with a reason.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks", verbose_name=_("support case"))
    metric = models.CharField(_("target"), max_length=16, choices=Metric)
    target_minutes = models.PositiveIntegerField(_("minutes agreed"))
    turn = models.PositiveSmallIntegerField(_("times set going"), default=1)
    due_at = models.DateTimeField(_("due at"), null=True)
    warn_at = models.DateTimeField(_("warn at"), null=True)
    remaining_seconds = models.PositiveIntegerField(_("seconds left"), null=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    used_seconds = models.PositiveIntegerField(_("seconds used"), null=True)
    warned_at = models.DateTimeField(_("warned at"), null=True)
    breached_at = models.DateTimeField(_("missed at"), null=True)
    waived_at = models.DateTimeField(_("waived at"), null=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("waived by")
    )
    waive_reason = models.CharField(_("why waived"), max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock of a case")
        verbose_name_plural = _("clocks of cases")
        ordering = ["case", "metric"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "case", "metric"], name="case_clock_metric"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False, remaining_seconds__isnull=True)
                | Q(due_at__isnull=True, remaining_seconds__isnull=False),
                name="case_clock_due_or_remaining",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, used_seconds__isnull=True)
                | Q(stopped_at__isnull=False, used_seconds__isnull=False),
                name="case_clock_stopped",
            ),
            models.CheckConstraint(
                condition=Q(waived_at__isnull=True, waive_reason="")
                | Q(waived_at__isnull=False, breached_at__isnull=False) & ~Q(waive_reason=""),
                name="case_clock_waived",
            ),
        ]
        indexes = [
            models.Index(
                fields=["warn_at", "id"], condition=Q(stopped_at__isnull=True, warned_at__isnull=True),
                name="case_clock_to_warn",
            ),
            models.Index(
                fields=["due_at", "id"], condition=Q(stopped_at__isnull=True, breached_at__isnull=True),
                name="case_clock_to_breach",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="breach_stays", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__breached_at__isnull=False)
                & pgtrigger.Q(old__breached_at__df=pgtrigger.F("new__breached_at")),
            ),
            pgtrigger.Protect(
                name="waiver_stays", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__waived_at__isnull=False)
                & pgtrigger.Q(old__waived_at__df=pgtrigger.F("new__waived_at")),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_metric_display()}"

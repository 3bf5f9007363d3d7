"""What a contract promises about availability, what stood still, and what each month came to (rift/8.1, 8.2)."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums.service_levels import OutageCause
from contracts.models.contracts import Contract, ContractFile
from contracts.models.customers import Customer
from contracts.models.third_parties import ThirdParty
from contracts.rules import availability, service_credits
from contracts.rules.service_credits import Step
from contracts.rules.spans import Span
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only

PROVEN = (OutageCause.FORCE_MAJEURE, OutageCause.THIRD_PARTY, OutageCause.CUSTOMER)
"""What may leave the scope by its cause is proven."""


class ServiceLevel(models.Model):
    """A version of what was agreed about availability; it holds for the months that begin from its first day on."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="service_levels", verbose_name=_("contract")
    )  # fmt: skip
    version = models.PositiveSmallIntegerField(_("version"))
    effective_on = models.DateField(
        pgettext_lazy("period", "from"), help_text=_("the first day of the first month it holds for")
    )
    target = models.DecimalField(_("availability"), max_digits=7, decimal_places=4, help_text=_("percent"))
    ladder = models.JSONField(_("steps"), default=list, help_text=_("below so many percent, so many percent back"))
    cap_percent = models.DecimalField(_("at most"), max_digits=7, decimal_places=4, help_text=_("percent of a month"))
    notice_hours = models.PositiveSmallIntegerField(_("notice of maintenance"), help_text=_("hours"))
    minimum_minutes = models.PositiveSmallIntegerField(_("shortest outage that counts"), help_text=_("minutes"))
    excludes_third_party = models.BooleanField(_("leaves out outages of third parties"), default=False)
    claim_days = models.PositiveSmallIntegerField(
        _("days to claim a credit"), null=True, help_text=_("empty: credits are given without a claim")
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    agreed_at = models.DateTimeField(_("entered at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")
        ordering = ["contract", "-version"]
        permissions = [("agree_servicelevel", _("Can enter service levels and support of a contract"))]
        constraints = [
            models.UniqueConstraint(fields=["customer", "contract", "version"], name="service_level_version"),
            models.CheckConstraint(
                condition=Q(target__gt=0, target__lte=100, cap_percent__gte=0, cap_percent__lte=100),
                name="service_level_percent",
            ),
            models.CheckConstraint(condition=Q(effective_on__day=1), name="service_level_from_a_first"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.target.normalize():f} % v{self.version}"

    @property
    def promise(self) -> availability.Promise:
        """How it is measured."""
        return availability.Promise(
            self.target, self.notice_hours, self.minimum_minutes, excludes_third_party=self.excludes_third_party
        )

    @property
    def credits(self) -> service_credits.Ladder:
        """What a shortfall gives back."""
        steps = tuple(Step(Decimal(one["below"]), Decimal(one["percent"])) for one in self.ladder)
        return service_credits.Ladder(steps, self.cap_percent)


class Maintenance(models.Model):
    """An announcement of planned work: when, and what stands still; each contract it touches has its outage."""

    public_id = PublicIdField(prefix="mnt")
    what_ko = models.CharField(_("what (Korean)"), max_length=200)
    what_en = models.CharField(_("what (English)"), max_length=200)
    starts_at = models.DateTimeField(pgettext_lazy("period", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("period", "to"))
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("announced by")
    )
    announced_at = models.DateTimeField(_("announced at"))
    called_off_at = models.DateTimeField(_("called off at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("maintenance")
        verbose_name_plural = _("maintenance")
        ordering = ["-starts_at"]
        permissions = [("announce_maintenance", _("Can announce maintenance and call it off"))]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="maintenance_period")]

    def __str__(self) -> str:
        return self.what_ko


class Outage(models.Model):
    """A stretch in which a contract's service stood still; what it counts for is worked out, never typed."""

    public_id = PublicIdField(prefix="out")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="outages", verbose_name=_("contract"))
    starts_at = models.DateTimeField(pgettext_lazy("period", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("period", "to"))
    cause = models.CharField(_("cause"), max_length=16, choices=OutageCause)
    what = models.CharField(_("what stood still"), max_length=200, blank=True)
    announced_at = models.DateTimeField(_("announced at"), null=True)
    maintenance = models.ForeignKey(
        Maintenance, models.PROTECT, null=True, related_name="outages", verbose_name=_("maintenance")
    )
    third_party = models.ForeignKey(
        ThirdParty, models.PROTECT, null=True, related_name="outages", verbose_name=_("third party")
    )
    evidence = models.TextField(_("evidence"), max_length=2000, blank=True)
    file = models.ForeignKey(ContractFile, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdraw_reason = models.CharField(_("why withdrawn"), max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        ordering = ["-starts_at"]
        permissions = [("record_outage", _("Can record and withdraw outages"))]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="outage_period"),
            models.CheckConstraint(
                condition=Q(cause="planned", announced_at__isnull=False)
                | ~Q(cause="planned") & Q(announced_at__isnull=True, maintenance__isnull=True),
                name="outage_announced_at",
            ),
            models.CheckConstraint(condition=~Q(cause__in=PROVEN) | ~Q(evidence=""), name="outage_evidence"),
            models.CheckConstraint(
                condition=Q(third_party__isnull=True) | Q(cause="third_party"), name="outage_of_third_party"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdraw_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdraw_reason=""),
                name="outage_withdrawn",
            ),
            models.UniqueConstraint(
                fields=["customer", "contract", "maintenance"], condition=Q(maintenance__isnull=False),
                name="outage_of_maintenance_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["contract", "starts_at"], name="outage_of_contract")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="recorded_once", exclude=["withdrawn_at", "withdraw_reason"]),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.get_cause_display()}"

    @property
    def as_rule(self) -> availability.Outage:
        """The outage as the rules take it."""
        span = Span(self.starts_at, self.ends_at)
        return availability.Outage(self.public_id, span, OutageCause(self.cause), self.announced_at)


class ServiceLevelReport(models.Model):
    """A month measured: what counted, what did not, day by day; final once approved, corrected by a new revision."""

    public_id = PublicIdField(prefix="slr")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="reports", verbose_name=_("contract"))
    month = models.DateField(_("month"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    level = models.ForeignKey(ServiceLevel, models.PROTECT, related_name="+", verbose_name=_("service level"))
    availability = models.DecimalField(_("availability"), max_digits=7, decimal_places=4)
    is_met = models.BooleanField(_("met"))
    in_scope_seconds = models.PositiveIntegerField(_("seconds in scope"))
    excluded_seconds = models.PositiveIntegerField(_("seconds out of scope"))
    down_seconds = models.PositiveIntegerField(_("seconds down"))
    base = models.DecimalField(_("flat fees of the month"), max_digits=20, decimal_places=2)
    credit = models.DecimalField(_("credit"), max_digits=20, decimal_places=2)
    why = models.JSONField(_("how it was counted"), default=dict)
    days = models.JSONField(_("days"), default=list)
    lines = models.JSONField(_("outages"), default=list)
    cases = models.JSONField(_("targets of cases"), default=list)
    measured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("measured by")
    )
    measured_at = models.DateTimeField(_("measured at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("service level report")
        verbose_name_plural = _("service level reports")
        ordering = ["-month", "-revision", "-id"]
        permissions = [("approve_servicelevelreport", _("Can measure and approve service level reports"))]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contract", "month", "revision"], name="service_level_report_once"
            ),
            models.UniqueConstraint(
                fields=["customer", "contract", "month"], condition=Q(approved_at__isnull=True),
                name="service_level_report_one_open",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="service_level_report_month"),
            models.CheckConstraint(condition=Q(credit__gte=0, base__gte=0), name="service_level_report_not_negative"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="service_level_report_approved",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="final", operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__approved_at__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

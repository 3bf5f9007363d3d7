"""Billing runs: a month billed for many contracts at once, counted first and then started by staff (rift/7.2)."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from contracts.enums import RunStatus
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only
from upstage_console.kernel.wording import tongue, written


class BillingRun(models.Model):
    """One run over all contracts or some; `after` is the last contract it looked at, where a stopped run goes on."""

    public_id = PublicIdField(prefix="brun")
    month = models.DateField(_("month"))
    status = models.CharField(_("status"), max_length=16, choices=RunStatus, default=RunStatus.COUNTING)
    only = ArrayField(models.BigIntegerField(), null=True, verbose_name=_("contracts"), help_text=_("empty: all"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started at"), null=True)
    closed_at = models.DateTimeField(_("done or dropped at"), null=True)
    after = models.BigIntegerField(_("last contract looked at"), default=0)
    looked_at = models.PositiveIntegerField(_("contracts looked at"), default=0)
    sums = models.JSONField(_("what was counted"), default=dict, help_text=_("by currency"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("contracts", "billing run")
        verbose_name_plural = pgettext_lazy("contracts", "billing runs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="billing_run_month"),
            models.CheckConstraint(
                condition=Q(status__in=["issuing", "done"], started_at__isnull=False)
                | ~Q(status__in=["issuing", "done"]) & Q(started_at__isnull=True),
                name="billing_run_started_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "dropped"], closed_at__isnull=False)
                | ~Q(status__in=["done", "dropped"]) & Q(closed_at__isnull=True),
                name="billing_run_closed_at",
            ),
            models.CheckConstraint(condition=Q(started_at__isnull=True) | Q(started_at__gte=F("asked_at")),
                                   name="billing_run_started_after"),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="asked_once", fields=["month", "only", "reason", "asked_by", "asked_at"]),
        ]

    def __str__(self) -> str:
        return written(self.month, "month", tongue(get_language()))


class RunLeftOut(models.Model):
    """A contract that a run left out, and why; `is_counted` where the count said so, before anything was issued."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    run = models.ForeignKey(BillingRun, models.PROTECT, related_name="left_out", verbose_name=_("billing run"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="+", db_index=False, verbose_name=_("contract")
    )  # fmt: skip
    is_counted = models.BooleanField(_("while it was counted"))
    code = models.CharField(_("code"), max_length=40)
    why_ko = models.CharField(_("why (Korean)"), max_length=500)
    why_en = models.CharField(_("why (English)"), max_length=500)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract left out of a billing run")
        verbose_name_plural = _("contracts left out of billing runs")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "run", "contract", "is_counted"], name="run_left_out_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.contract)

    @property
    def why(self) -> str:
        """Why, in the language that is active."""
        return self.why_en if tongue(get_language()) == "en" else self.why_ko

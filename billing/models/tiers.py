"""The published table of bonus tiers, with its history (upstage/15.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.enums import PurchaseMode, TableStatus
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import day, money, tongue


class TierTable(models.Model):
    """One version of the whole table: what it says holds from `effective_on` until a later version takes its place."""

    public_id = PublicIdField(prefix="tab")
    status = models.CharField(_("status"), max_length=16, choices=TableStatus, default=TableStatus.DRAFT)
    effective_on = models.DateField(_("effective on"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("table of bonus tiers")
        verbose_name_plural = _("tables of bonus tiers")
        permissions = [("publish_tiers", _("Can draft and publish bonus tiers"))]
        ordering = ["-effective_on", "-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False)
                | ~Q(status="published") & Q(published_at__isnull=True),
                name="tier_table_published_at",
            ),
        ]

    def __str__(self) -> str:
        return day(self.effective_on, tongue(get_language()))


class Tier(models.Model):
    """From this amount on, so many percent of it come as bonus credits."""

    table = models.ForeignKey(TierTable, models.PROTECT, related_name="tiers", verbose_name=_("table"))
    mode = models.CharField(_("mode"), max_length=16, choices=PurchaseMode)
    currency = models.CharField(_("currency"), max_length=3)
    minimum = models.DecimalField(_("from"), max_digits=20, decimal_places=2, help_text=_("without tax"))
    bonus_percent = models.DecimalField(_("bonus in percent"), max_digits=5, decimal_places=2)
    valid_days = models.PositiveIntegerField(
        _("valid for days"), null=True, help_text=_("of one purchase; the bonus of a cycle ends with it")
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("bonus tier")
        verbose_name_plural = _("bonus tiers")
        ordering = ["table", "currency", "mode", "minimum"]
        constraints = [
            models.UniqueConstraint(fields=["table", "mode", "currency", "minimum"], name="tier_once"),
            models.CheckConstraint(condition=Q(minimum__gt=0), name="tier_from_something"),
            models.CheckConstraint(condition=Q(bonus_percent__gte=0, bonus_percent__lte=100), name="tier_percent"),
            models.CheckConstraint(
                condition=Q(mode="once", valid_days__isnull=False, valid_days__gt=0)
                | ~Q(mode="once") & Q(valid_days__isnull=True),
                name="tier_validity",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        minimum = money(self.minimum, self.currency, tongue(get_language()))
        return f"{self.get_mode_display()} {minimum} → {grouped(self.bonus_percent)}%"

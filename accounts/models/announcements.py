"""What everybody is told: the notice board and the status page, and versions of the API (upstage/4.3, 12, 12-2)."""

from datetime import datetime
from typing import cast

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import AnnouncementKind
from accounts.models.terms import Version
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only

PUBLISHED_IS_CHANGED = """OLD.published_at IS NOT NULL AND
    (OLD.kind, OLD.title_ko, OLD.title_en, OLD.body_ko, OLD.body_en, OLD.clauses, OLD.published_at) IS DISTINCT FROM
    (NEW.kind, NEW.title_ko, NEW.title_en, NEW.body_ko, NEW.body_en, NEW.clauses, NEW.published_at)"""


class ApiVersion(models.Model):
    """A version of a service's API: when it came, until when the one before it stays, and when it ends."""

    public_id = PublicIdField(prefix="apv")
    service = models.CharField(_("service"), max_length=40, help_text=_("its code; `console` is the console's own API"))
    version = models.CharField(_("version"), max_length=32)
    is_beta = models.BooleanField(_("beta"), default=False)
    since = models.DateTimeField(_("since"))
    old_until = models.DateField(_("the one before stays until"), null=True, help_text=_("upstage/12-2.2"))
    end_announced_at = models.DateTimeField(_("end announced at"), null=True)
    ends_on = models.DateField(_("ends on"), null=True, help_text=_("the first day on which it is gone"))
    successor = models.CharField(_("pointer to what follows"), max_length=200, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("API version")
        verbose_name_plural = _("API versions")
        permissions = [("end_apiversion", _("Can change and end an API version"))]
        ordering = ["service", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="api_version_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True, end_announced_at__isnull=True)
                | Q(ends_on__isnull=False, end_announced_at__isnull=False),
                name="api_version_end_is_announced",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.version}"


class Announcement(models.Model):
    """A post of the notice board; maintenance and outages stand on the status page too, with their ground (12.1)."""

    public_id = PublicIdField(prefix="ann")
    kind = models.CharField(_("kind"), max_length=16, choices=AnnouncementKind)
    title_ko = models.CharField(_("title (Korean)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    body_ko = models.TextField(_("text (Korean)"))
    body_en = models.TextField(_("text (English)"))
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, help_text=_("a draft has none"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, blank=True, related_name="announcements", verbose_name=_("version")
    )
    api_version = models.ForeignKey(
        ApiVersion, models.PROTECT, null=True, blank=True, related_name="announcements", verbose_name=_("API version")
    )
    ground = models.PositiveSmallIntegerField(_("ground"), null=True, blank=True, help_text=_("item of upstage/12.1"))
    services = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("services"))
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    called_off_at = models.DateTimeField(_("called off at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        permissions = [("publish_announcement", _("Can publish an announcement"))]
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["maintenance", "outage"])
                | Q(starts_at__isnull=False, ground__gte=1, ground__lte=7),
                name="announcement_has_ground",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="announcement_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(kind="maintenance") | Q(ends_at__isnull=False), name="announcement_maintenance_has_end"
            ),
            models.CheckConstraint(
                condition=Q(called_off_at__isnull=True) | Q(kind="maintenance"), name="announcement_called_off"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-published_at"], name="announcement_kind"),
            models.Index(fields=["-starts_at"], condition=Q(starts_at__isnull=False), name="announcement_starts"),
        ]
        triggers = (
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(PUBLISHED_IS_CHANGED),
            ),
            pgtrigger.Protect(
                name="published_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title_ko

    @property
    def begins_at(self) -> datetime:
        """When an interruption begins; the database keeps none without a beginning."""
        return cast(datetime, self.starts_at)


class Addition(models.Model):
    """What was added to a post later: a published text itself is never changed."""

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, related_name="additions", verbose_name=_("announcement")
    )
    text_ko = models.TextField(_("text (Korean)"))
    text_en = models.TextField(_("text (English)"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("addition")
        verbose_name_plural = _("additions")
        ordering = ["at", "id"]
        triggers = append_only()

    def __str__(self) -> str:
        return self.text_ko

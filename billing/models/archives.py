"""Months of usage events that lie in a file instead of the database (upstage/8.3, 21.1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import ArchiveStatus
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class UsageArchive(models.Model):
    """One month: sealed against new events, exported to Parquet, verified, dropped from the table, destroyed in time.

    The sums stay when the file is destroyed: they are nobody's personal data, and the daily sums are held against them.
    """

    public_id = PublicIdField(prefix="uar")
    month = models.DateField(_("month"), unique=True)
    status = models.CharField(_("status"), max_length=16, choices=ArchiveStatus, default=ArchiveStatus.SEALED)
    file = models.FileField(_("file"), blank=True, max_length=200)
    rows = models.PositiveBigIntegerField(_("events"), default=0)
    members = models.PositiveBigIntegerField(_("members"), default=0)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("hash of the file"), max_length=64, blank=True)
    contents = models.CharField(
        _("hash of the rows"), max_length=64, blank=True, help_text=_("of the rows as the table gave them, in CSV")
    )
    sums = models.JSONField(_("sums"), default=list, help_text=_("by meter and price"))
    sealed_at = models.DateTimeField(_("sealed at"))
    exported_at = models.DateTimeField(_("exported at"), null=True)
    archived_at = models.DateTimeField(_("archived at"), null=True)
    kept_until = models.DateField(_("kept until"), null=True)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True)
    error = models.TextField(_("why it did not go on"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("archived month of usage")
        verbose_name_plural = _("archived months of usage")
        permissions = [("download_usagearchive", _("Can download archived usage"))]
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="usage_archive_month"),
            models.CheckConstraint(
                condition=Q(status=ArchiveStatus.SEALED, exported_at__isnull=True)
                | (~Q(status=ArchiveStatus.SEALED) & ~Q(contents="") & Q(exported_at__isnull=False)),
                name="usage_archive_exported",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[ArchiveStatus.ARCHIVED, ArchiveStatus.DESTROYED],
                    archived_at__isnull=False,
                    kept_until__isnull=False,
                )
                | Q(
                    status__in=[ArchiveStatus.SEALED, ArchiveStatus.EXPORTED],
                    archived_at__isnull=True,
                    kept_until__isnull=True,
                ),
                name="usage_archive_archived",
            ),
            models.CheckConstraint(
                condition=Q(status=ArchiveStatus.DESTROYED, destroyed_at__isnull=False, file="")
                | (~Q(status=ArchiveStatus.DESTROYED) & Q(destroyed_at__isnull=True)),
                name="usage_archive_destroyed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

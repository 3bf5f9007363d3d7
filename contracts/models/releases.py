"""What a new version brings, and what it means for those who use it (rift/8.3, 8.4)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.enums.service_levels import Compatibility
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Release(models.Model):
    """Notes of a release: changes and their effect on compatibility; once published they stay as they are."""

    public_id = PublicIdField(prefix="rel")
    version = models.CharField(_("version"), max_length=40, unique=True)
    released_on = models.DateField(_("released on"))
    changes_ko = models.TextField(_("changes (Korean)"), max_length=10_000)
    changes_en = models.TextField(_("changes (English)"), max_length=10_000)
    compatibility = models.CharField(_("compatibility"), max_length=16, choices=Compatibility)
    effect_ko = models.TextField(_("what it means for you (Korean)"), max_length=4000, blank=True)
    effect_en = models.TextField(_("what it means for you (English)"), max_length=4000, blank=True)
    is_beta = models.BooleanField(_("beta"), default=False, help_text=_("without compensation (rift/8.4)"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-released_on", "-id"]
        permissions = [("publish_release", _("Can publish notes of a release"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(compatibility="compatible") | ~Q(effect_ko="") & ~Q(effect_en=""),
                name="release_effect_told",
            )
        ]
        triggers = [pgtrigger.Protect(name="final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.version

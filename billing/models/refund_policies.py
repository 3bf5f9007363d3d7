"""The refund policy in its posted versions (upstage/20.5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.db import AppendOnlyQuerySet, append_only


class RefundPolicy(models.Model):
    """A version of the text, in force from 00:00 of a KST day on; a purchase keeps the version it was made under."""

    version = models.CharField(_("version"), max_length=40, unique=True)
    effective_on = models.DateField(_("effective on"), unique=True)
    text_ko = models.TextField(_("text (Korean)"))
    text_en = models.TextField(_("text (English)"))
    posted_at = models.DateTimeField(_("posted at"))
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("posted by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund policy")
        verbose_name_plural = _("refund policies")
        ordering = ["-effective_on"]
        constraints = [
            models.CheckConstraint(condition=~Q(text_ko="") & ~Q(text_en=""), name="refund_policy_says_something")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.version

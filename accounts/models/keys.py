"""API keys: shown once, kept as a hash (upstage/8.2)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Member
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class ApiKey(models.Model):
    """A member's key, or a platform key of the gateway (no member, made by staff)."""

    public_id = PublicIdField(prefix="key")
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="api_keys", verbose_name=_("member")
    )
    name = models.CharField(_("name"), max_length=60)
    start = models.CharField(_("starts with"), max_length=16, help_text=_("what may be shown of the key"))
    sha256 = models.BinaryField(_("hash"), max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=32), verbose_name=_("scopes"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        permissions = [
            ("revoke_apikey", _("Can revoke an API key")),
            ("issue_platform_key", _("Can make a platform key")),
        ]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=models.F("issued_at")),
                name="key_expires_after_issue",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="key_of_member")]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

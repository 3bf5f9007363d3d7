"""Who agreed to which text, when and how (upstage/3.1, 4.4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import ConsentMode
from accounts.models.members import Member
from accounts.models.notices import Notice
from accounts.models.terms import Version
from upstage_console.kernel.db import AppendOnlyQuerySet, append_only


class Consent(models.Model):
    """A member's answer to one version; added to, never changed or deleted.

    `sha256` is the hash of what the member was shown, which stays even where a digest is mended later.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="consents", verbose_name=_("member"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="consents", verbose_name=_("version"))
    mode = models.CharField(_("mode"), max_length=16, choices=ConsentMode)
    at = models.DateTimeField(_("at"))
    sha256 = models.CharField(_("hash of what was shown"), max_length=64)
    ip = models.GenericIPAddressField(_("address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=400, blank=True)
    notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("notice"),
        help_text=_("of a deemed consent: what the member was told (upstage/4.4)"),
    )  # fmt: skip

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-id"]
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["member", "version", "mode"], name="consent_once"),
            models.CheckConstraint(condition=~Q(sha256=""), name="consent_to_a_text"),
            models.CheckConstraint(
                condition=Q(mode="deemed", notice__isnull=False) | ~Q(mode="deemed"), name="consent_deemed_was_told"
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="consent_of_member")]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_mode_display()}"

"""What members were told, when, and on which clause."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Member
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Notice(models.Model):
    """A message to one member, in both languages, kept as it was sent (upstage/27: Korean binds)."""

    public_id = PublicIdField(prefix="ntc")
    member = models.ForeignKey(Member, models.PROTECT, related_name="notices", verbose_name=_("member"))
    about = models.CharField(_("about"), max_length=32)
    stage = models.CharField(_("stage"), max_length=16, blank=True)
    key = models.CharField(_("key"), max_length=120, help_text=_("the same notice goes out once"))
    subject_ko = models.CharField(_("subject (Korean)"), max_length=200)
    subject_en = models.CharField(_("subject (English)"), max_length=200)
    body_ko = models.TextField(_("text (Korean)"))
    body_en = models.TextField(_("text (English)"))
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)
    bounced_at = models.DateTimeField(_("bounced at"), null=True, help_text=_("it never reached the member's address"))
    bounce = models.TextField(_("why it bounced"), blank=True)
    sent_again = models.PositiveSmallIntegerField(
        _("sent again"), default=0, help_text=_("how many times; each time is a mail of its own")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        permissions = [("resend_notice", _("Can send a notice again and record that it came back"))]
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["member", "-id"], name="notice_of_member"),
            models.Index(fields=["-bounced_at"], condition=models.Q(bounced_at__isnull=False), name="notice_bounced"),
        ]

    def __str__(self) -> str:
        return self.subject_ko

    @property
    def mail_name(self) -> str:
        """What its mail is called now: the same should it leave twice, another after it was sent again."""
        return f"{self.public_id}.{self.sent_again}" if self.sent_again else self.public_id

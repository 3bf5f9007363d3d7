"""Advertising that staff send, and to whom it went (upstage/13; kept six months, E-Commerce Act)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import CampaignStatus, Channel
from accounts.models.members import Member
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Campaign(models.Model):
    """One advertisement in both languages; a killed run goes on after `reached`, the last member it was offered to."""

    public_id = PublicIdField(prefix="cmp")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.EMAIL)
    status = models.CharField(_("status"), max_length=16, choices=CampaignStatus, default=CampaignStatus.SENDING)
    subject_ko = models.CharField(_("subject (Korean)"), max_length=150)
    subject_en = models.CharField(_("subject (English)"), max_length=150)
    body_ko = models.TextField(_("text (Korean)"), max_length=5000)
    body_en = models.TextField(_("text (English)"), max_length=5000)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by")
    )
    begun_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    reached = models.BigIntegerField(_("last member offered to"), default=0)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("advertisement")
        verbose_name_plural = _("advertisements")
        permissions = [("send_campaign", _("Can send advertising"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="sending", ended_at__isnull=True) | ~Q(status="sending") & Q(ended_at__isnull=False),
                name="campaign_ended_at",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(status="sending"), name="campaign_sending")]

    def __str__(self) -> str:
        return self.subject_ko


class Advertisement(models.Model):
    """An advertisement to one member; `sent_at` stays empty where a refusal came before it left."""

    public_id = PublicIdField(prefix="adv")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="advertisements", verbose_name=_("advertisement")
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="advertisements", verbose_name=_("member"))
    at = models.DateTimeField(_("at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    withheld = models.CharField(_("why it was withheld"), max_length=32, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("advertisement to a member")
        verbose_name_plural = _("advertisements to members")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "campaign"], name="advertisement_once"),
            models.CheckConstraint(
                condition=Q(withheld="") | Q(sent_at__isnull=True), name="advertisement_sent_or_withheld"
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="advertisement_of_member")]

    def __str__(self) -> str:
        return self.public_id

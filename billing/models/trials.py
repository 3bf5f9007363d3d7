"""Free trials of services: what is offered since when, and who tries what until when (upstage/17.2, 17.3)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.catalogue import Service
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class TrialOffer(models.Model):
    """How many days of a service can be tried free from the KST day `effective_on` on; 0: none can any more."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="trial_offers", verbose_name=_("service"))
    days = models.PositiveSmallIntegerField(_("days"))
    effective_on = models.DateField(_("effective on"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a free trial")
        verbose_name_plural = _("offers of free trials")
        ordering = ["service", "-effective_on", "-id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.days}"


class Trial(models.Model):
    """A member's free trial of a service: one, ever. Use is free until `paid_at`.

    That is the end of the trial where the member had agreed by then, or else when the member agrees; without that the
    service is closed to the member after the end. What was agreed to is kept in words.
    """

    public_id = PublicIdField(prefix="tri")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="trials", db_index=False, verbose_name=_("member")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="trials", verbose_name=_("service"))
    days = models.PositiveSmallIntegerField(_("days"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_on = models.DateField(_("ends on"), help_text=_("the last day"))
    ends_at = models.DateTimeField(_("ends at"))
    agreed_at = models.DateTimeField(_("agreed to pay at"), null=True)
    agreed_ko = models.TextField(_("agreed to (Korean)"), blank=True, default="")
    agreed_en = models.TextField(_("agreed to (English)"), blank=True, default="")
    paid_at = models.DateTimeField(_("paid use from"), null=True)
    told_at = models.DateTimeField(_("told of the end at"), null=True)
    over_told_at = models.DateTimeField(_("told that it is over at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("free trial")
        verbose_name_plural = _("free trials")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "service"], name="trial_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="trial_ends"),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True, agreed_at__isnull=True)
                | Q(paid_at__gte=F("ends_at")) & Q(paid_at__gte=F("agreed_at")),
                name="trial_paid_when_agreed",
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(told_at__isnull=True), name="trial_to_tell"),
            models.Index(fields=["ends_at"], condition=Q(over_told_at__isnull=True), name="trial_over_to_tell"),
        ]

    def __str__(self) -> str:
        return self.public_id

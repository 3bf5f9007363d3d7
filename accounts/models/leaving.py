"""Leaving, coming back, and staying out (upstage/3.2, 3.5, 3.6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import DepartureStatus, IdentityKind, RejoinStatus
from accounts.models.conduct import Sanction
from accounts.models.members import Member
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Departure(models.Model):
    """A member's withdrawal: a row of steps that can be taken up again where an error stopped them.

    `kept_until` is the last day (KST) on which coming back may be asked for; until its end the credits are kept.
    `credits_voided_at` is written by the app above that voids them.
    """

    public_id = PublicIdField(prefix="dep")
    member = models.ForeignKey(Member, models.PROTECT, related_name="departures", verbose_name=_("member"))
    status = models.CharField(_("status"), max_length=16, choices=DepartureStatus, default=DepartureStatus.RUNNING)
    reason = models.TextField(_("reason"), blank=True)
    requested_at = models.DateTimeField(_("requested at"))
    completed_at = models.DateTimeField(_("completed at"), null=True)
    kept_until = models.DateField(_("credits kept until"), null=True)
    credits_voided_at = models.DateTimeField(_("credits voided at"), null=True)
    separated_at = models.DateTimeField(_("data separated at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        permissions = [("resume_departure", _("Can take up a withdrawal that stopped"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="completed", completed_at__isnull=False, kept_until__isnull=False)
                | ~Q(status="completed") & Q(completed_at__isnull=True, kept_until__isnull=True),
                name="departure_completed_at",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=~Q(status="completed"), name="departure_one_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="departure_of_member"),
            models.Index(
                fields=["kept_until"],
                condition=Q(credits_voided_at__isnull=True, status="completed"),
                name="departure_window",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class DepartureStep(models.Model):
    """One step of a withdrawal: done, or with the error that stopped it."""

    departure = models.ForeignKey(Departure, models.PROTECT, related_name="steps", verbose_name=_("withdrawal"))
    name = models.CharField(_("step"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    done_at = models.DateTimeField(_("done at"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a withdrawal")
        verbose_name_plural = _("steps of a withdrawal")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["departure", "name"], name="departure_step_once")]

    def __str__(self) -> str:
        return self.name


class RejoinRequest(models.Model):
    """A request to come back, made inside the grace period; the answer may come later (upstage/3.5.1)."""

    public_id = PublicIdField(prefix="rej")
    departure = models.OneToOneField(
        Departure, models.PROTECT, related_name="rejoin_request", verbose_name=_("withdrawal")
    )
    status = models.CharField(_("status"), max_length=16, choices=RejoinStatus, default=RejoinStatus.REQUESTED)
    requested_at = models.DateTimeField(_("requested at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answer = models.TextField(_("answer"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to come back")
        verbose_name_plural = _("requests to come back")
        permissions = [("answer_rejoinrequest", _("Can answer a request to come back"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="requested", answered_at__isnull=True)
                | ~Q(status="requested") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="rejoin_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class BarredIdentity(models.Model):
    """A keyed hash by which somebody who lost the membership is recognised, to the end of `until` (upstage/3.6)."""

    sanction = models.ForeignKey(Sanction, models.PROTECT, related_name="bars", verbose_name=_("loss of membership"))
    kind = models.CharField(_("kind"), max_length=16, choices=IdentityKind)
    digest = models.BinaryField(_("keyed hash"), max_length=32)
    until = models.DateField(_("until"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("barred identity")
        verbose_name_plural = _("barred identities")
        constraints = [models.UniqueConstraint(fields=["sanction", "kind"], name="barred_once")]
        indexes = [models.Index(fields=["digest", "until"], name="barred_digest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.until}"

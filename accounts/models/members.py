"""Members and the states of their membership (upstage/2.3, 3)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberKind, MemberStatus
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Member(models.Model):
    """Somebody who agreed to the terms and applied, with the state of the membership."""

    public_id = PublicIdField(prefix="mem")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="member", verbose_name=_("user"))
    kind = models.CharField(_("kind"), max_length=16, choices=MemberKind, default=MemberKind.INDIVIDUAL)
    name = models.CharField(_("name"), max_length=80)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    business_number = models.CharField(_("business registration number"), max_length=12, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, default="KR")
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    status = models.CharField(_("status"), max_length=16, choices=MemberStatus, default=MemberStatus.APPLIED)
    is_sandbox = models.BooleanField(_("sandbox"), default=False)
    last_used_on = models.DateField(
        _("last used on"), null=True, help_text=_("the last day (KST) with a log-in or use of the API (upstage/26.2)")
    )
    applied_at = models.DateTimeField(_("applied at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    rejected_at = models.DateTimeField(_("rejected at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    disqualified_at = models.DateTimeField(_("disqualified at"), null=True)
    separated_at = models.DateTimeField(
        _("separated at"), null=True, help_text=_("personal data was taken out of the live tables (upstage/21.1)")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        permissions = [("answer_application", _("Can answer an application"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="active") | Q(accepted_at__isnull=False), name="member_active_was_accepted"
            ),
            models.CheckConstraint(
                condition=Q(status="rejected", rejected_at__isnull=False)
                | ~Q(status="rejected") & Q(rejected_at__isnull=True),
                name="member_rejected_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | Q(withdrawn_at__isnull=False), name="member_withdrawn_at"
            ),
            models.CheckConstraint(
                condition=~Q(status="disqualified") | Q(disqualified_at__isnull=False), name="member_disqualified_at"
            ),
            models.CheckConstraint(
                condition=~Q(kind="firm", country="KR", business_number="") | Q(separated_at__isnull=False),
                name="member_firm_has_number",
            ),
            models.CheckConstraint(
                condition=Q(separated_at__isnull=True)
                | Q(status__in=["withdrawn", "disqualified", "erased"], phone="", business_number="", born_on=None),
                name="member_separated_is_empty",
            ),
            models.CheckConstraint(
                condition=~Q(status="erased") | Q(separated_at__isnull=False), name="member_erased_was_separated"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="member_status"),
            models.Index(fields=["last_used_on"], condition=Q(status="active"), name="member_last_used"),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def legal_hold(self) -> Any:
        """The legal hold that is on over this member's data, or None; read once."""
        return self.legal_holds.filter(ends_at__isnull=True).select_related("placed_by").first()

    @property
    def language(self) -> str:
        """The language this member chose for all communication (upstage/27)."""
        return self.user.language


class RegistrationHold(models.Model):
    """A time in which the company reserves its acceptance of new members (upstage/3.1)."""

    class Reason(models.TextChoices):
        FACILITIES = "facilities", _("lack of facilities")
        TECHNICAL = "technical", _("technical reasons")
        OPERATIONAL = "operational", _("operational reasons")

    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("held by")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration hold")
        verbose_name_plural = _("registration holds")
        permissions = [("hold_registrations", _("Can hold the acceptance of new members"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ends_at__isnull=True), name="registration_hold_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.starts_at:%Y-%m-%d})"

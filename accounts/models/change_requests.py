"""Requests to change what only staff can change (upstage/6.5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import ChangeStatus
from accounts.models.members import Member
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class ChangeRequest(models.Model):
    """What a member asks staff to change: a field of the member, the new value, and why."""

    class Field(models.TextChoices):
        NAME = "name", _("name")
        BORN_ON = "born_on", _("born on")
        KIND = "kind", _("kind")
        BUSINESS_NUMBER = "business_number", _("business registration number")
        COUNTRY = "country", _("country")

    public_id = PublicIdField(prefix="req")
    member = models.ForeignKey(Member, models.PROTECT, related_name="change_requests", verbose_name=_("member"))
    field = models.CharField(_("field"), max_length=16, choices=Field)
    value = models.CharField(_("new value"), max_length=80)
    reason = models.TextField(_("reason"), max_length=2000)
    status = models.CharField(_("status"), max_length=16, choices=ChangeStatus, default=ChangeStatus.REQUESTED)
    requested_at = models.DateTimeField(_("requested at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answer = models.TextField(_("answer"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a change")
        verbose_name_plural = _("requests for a change")
        permissions = [("answer_changerequest", _("Can answer a request for a change"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="requested", answered_at__isnull=True)
                | ~Q(status="requested") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="change_request_answered_at",
            ),
            models.UniqueConstraint(
                fields=["member", "field"], condition=Q(status="requested"), name="change_request_one_a_field"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} {self.public_id}"

"""Meetings of both sides, and the minutes that both confirm (rift/9.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums import MeetingKind, MeetingStatus, MinutesStatus, Side
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from contracts.models.guards import kept, never_deleted
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class Meeting(models.Model):
    """A meeting under a contract: when and where, what for, and what the customer brings along in time."""

    public_id = PublicIdField(prefix="mtg")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="meetings", verbose_name=_("contract"))
    kind = models.CharField(_("kind"), max_length=16, choices=MeetingKind)
    title = models.CharField(_("title"), max_length=120)
    held_at = models.DateTimeField(pgettext_lazy("meeting", "held at"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    needs = models.CharField(_("what the customer provides beforehand"), max_length=1000, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=MeetingStatus, default=MeetingStatus.PLANNED)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("planned by")
    )
    planned_at = models.DateTimeField(_("planned at"))
    called_off_at = models.DateTimeField(_("called off at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_at", "-id"]
        permissions = [("hold_meeting", _("Can plan meetings, and write and confirm minutes"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="called_off", called_off_at__isnull=False)
                | ~Q(status="called_off") & Q(called_off_at__isnull=True),
                name="meeting_called_off_at",
            )
        ]
        indexes = [models.Index(fields=["contract", "-held_at"], name="meeting_of_contract")]
        triggers = [
            never_deleted(),
            kept("planned_is_kept", "customer_id", "contract_id", "kind", "title", "planned_by_id", "planned_at"),
        ]

    def __str__(self) -> str:
        return self.title


class Minutes(models.Model):
    """One version of a meeting's minutes; they record, and amend nothing of the contract (rift/2.4, 9.2)."""

    public_id = PublicIdField(prefix="min")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="minutes", db_index=False, verbose_name=_("meeting")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    attendees = models.CharField(_("attendees"), max_length=500)
    text = models.TextField(_("what was said"), max_length=20_000)
    decisions = models.JSONField(_("decisions"), default=list)
    status = models.CharField(_("status"), max_length=16, choices=MinutesStatus, default=MinutesStatus.PROPOSED)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    written_side = models.CharField(_("written by"), max_length=16, choices=Side)
    written_at = models.DateTimeField(_("written at"))
    closed_at = models.DateTimeField(_("confirmed, objected to or replaced at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes of a meeting")
        verbose_name_plural = _("minutes of meetings")
        ordering = ["meeting", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "meeting", "version"], name="minutes_version"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(status__in=["proposed", "confirmed"]), name="minutes_one_that_counts"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", closed_at__isnull=True) | ~Q(status="proposed", closed_at__isnull=True),
                name="minutes_closed_at",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="minutes_say_something"),
        ]
        triggers = [
            never_deleted(),
            kept("written_is_kept", "customer_id", "meeting_id", "version", "attendees", "text", "decisions",
                 "written_by_id", "written_side", "written_at"),
            kept("closed_is_final", "status", "closed_at", since="closed_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.meeting} v{self.version}"


class MinutesAnswer(models.Model):
    """What one side said to a version: it confirmed, or objected with reasons; writing it confirms it."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    minutes = models.ForeignKey(
        Minutes, models.PROTECT, related_name="answers", db_index=False, verbose_name=_("minutes of a meeting")
    )
    side = models.CharField(_("side"), max_length=16, choices=Side)
    is_confirmed = models.BooleanField(_("confirmed"))
    is_recorded = models.BooleanField(_("written down by staff"), default=False)
    reason = models.CharField(_("reasons or proof"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to minutes")
        verbose_name_plural = _("answers to minutes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "minutes", "side"], name="minutes_answer_once"),
            models.CheckConstraint(condition=Q(is_confirmed=True) | ~Q(reason=""), name="minutes_objection_reasoned"),
            models.CheckConstraint(
                condition=Q(is_recorded=False) | Q(side="customer") & ~Q(reason=""), name="minutes_record_proved"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.minutes} {self.side}"

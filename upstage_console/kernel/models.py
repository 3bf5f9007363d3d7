"""The few tables that all apps share: history, obligations, messages, settings."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class AuditEvent(models.Model):
    """Who did what to which thing, when, why, and on which clauses."""

    public_id = PublicIdField(prefix="aud")
    action = models.CharField(_("action"), max_length=64)
    subject = models.CharField(_("subject"), max_length=64, help_text=_("public id of what was acted on"))
    about = models.CharField(_("about"), max_length=64, blank=True, help_text=_("public id of the member or customer"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    facts = models.JSONField(_("facts"), default=dict)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        triggers = append_only()
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_subject"),
            models.Index(fields=["about", "-id"], name="audit_about"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Transition(models.Model):
    """One move of one row from a state to the next."""

    subject = models.CharField(_("subject"), max_length=64)
    field = models.CharField(_("field"), max_length=32)
    from_state = models.CharField(_("from"), max_length=32)
    to_state = models.CharField(_("to"), max_length=32)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["-id"]
        triggers = append_only()
        indexes = [models.Index(fields=["subject", "-id"], name="transition_subject")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.from_state} → {self.to_state}"


class OutboxMessage(models.Model):
    """A message to be sent once its transaction has committed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    topic = models.CharField(_("topic"), max_length=32)
    key = models.CharField(_("key"), max_length=200, help_text=_("the same key is sent once"))
    payload = models.JSONField(_("payload"))
    created_at = models.DateTimeField(_("created at"))
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    error = models.TextField(_("error"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        permissions = [("resend_outboxmessage", _("Can send a message again"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "key"], name="outbox_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="outbox_sent_at",
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class IdempotencyRecord(models.Model):
    """The first answer to a request that may be repeated."""

    scope = models.CharField(_("scope"), max_length=64, help_text=_("who asked: the public id of the key"))
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    body = models.JSONField(_("answer"))
    at = models.DateTimeField(_("at"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["at"], name="idempotency_at")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class DueItem(models.Model):
    """An obligation with a deadline; the back office is built around these."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLAIMED = "claimed", _("claimed")
        DONE = "done", _("done")
        MISSED = "missed", _("missed")
        WAIVED = "waived", _("waived")

    OPEN_STATES = (State.OPEN, State.CLAIMED, State.MISSED)

    public_id = PublicIdField(prefix="due")
    kind = models.CharField(_("kind"), max_length=32)
    key = models.CharField(_("key"), max_length=200, help_text=_("one item for one obligation"))
    subject = models.CharField(_("subject"), max_length=64, help_text=_("public id of what it is about"))
    about = models.CharField(_("about"), max_length=64, blank=True, help_text=_("public id of the member or customer"))
    title_ko = models.CharField(_("title (Korean)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    clause = models.CharField(_("clause"), max_length=32)
    due_at = models.DateTimeField(_("due at"))
    warn_at = models.DateTimeField(_("warn at"))
    opened_at = models.DateTimeField(_("opened at"))
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)
    outcome = models.TextField(_("outcome"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("due item")
        verbose_name_plural = _("due items")
        permissions = [("waive_dueitem", _("Can waive a due item"))]
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="due_once"),
            models.CheckConstraint(condition=Q(warn_at__lte=F("due_at")), name="due_warns_before"),
            models.CheckConstraint(
                condition=Q(state__in=["done", "waived"], closed_at__isnull=False)
                | ~Q(state__in=["done", "waived"]) & Q(closed_at__isnull=True),
                name="due_closed_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=["open", "claimed", "missed"]), name="due_open"
            ),
            models.Index(fields=["about", "-id"], name="due_about"),
        ]

    def __str__(self) -> str:
        return self.title_ko


class PolicySetting(models.Model):
    """One dated value of a reading that staff may change with two people (rules.md, I-9)."""

    name = models.CharField(_("name"), max_length=64)
    value = models.JSONField(_("value"))
    starts_at = models.DateTimeField(_("in force from"))
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy setting")
        verbose_name_plural = _("policy settings")
        permissions = [
            ("propose_policysetting", _("Can propose a policy setting")),
            ("approve_policysetting", _("Can approve a policy setting")),
        ]
        ordering = ["name", "-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")), name="policy_two_people"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="policy_approved_at",
            ),
        ]
        indexes = [models.Index(fields=["name", "-starts_at", "-id"], name="policy_in_force")]

    def __str__(self) -> str:
        return self.name


class HolidayQuerySet(LockingQuerySet):
    def calendar(self) -> Calendar:
        """The Korean calendar with the days staff added."""
        return Calendar(extra=frozenset(self.values_list("day", flat=True)))


class Holiday(models.Model):
    """A public holiday that the library does not know, such as one declared at short notice (rules.md, I-4)."""

    day = models.DateField(_("day"), unique=True)
    name_ko = models.CharField(_("name (Korean)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name_ko}"

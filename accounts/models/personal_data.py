"""Personal data: what is stored, who looked, what is kept by law, what was destroyed (upstage/21, 22)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import BatchStatus, DataSource, ExportStatus, RecordType
from accounts.models.members import Member
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class StoredData(models.Model):
    """Content of a member: asynchronous input and output, console data; its file lies in Django's storage.

    `destroy_at` is the instant from which it must be gone; empty: when the account is deleted (22.6).
    """

    public_id = PublicIdField(prefix="dat")
    member = models.ForeignKey(Member, models.PROTECT, related_name="stored_data", verbose_name=_("member"))
    source = models.CharField(_("source"), max_length=16, choices=DataSource)
    service = models.CharField(_("service"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    file = models.FileField(_("file"), upload_to="data/%Y/%m/%d", blank=True, max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("hash"), max_length=64, blank=True)
    stored_at = models.DateTimeField(_("stored at"))
    inference_ended_at = models.DateTimeField(_("inference ended at"), null=True)
    destroy_at = models.DateTimeField(_("destroy at"), null=True)
    blocked_at = models.DateTimeField(_("blocked at"), null=True)
    blocked_why = models.TextField(_("why it is blocked"), blank=True)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True)
    key = models.CharField(_("key"), max_length=64, blank=True, help_text=_("the same key is stored once"))
    destroy_error = models.TextField(_("why its file is still there"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored data")
        verbose_name_plural = _("stored data")
        permissions = [("block_storeddata", _("Can block or delete stored data"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(file="", sha256=""), name="stored_data_destroyed_is_empty"
            ),
            models.CheckConstraint(
                condition=Q(source="console") | Q(destroy_at__isnull=False), name="stored_data_has_an_end"
            ),
            models.UniqueConstraint(fields=["member", "key"], condition=~Q(key=""), name="stored_data_once"),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="stored_data_of_member"),
            models.Index(fields=["destroy_at"], condition=Q(destroyed_at__isnull=True), name="stored_data_due"),
            models.Index(
                fields=["member"],
                condition=Q(destroyed_at__isnull=True, destroy_at__isnull=True),
                name="stored_data_with_account",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.public_id


class KeptRecord(models.Model):
    """What the law keeps of somebody who left, apart from live data, to the end of `kept_until` (upstage/21.1).

    One row for each kind and last day, so that what is older is destroyed earlier. `since` is the earliest event in it.
    """

    public_id = PublicIdField(prefix="kep")
    member = models.ForeignKey(Member, models.PROTECT, related_name="kept_records", verbose_name=_("member"))
    record = models.CharField(_("record"), max_length=16, choices=RecordType)
    since = models.DateField(_("since"))
    kept_until = models.DateField(_("kept until"))
    clauses = models.JSONField(_("clauses"), default=list)
    basis = models.CharField(_("basis in law"), max_length=200)
    content = models.JSONField(_("content"), default=dict)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept record")
        verbose_name_plural = _("kept records")
        permissions = [("open_keptrecord", _("Can open kept records"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kept_until__gte=F("since")), name="kept_record_until"),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(content={}), name="kept_record_destroyed_is_empty"
            ),
            models.UniqueConstraint(fields=["member", "record", "kept_until"], name="kept_record_once"),
        ]
        indexes = [
            models.Index(fields=["kept_until"], condition=Q(destroyed_at__isnull=True), name="kept_record_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_record_display()} {self.kept_until}"


class Hold(models.Model):
    """What every legal hold says: why, since when and by whom, and who released it."""

    reason = models.TextField(_("reason"))
    starts_at = models.DateTimeField(_("starts at"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    ends_at = models.DateTimeField(_("ends at"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("released by")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        abstract = True


class LegalHold(Hold):
    """While it is on, nothing of the member is destroyed (a duty of law goes before)."""

    public_id = PublicIdField(prefix="hol")
    member = models.ForeignKey(Member, models.PROTECT, related_name="legal_holds", verbose_name=_("member"))

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        permissions = [("place_legalhold", _("Can place and release a legal hold"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(ends_at__isnull=True), name="legal_hold_one"),
        ]

    def __str__(self) -> str:
        return self.public_id


class DestructionBatch(models.Model):
    """Data whose time is over, destroyed together after a preview and with a second person; its certificate stays."""

    public_id = PublicIdField(prefix="des")
    status = models.CharField(_("status"), max_length=16, choices=BatchStatus, default=BatchStatus.PROPOSED)
    due_on = models.DateField(_("holds what was due by"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    executed_at = models.DateTimeField(_("executed at"), null=True)
    certificate = models.JSONField(_("certificate"), default=dict)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("destruction batch")
        verbose_name_plural = _("destruction batches")
        permissions = [
            ("propose_destructionbatch", _("Can propose a destruction")),
            ("approve_destructionbatch", _("Can approve a destruction")),
        ]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")), name="destruction_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "executed"]) | Q(approved_at__isnull=False),
                name="destruction_approved_at",
            ),
            models.CheckConstraint(
                condition=Q(status="executed", executed_at__isnull=False)
                | ~Q(status="executed") & Q(executed_at__isnull=True),
                name="destruction_executed_at",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Destruction(models.Model):
    """One thing that was destroyed, without the data: proof, and what a restored backup has to be replayed with."""

    what = models.CharField(_("what"), max_length=32)
    subject = models.CharField(_("subject"), max_length=64, help_text=_("public id, which names nobody any more"))
    batch = models.ForeignKey(
        DestructionBatch, models.PROTECT, null=True, related_name="destructions", verbose_name=_("batch")
    )
    clauses = models.JSONField(_("clauses"), default=list)
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("destruction")
        verbose_name_plural = _("destructions")
        ordering = ["-id"]
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["subject", "what"], name="destruction_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"


class DataView(models.Model):
    """A look of staff at personal data: who, whose, when, from where, what for; kept two years (rules.md, 8)."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="views", verbose_name=_("member"))
    screen = models.CharField(_("screen"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    rows = models.PositiveIntegerField(_("members shown"), default=1)
    at = models.DateTimeField(_("at"))
    ip = models.GenericIPAddressField(_("address"), null=True, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("view of personal data")
        verbose_name_plural = _("views of personal data")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "-id"], name="data_view_of_member"),
            models.Index(fields=["actor", "-id"], name="data_view_by"),
            models.Index(fields=["at"], name="data_view_at"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.screen}"


class DataExport(models.Model):
    """A member's own data, made into a file by a job (upstage/6.5, 21); the link ends at `expires_at`."""

    public_id = PublicIdField(prefix="exp")
    member = models.ForeignKey(Member, models.PROTECT, related_name="data_exports", verbose_name=_("member"))
    status = models.CharField(_("status"), max_length=16, choices=ExportStatus, default=ExportStatus.REQUESTED)
    parts_done = models.PositiveSmallIntegerField(_("parts done"), default=0)
    parts = models.PositiveSmallIntegerField(_("parts"), default=0)
    requested_at = models.DateTimeField(_("requested at"))
    claimed_at = models.DateTimeField(_("begun at"), null=True)
    ready_at = models.DateTimeField(_("ready at"), null=True)
    expires_at = models.DateTimeField(_("expires at"), null=True)
    file = models.FileField(_("file"), upload_to="exports/%Y/%m/%d", blank=True, max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    error = models.TextField(_("error"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("data export")
        verbose_name_plural = _("data exports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="ready") | Q(ready_at__isnull=False, expires_at__isnull=False) & ~Q(file=""),
                name="data_export_ready",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(status__in=["requested", "running"]), name="data_export_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class MarketingConsent(models.Model):
    """A member's answer on advertising; the newest one holds (upstage/13, Network Act Art. 50)."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="marketing_consents", verbose_name=_("member"))
    given = models.BooleanField(_("given"))
    night = models.BooleanField(_("also at night"), default=False)
    at = models.DateTimeField(_("at"))
    is_reconfirmation = models.BooleanField(_("reconfirmation"), default=False)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to advertising")
        verbose_name_plural = _("consents to advertising")
        ordering = ["-id"]
        triggers = append_only()
        constraints = [models.CheckConstraint(condition=Q(given=True) | Q(night=False), name="marketing_night")]
        indexes = [models.Index(fields=["member", "-id"], name="marketing_of_member")]

    def __str__(self) -> str:
        return f"{self.member} {self.given}"

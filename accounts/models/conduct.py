"""Conduct: reports and cases, sanctions with their statements of reasons, objections (upstage/7, 11, 26)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import CaseKind, CaseStatus, ObjectionStatus, SanctionKind, SanctionStatus, Source
from accounts.models.members import Member
from accounts.models.notices import Notice
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class Case(models.Model):
    """Something staff have to look into and decide; reports of one kind about one member meet in one open case."""

    public_id = PublicIdField(prefix="cas")
    kind = models.CharField(_("kind"), max_length=16, choices=CaseKind)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("member"),
        help_text=_("whom it is about; nobody known: empty"),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=16, choices=CaseStatus, default=CaseStatus.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    outcome = models.TextField(_("outcome"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [("decide_case", _("Can decide a case"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, closed_by__isnull=True)
                | ~Q(status="open") & Q(closed_at__isnull=False, closed_by__isnull=False),
                name="case_closed_by",
            ),
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=Q(status="open", kind__in=["conduct", "theft"]),
                name="case_one_open_of_a_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="case_of_member"),
            models.Index(fields=["status", "-id"], name="case_status"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"


class Report(models.Model):
    """What somebody told, or the company noticed; it restricts nobody (upstage/7.1, 7.3, 22.9)."""

    public_id = PublicIdField(prefix="rep")
    case = models.ForeignKey(Case, models.PROTECT, related_name="reports", verbose_name=_("case"))
    ground = models.CharField(_("ground"), max_length=32, help_text=_("the clause it would violate"))
    score = models.PositiveSmallIntegerField(_("score"), default=1)
    text = models.TextField(_("text"), max_length=5000, blank=True)
    item = models.CharField(_("item"), max_length=200, blank=True, help_text=_("which content or call it is about"))
    reporter = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported by member")
    )
    reporter_contact = models.CharField(_("contact of the reporter"), max_length=254, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("noted by")
    )
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        triggers = append_only()
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=100), name="report_score")]
        indexes = [models.Index(fields=["case", "-at"], name="report_of_case")]

    def __str__(self) -> str:
        return f"{self.ground} ({self.score})"


class Sanction(models.Model):
    """A measure against a member, decided by people; what it closes stands in its restriction.

    A warning closes nothing. `object_until` is the last day (KST) to object, or to submit the statement of 3.4; empty
    where the notice has not reached the member yet.
    """

    public_id = PublicIdField(prefix="san")
    member = models.ForeignKey(Member, models.PROTECT, related_name="sanctions", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=16, choices=SanctionKind)
    status = models.CharField(_("status"), max_length=16, choices=SanctionStatus, default=SanctionStatus.PROPOSED)
    ground = models.CharField(_("ground"), max_length=32, help_text=_("the clause that was violated"))
    clauses = models.JSONField(_("clauses"), default=list)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="sanctions", verbose_name=_("case")
    )
    days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True, help_text=_("empty: no end"))
    skip_reason = models.TextField(_("why a stage is skipped"), blank=True)
    draft = models.JSONField(
        _("draft"), default=dict, blank=True, help_text=_("what the statement will say, while a second person is asked")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by"), null=True
    )
    decided_at = models.DateTimeField(_("decided at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("notice"),
    )  # fmt: skip
    object_until = models.DateField(_("object until"), null=True)
    kept_until = models.DateField(_("kept until"), null=True, help_text=_("of a loss: its data, and the bar (3.6)"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        permissions = [
            ("impose_sanction", _("Can impose a sanction")),
            ("approve_sanction", _("Can approve a sanction as the second person")),
            ("lift_sanction", _("Can lift a sanction")),
        ]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="sanction_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["suspension", "stop"], ends_at__isnull=False)
                | Q(kind__in=["warning", "termination", "loss"], ends_at__isnull=True),
                name="sanction_end_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("decided_by")), name="sanction_two_people"
            ),
            models.CheckConstraint(
                condition=Q(skip_reason="") | Q(status__in=["proposed", "dropped"]) | Q(approved_by__isnull=False),
                name="sanction_skip_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "in_force"], closed_at__isnull=True)
                | Q(status__in=["dropped", "ended", "lifted", "overturned"], closed_at__isnull=False),
                name="sanction_closed_at",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(kind="loss", status="in_force"), name="sanction_one_loss"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="sanction_of_member"),
            models.Index(fields=["status", "-id"], name="sanction_status"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"


class Statement(models.Model):
    """The statement of reasons of a sanction: complete, in Korean with English beside it, never changed.

    After the field list of operations.md 3.10: facts, ground, measure, scope, time, how it was found, redress.
    """

    public_id = PublicIdField(prefix="sor")
    sanction = models.OneToOneField(Sanction, models.PROTECT, related_name="statement", verbose_name=_("sanction"))
    facts_ko = models.TextField(_("facts (Korean)"), max_length=5000)
    facts_en = models.TextField(_("facts (English)"), max_length=5000)
    measure_ko = models.TextField(_("measure (Korean)"))
    measure_en = models.TextField(_("measure (English)"))
    scope_ko = models.TextField(_("scope (Korean)"))
    scope_en = models.TextField(_("scope (English)"))
    redress_ko = models.TextField(_("how to object (Korean)"))
    redress_en = models.TextField(_("how to object (English)"))
    source = models.CharField(_("how it was found"), max_length=16, choices=Source)
    found_automatically = models.BooleanField(_("found automatically"), default=False)
    decided_automatically = models.BooleanField(_("decided automatically"), default=False)
    is_unlawful = models.BooleanField(_("also against the law"), default=False)
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of reasons")
        verbose_name_plural = _("statements of reasons")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=~Q(facts_ko="") & ~Q(measure_ko="") & ~Q(scope_ko="") & ~Q(redress_ko=""),
                name="statement_in_korean",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Objection(models.Model):
    """A member's objection to a sanction (26.4, 11.2), or the one statement after a loss of membership (3.4)."""

    public_id = PublicIdField(prefix="obj")
    sanction = models.OneToOneField(Sanction, models.PROTECT, related_name="objection", verbose_name=_("sanction"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="objections", verbose_name=_("member"))
    text = models.TextField(_("text"), max_length=5000)
    status = models.CharField(_("status"), max_length=16, choices=ObjectionStatus, default=ObjectionStatus.SUBMITTED)
    submitted_at = models.DateTimeField(_("submitted at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    answer = models.TextField(_("answer"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        permissions = [("decide_objection", _("Can decide an objection"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="submitted", decided_at__isnull=True)
                | ~Q(status="submitted") & Q(decided_at__isnull=False),
                name="objection_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["upheld", "rejected"]) | Q(decided_by__isnull=False),
                name="objection_decided_by",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="objection_status")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"

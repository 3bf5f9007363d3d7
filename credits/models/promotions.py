"""Promotions: free credits for many, with a budget, a period and terms of their own (upstage/18.5).

The budget is kept by the database: what was given grows only with the rows that say to whom, in the same statement, and
never passes the budget. So two who take the last of it at once cannot both have it.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, Member, Version
from credits.enums import HandoutStatus, PromotionStatus, WhyNot
from credits.models.guards import NOT_BY_AN_ENTRY
from credits.models.lots import Lot
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only

PROMISED = (
    "name_ko", "name_en", "currency", "amount", "budget", "starts_at", "ends_at", "expires_on", "valid_days", "is_open",
    "says", "version_id", "drafted_by_id", "drafted_at", "opened_by_id", "opened_at",
)  # fmt: skip
"""What stays as it is once a promotion is open."""

SPEND = """
UPDATE credits_promotion AS promotion SET granted = promotion.granted + spent.amount
FROM (SELECT promotion_id, sum(amount) AS amount FROM written GROUP BY promotion_id) AS spent
WHERE promotion.id = spent.promotion_id;
RETURN NULL;
"""


class Promotion(models.Model):
    """A promotion: so much for each member, at most so much in all, in a period, usable to a day.

    `says` is its own terms, a pair of Korean and English for each clause; opening publishes them as `version`.
    """

    public_id = PublicIdField(prefix="prm")
    name_ko = models.CharField(_("name (Korean)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)
    status = models.CharField(_("status"), max_length=8, choices=PromotionStatus, default=PromotionStatus.DRAFT)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("for each member"), max_digits=20, decimal_places=6)
    budget = models.DecimalField(_("budget"), max_digits=20, decimal_places=6)
    granted = models.DecimalField(_("given so far"), max_digits=20, decimal_places=6, default=0)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    expires_on = models.DateField(_("last day of what is given"), null=True)
    valid_days = models.PositiveSmallIntegerField(_("days what is given lasts"), null=True)
    is_open = models.BooleanField(_("members join by themselves"), default=True)
    says = models.JSONField(_("terms"), default=list)
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+", verbose_name=_("terms"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), null=True)
    ended_at = models.DateTimeField(_("ended early at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["-id"]
        permissions = [
            ("draft_promotion", _("Can draft a promotion")),
            ("open_promotion", _("Can open and end a promotion")),
            ("hand_out_promotion", _("Can give a promotion's credits to members")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, budget__gte=F("amount")), name="promotion_amounts"),
            models.CheckConstraint(condition=Q(granted__gte=0, granted__lte=F("budget")), name="promotion_in_budget"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="promotion_lasts"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=False, valid_days__isnull=True)
                | Q(expires_on__isnull=True, valid_days__gte=1),
                name="promotion_says_when_it_expires",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "dropped"], opened_at__isnull=True, version__isnull=True, granted=0)
                | Q(status__in=["open", "ended"], opened_at__isnull=False, version__isnull=False),
                name="promotion_opened_with_its_terms",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) | ~Q(status="ended") & Q(ended_at__isnull=True),
                name="promotion_ended_at",
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(status="open"), name="promotion_open")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="promised",
                operation=pgtrigger.UpdateOf(*PROMISED),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition("OLD.status <> 'draft'"),
            ),
            pgtrigger.Protect(
                name="spent_by_grants",
                operation=pgtrigger.UpdateOf("granted"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition(f"NEW.granted <> OLD.granted AND {NOT_BY_AN_ENTRY}"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language that is active now."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_ko


class Handout(models.Model):
    """Staff give a promotion to many members; a killed run goes on after `reached`, the last member it came to.

    `members` are those who were named, none where it goes to every active member with an account in its currency.
    """

    public_id = PublicIdField(prefix="hnd")
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="handouts", verbose_name=_("promotion"))
    status = models.CharField(_("status"), max_length=8, choices=HandoutStatus, default=HandoutStatus.RUNNING)
    to_everybody = models.BooleanField(_("to everybody"))
    members = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("members"))
    expected = models.PositiveIntegerField(_("members at its beginning"))
    given = models.PositiveIntegerField(_("given"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    reached = models.BigIntegerField(_("last member it came to"), default=0)
    reason = models.CharField(_("reason"), max_length=500)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("handout")
        verbose_name_plural = _("handouts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["promotion"], condition=Q(status="running"), name="handout_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(to_everybody=True, members=[]) | Q(to_everybody=False) & ~Q(members=[]),
                name="handout_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="running", ended_at__isnull=True) | ~Q(status="running") & Q(ended_at__isnull=False),
                name="handout_ended_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion} · {kst_date(self.begun_at)}"


class PromotionGrant(models.Model):
    """What a member had of a promotion, once: by joining, which is a consent to its terms, or by a handout."""

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="promotion_grants", db_index=False, verbose_name=_("member")
    )
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="grants", verbose_name=_("promotion"))
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False, verbose_name=_("lot"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    consent = models.ForeignKey(
        Consent, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("consent")
    )
    handout = models.ForeignKey(Handout, models.PROTECT, null=True, related_name="grants", verbose_name=_("handout"))
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant of a promotion")
        verbose_name_plural = _("grants of promotions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "promotion"], name="promotion_once"),
            models.UniqueConstraint(fields=["member", "lot"], name="promotion_grant_of_a_lot"),
            models.CheckConstraint(
                condition=Q(consent__isnull=False, handout__isnull=True)
                | Q(consent__isnull=True, handout__isnull=False),
                name="promotion_joined_or_given",
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="spend_the_budget",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
                func=SPEND,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion}: {self.amount:f}"


class HandoutRefusal(models.Model):
    """Whom a handout gave nothing, and why."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False, verbose_name=_("member"))
    handout = models.ForeignKey(Handout, models.PROTECT, related_name="refusals", verbose_name=_("handout"))
    why = models.CharField(_("why"), max_length=16, choices=WhyNot)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("refusal of a handout")
        verbose_name_plural = _("refusals of handouts")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["member", "handout"], name="handout_refused_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.get_why_display()

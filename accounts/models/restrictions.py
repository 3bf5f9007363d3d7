"""What is laid over an active membership (rules.md, sections 1 and 3): the one table that says what is closed."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import RestrictionKind, RestrictionScope
from accounts.models.conduct import Sanction
from accounts.models.members import Member
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Restriction(models.Model):
    """One fact that limits a member over [starts_at, ends_at), unless it is lifted before; several hold at once.

    It ends by itself at `ends_at`, without any job. `end_noted_at` is when the nightly work noticed that.
    """

    public_id = PublicIdField(prefix="res")
    member = models.ForeignKey(Member, models.PROTECT, related_name="restrictions", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=16, choices=RestrictionKind)
    scope = models.CharField(_("scope"), max_length=8, choices=RestrictionScope, default=RestrictionScope.ALL)
    clauses = ArrayField(models.CharField(max_length=32), verbose_name=_("clauses"))
    why_ko = models.TextField(_("why (Korean)"))
    why_en = models.TextField(_("why (English)"))
    sanction = models.OneToOneField(
        Sanction, models.PROTECT, null=True, related_name="restriction", verbose_name=_("sanction")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, help_text=_("empty: until it is lifted"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("lifted by")
    )
    facts = models.JSONField(_("facts"), default=dict, help_text=_("such as which information is missing"))
    lifted_why = models.TextField(_("why it was lifted"), blank=True)
    end_noted_at = models.DateTimeField(_("end noted at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        permissions = [("lift_restriction", _("Can lift a restriction"))]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="restriction_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("starts_at")),
                name="restriction_lifted_after_start",
            ),
            models.CheckConstraint(condition=~Q(clauses=[]), name="restriction_rests_on_a_clause"),
            models.CheckConstraint(
                condition=~Q(kind__in=["suspension", "termination", "stop"]) | Q(sanction__isnull=False),
                name="restriction_of_a_sanction",
            ),
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=Q(
                    lifted_at__isnull=True, kind__in=["dormant", "locked", "unpaid", "information", "paid_ended"]
                ),
                name="restriction_one_of_a_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["member"], condition=Q(lifted_at__isnull=True), name="restriction_standing"),
            models.Index(
                fields=["ends_at"],
                condition=Q(lifted_at__isnull=True, end_noted_at__isnull=True, ends_at__isnull=False),
                name="restriction_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"

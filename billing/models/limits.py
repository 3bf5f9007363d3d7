"""What a member wants to be told of, and where their own spending has to stop: their own wish, not the terms'."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.db import LockingQuerySet


class OwnLimits(models.Model):
    """A member's limits on a month's spending, and the balance below which they want to be told.

    `soft_told` and `hard_told` are the months (by their first day) in which the member was told; where `low_told_at`
    stands, the member was told of a low balance that has not risen since. `letters` counts what was told, so that each
    crossing has a key of its own.
    """

    member = models.OneToOneField(
        "accounts.Member", models.PROTECT, primary_key=True, related_name="own_limits", verbose_name=_("member")
    )
    soft = models.DecimalField(_("tell me at"), max_digits=20, decimal_places=6, null=True)
    hard = models.DecimalField(_("stop at"), max_digits=20, decimal_places=6, null=True)
    low_balance = models.DecimalField(_("tell me below"), max_digits=20, decimal_places=6, null=True)
    soft_told = models.DateField(_("told of the soft limit in"), null=True)
    hard_told = models.DateField(_("told of the hard limit in"), null=True)
    low_told_at = models.DateTimeField(_("told of the low balance at"), null=True)
    letters = models.PositiveIntegerField(_("times told"), default=0)
    changed_at = models.DateTimeField(_("changed at"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("own limits")
        verbose_name_plural = _("own limits")
        ordering = ["-member_id"]
        constraints = [
            models.CheckConstraint(condition=Q(soft=None) | Q(soft__gt=0), name="own_limit_soft_above_0"),
            models.CheckConstraint(condition=Q(hard=None) | Q(hard__gte=0), name="own_limit_hard_from_0"),
            models.CheckConstraint(condition=Q(low_balance=None) | Q(low_balance__gt=0), name="own_limit_low_above_0"),
            models.CheckConstraint(
                condition=Q(soft=None) | Q(hard=None) | Q(soft__lte=F("hard")), name="own_limit_soft_before_hard"
            ),
            models.CheckConstraint(
                condition=(Q(soft_told=None) | Q(soft__isnull=False, soft_told__day=1))
                & (Q(hard_told=None) | Q(hard__isnull=False, hard_told__day=1))
                & (Q(low_told_at=None) | Q(low_balance__isnull=False)),
                name="own_limit_told_of_what_is_set",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)

"""Topping up when the balance runs low: the member's own wish, within bounds they set (upstage/15.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import TopUpEnd, TopUpStatus
from billing.rules.topping import MOST_A_DAY
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class TopUp(models.Model):
    """“Below this, buy that much”; whoever wants another, sets another."""

    public_id = PublicIdField(prefix="top")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="top_ups", verbose_name=_("member"))
    below = models.DecimalField(_("below"), max_digits=20, decimal_places=2)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, help_text=_("without tax"))
    currency = models.CharField(_("currency"), max_length=3)
    most_a_day = models.PositiveSmallIntegerField(_("times a day at most"), default=1)
    status = models.CharField(_("status"), max_length=8, choices=TopUpStatus, default=TopUpStatus.ON)
    off_because = models.CharField(_("off because"), max_length=16, choices=TopUpEnd, blank=True)
    declines = models.PositiveSmallIntegerField(_("declined in a row"), default=0)
    not_before = models.DateTimeField(_("not before"), null=True)
    conditions = models.CharField(_("withdrawal conditions shown"), max_length=40)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("top-up")
        verbose_name_plural = _("top-ups")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(status="on"), name="top_up_one_on"),
            models.CheckConstraint(condition=Q(below__gt=0, amount__gt=0), name="top_up_of_something"),
            models.CheckConstraint(condition=Q(most_a_day__gte=1, most_a_day__lte=MOST_A_DAY), name="top_up_a_day"),
            models.CheckConstraint(
                condition=Q(status="on", ended_at__isnull=True, off_because="")
                | Q(status="off", ended_at__isnull=False) & ~Q(off_because=""),
                name="top_up_off_facts",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

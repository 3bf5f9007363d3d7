"""Corrections of usage: what was charged too much, by reference and never by edit (upstage/8.3, 20.3)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import CorrectionStatus
from billing.models.charges import Charge
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class UsageCorrection(models.Model):
    """One use, named by its instant and id, that was really less: the event stays as it came.

    Where an objection to a charge was upheld, it is what is given back of one hour of that charge: it names no event,
    its quantity stays with its places in the steps of a price, and `amount_before` is what was charged of that hour
    until then.

    `billing_month` is the month whose invoice shows it: that of its charge or, where that is closed, the open one.
    """

    public_id = PublicIdField(prefix="ucr")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="usage_corrections", verbose_name=_("member")
    )
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="corrections", verbose_name=_("charge"))
    occurred_at = models.DateTimeField(_("used at"))
    event_id = models.CharField(_("id"), max_length=120, blank=True)
    objection = models.ForeignKey(
        "billing.FeeObjection", models.PROTECT, null=True, related_name="corrections", verbose_name=_("objection")
    )
    status = models.CharField(_("status"), max_length=16, choices=CorrectionStatus, default=CorrectionStatus.PROPOSED)
    quantity_before = models.DecimalField(_("quantity before"), max_digits=20, decimal_places=6)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    amount_before = models.DecimalField(_("amount before"), max_digits=24, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    steps_before = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=6), null=True, verbose_name=_("quantity by step before")
    )
    steps = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=6), null=True, verbose_name=_("quantity by step")
    )
    currency = models.CharField(_("currency"), max_length=3)
    lowered = models.DecimalField(_("no longer owed"), max_digits=24, decimal_places=6, default=0)
    restored = models.DecimalField(_("credits restored"), max_digits=24, decimal_places=6, default=0)
    billing_month = models.DateField(_("billing month"), null=True)
    reason = models.CharField(_("reason"), max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of usage")
        verbose_name_plural = _("corrections of usage")
        permissions = [
            ("propose_usagecorrection", _("Can correct usage")),
            ("approve_usagecorrection", _("Can approve corrections of usage")),
        ]
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0, amount__gte=0)
                & (
                    Q(quantity__lt=F("quantity_before"), amount__lte=F("amount_before"), objection__isnull=True)
                    | Q(quantity=F("quantity_before"), amount__lt=F("amount_before"), steps__isnull=False)
                    | Q(quantity=F("quantity_before"), amount__lt=F("amount_before"), objection__isnull=False)
                ),
                name="usage_correction_is_less",
            ),
            models.CheckConstraint(
                condition=Q(objection__isnull=True) & ~Q(event_id="")
                | Q(objection__isnull=False, event_id="", steps__isnull=True),
                name="usage_correction_of_a_use_or_an_objection",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=CorrectionStatus.APPLIED,
                    billing_month__isnull=False,
                    decided_at__isnull=False,
                    amount_before=F("amount") + F("lowered") + F("restored"),
                    lowered__gte=0,
                    restored__gte=0,
                )
                | ~Q(status=CorrectionStatus.APPLIED) & Q(billing_month__isnull=True, lowered=0, restored=0),
                name="usage_correction_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(status=CorrectionStatus.PROPOSED, decided_at__isnull=True)
                | ~Q(status=CorrectionStatus.PROPOSED) & Q(decided_at__isnull=False),
                name="usage_correction_decided",
            ),
            models.UniqueConstraint(
                fields=["member", "occurred_at", "event_id"],
                condition=Q(status=CorrectionStatus.PROPOSED),
                name="usage_correction_one_proposed",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "occurred_at", "event_id"], name="usage_correction_of_event"),
        ]

    def __str__(self) -> str:
        if not self.event_id:
            return f"{self.amount_before.normalize():f} → {self.amount.normalize():f} {self.currency}"
        return f"{self.event_id}: {self.quantity_before.normalize():f} → {self.quantity.normalize():f}"


class UsageHourShift(models.Model):
    """What a correction took off another hour of its charge's day, since an objection had taken its own hour's before.

    An objection gives an amount back of a day, from the last hour on; a use of such an hour that is corrected later
    falls where something is left, so that no hour reads less than nothing. The sums of the day are what they are.
    """

    member = models.ForeignKey(
        "accounts.Member", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("member"),
    )  # fmt: skip
    correction = models.ForeignKey(
        UsageCorrection, models.PROTECT, related_name="shifts", verbose_name=_("correction of usage")
    )
    hour = models.DateTimeField(_("hour"), help_text=_("which fell in place of the hour of the use"))
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of another hour")
        verbose_name_plural = _("corrections of other hours")
        ordering = ["-id"]
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["member", "correction", "hour"], name="usage_hour_shift_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="usage_hour_shift_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.hour}"

"""Corrections by staff: charges wrongly taken are restored, credits wrongly given taken back (upstage/20.3, 2.8)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from credits.enums import CorrectionKind, CorrectionStatus
from credits.models.lots import Lot
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Correction(models.Model):
    """What somebody wants corrected, and what became of it; above a setting another person decides.

    It is about a charge, which is undone by so much, or about a lot, of which so much is taken back.
    """

    public_id = PublicIdField(prefix="cor")
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="credit_corrections", db_index=False, verbose_name=_("member")
    )
    key = models.CharField(  # noqa: DJ001
        _("key"), max_length=64, null=True, help_text=_("the same key corrects once")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=CorrectionKind)
    status = models.CharField(_("status"), max_length=16, choices=CorrectionStatus, default=CorrectionStatus.PROPOSED)
    charge = models.UUIDField(_("charge"), null=True)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("lot"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    reason = models.CharField(_("reason"), max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    needs_second = models.BooleanField(_("needs a second person"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-id"]
        permissions = [
            ("propose_correction", _("Can correct credits")),
            ("approve_correction", _("Can decide on a correction of credits")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="correction_has_an_amount"),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="restore", charge__isnull=False, lot__isnull=True)
                | Q(kind="take_back", charge__isnull=True, lot__isnull=False),
                name="correction_of_a_charge_or_a_lot",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at__isnull=True)
                | ~Q(status="proposed") & Q(decided_at__isnull=False),
                name="correction_decided_at",
            ),
            # Nobody is a second person to themselves, whatever code asks.
            models.CheckConstraint(
                condition=~Q(status="done") | Q(needs_second=False) | ~Q(decided_by=F("proposed_by")),
                name="correction_by_two",
            ),
            models.UniqueConstraint(fields=["member", "key"], name="correction_once"),
            models.UniqueConstraint(
                fields=["member", "charge"], condition=Q(status="proposed", kind="restore"), name="correction_one_open"
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="correction_of_member")]

    def __str__(self) -> str:
        return self.public_id

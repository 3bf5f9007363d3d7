"""Charges that a card holder had taken back through the bank."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import DisputeStatus, LossAnswer
from billing.models.payments import Payment
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Dispute(models.Model):
    """One dispute of a payment at the gateway; what is disputed is not paid back a second time as a refund."""

    public_id = PublicIdField(prefix="dsp")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="disputes", verbose_name=_("member"))
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes", verbose_name=_("payment"))
    gateway = models.CharField(_("gateway"), max_length=16)
    reference = models.CharField(_("gateway's reference"), max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=DisputeStatus, default=DisputeStatus.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    evidence_by = models.DateTimeField(_("evidence by"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    answer = models.CharField(_("what was done"), max_length=16, choices=LossAnswer, blank=True)
    answer_reason = models.CharField(_("reason of the answer"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-id"]
        permissions = [
            ("answer_dispute", _("Can say what is done about a lost dispute")),
            ("approve_dispute", _("Can approve what is done about a lost dispute")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="dispute_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_of_something"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | ~Q(status="open") & Q(closed_at__isnull=False),
                name="dispute_closed_at",
            ),
            models.CheckConstraint(condition=Q(answer="") | Q(status="lost"), name="dispute_answered_when_lost"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="dispute_answer_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

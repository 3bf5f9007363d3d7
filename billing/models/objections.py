"""Objections to fees (upstage/20.3)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import FeeObjectionStatus
from billing.models.charges import Charge
from billing.models.credit_notes import CreditNote
from billing.models.invoices import Invoice
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class FeeObjection(models.Model):
    """A member says that an invoice or one charge is wrong; usage and payments are attached as they were then.

    What is granted of an invoice stands on a credit note: it is no longer owed or, where it was paid already, goes
    back. What is granted of a charge stands on corrections of its usage, and on a credit note as far as the charge had
    been invoiced by then.
    """

    public_id = PublicIdField(prefix="fob")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="fee_objections", verbose_name=_("member")
    )
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, related_name="objections", verbose_name=_("invoice")
    )
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="objections", verbose_name=_("charge"))
    reason = models.TextField(_("reason"))
    evidence = models.JSONField(_("usage and payments"), default=dict)
    status = models.CharField(
        _("status"), max_length=16, choices=FeeObjectionStatus, default=FeeObjectionStatus.UNDER_REVIEW
    )
    submitted_at = models.DateTimeField(_("submitted at"))
    review_by = models.DateField(_("review by"))
    delay_reason = models.CharField(_("reason for the delay"), max_length=500, blank=True)
    proposed_amount = models.DecimalField(_("proposed amount"), max_digits=24, decimal_places=6, null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), null=True)
    needs_second = models.BooleanField(_("needs a second person"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    credit_note = models.OneToOneField(
        CreditNote, models.PROTECT, null=True, related_name="objection", verbose_name=_("credit note")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection to a fee")
        verbose_name_plural = _("objections to fees")
        permissions = [("decide_feeobjection", _("Can decide on an objection to a fee"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status="under_review"), name="fee_objection_one_open"
            ),
            models.UniqueConstraint(fields=["charge"], name="fee_objection_once_a_charge"),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, charge__isnull=True) | Q(invoice__isnull=True, charge__isnull=False),
                name="fee_objection_to_one",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="fee_objection_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="under_review", decided_at__isnull=True)
                | ~Q(status="under_review") & Q(decided_at__isnull=False),
                name="fee_objection_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", credit_note__isnull=False)
                | Q(status="approved", charge__isnull=False)
                | ~Q(status="approved") & Q(credit_note__isnull=True),
                name="fee_objection_grants",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(needs_second=False)
                | Q(proposed_by__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="fee_objection_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="fee_objection_of_member"),
            models.Index(fields=["review_by"], condition=Q(status="under_review"), name="fee_objection_in_review"),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.public_id

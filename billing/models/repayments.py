"""Money that goes back the way it came (upstage/16, 20.4)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import RepaymentStatus
from billing.models.payments import Payment
from upstage_console.kernel.db import LockingQuerySet, PublicIdField

FIXED = ("id", "public_id", "member_id", "payment_id", "subject", "key", "amount", "currency")

# The payment is locked first: of two repayments at once, the second sees what the first takes. What a bank has taken
# back, or still may, is not paid back once more.
WITHIN_ITS_PAYMENT = """
SELECT * INTO paid FROM billing_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
IF paid.status <> 'succeeded' OR (paid.member_id, paid.currency) <> (NEW.member_id, NEW.currency) THEN
    RAISE EXCEPTION 'nothing to pay back' USING ERRCODE = 'check_violation', CONSTRAINT = 'repayment_of_a_payment';
END IF;
IF NEW.amount + coalesce((
    SELECT sum(amount) FROM billing_repayment
    WHERE payment_id = NEW.payment_id AND status <> 'failed' AND id <> NEW.id
), 0) + coalesce((
    SELECT sum(amount) FROM billing_dispute WHERE payment_id = NEW.payment_id AND status <> 'won'
), 0) > paid.amount THEN
    RAISE EXCEPTION 'more than was paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'repayment_within_payment';
END IF;
RETURN NEW;
"""


class Repayment(models.Model):
    """Money back of one payment, to the means it came from; together never more than was paid."""

    public_id = PublicIdField(prefix="rpy")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="repayments", verbose_name=_("member"))
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="repayments", verbose_name=_("payment"))
    subject = models.CharField(_("pays back for"), max_length=64, help_text=_("public id of the refund"))
    key = models.CharField(_("idempotency key"), max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=16, choices=RepaymentStatus, default=RepaymentStatus.CREATED)
    reference = models.CharField(_("gateway's reference"), max_length=120, blank=True)
    failure = models.CharField(_("failure"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created at"))
    pending_at = models.DateTimeField(_("asked at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("repayment")
        verbose_name_plural = _("repayments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="repayment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="repayment_of_something"),
            models.CheckConstraint(
                condition=Q(status__in=["succeeded", "failed"], settled_at__isnull=False)
                | ~Q(status__in=["succeeded", "failed"]) & Q(settled_at__isnull=True),
                name="repayment_settled_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="succeeded") | ~Q(reference=""), name="repayment_success_has_reference"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status__in=["created", "pending"]), name="repayment_open"),
            models.Index(fields=["subject"], name="repayment_subject"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="within_its_payment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("paid", "billing_payment%ROWTYPE")],
                func=WITHIN_ITS_PAYMENT,
            ),
            pgtrigger.Protect(
                name="fixed",
                operation=pgtrigger.UpdateOf(*FIXED),  # type: ignore[no-untyped-call]
            ),
            pgtrigger.Protect(
                name="failed_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.status = 'failed' AND NEW.status <> 'failed'"),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

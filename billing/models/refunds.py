"""Refunds of bought credits: asked for, decided, and paid back purchase by purchase (upstage/16, 20)."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums import HandPaymentStatus, RefundOrigin, RefundStatus, RefundWay
from billing.models.credit_notes import CreditNote
from billing.models.disputes import Dispute
from billing.models.invoices import Invoice
from billing.models.purchases import Purchase
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only

DECIDED = ("approved", "pending", "paid", "failed")
"""The states in which the credits are gone and the money is owed or paid."""


class Refund(models.Model):
    """Money back, of one or several purchases; amounts without tax stand beside their tax.

    The credits leave the ledger when it is approved; `pay_from` and `pay_by` are the days that upstage/20.4 gives then.
    """

    public_id = PublicIdField(prefix="rfd")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="refunds", verbose_name=_("member"))
    key = models.CharField(_("key"), max_length=120, null=True, help_text=_("the same key asks once"))  # noqa: DJ001
    origin = models.CharField(_("origin"), max_length=16, choices=RefundOrigin)
    way = models.CharField(_("way"), max_length=16, choices=RefundWay, default=RefundWay.ORIGINAL)
    status = models.CharField(_("status"), max_length=16, choices=RefundStatus, default=RefundStatus.UNDER_REVIEW)
    currency = models.CharField(_("currency"), max_length=3)
    credits = models.DecimalField(_("credits"), max_digits=20, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, help_text=_("without tax"))
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=2)
    set_off = models.DecimalField(_("set off"), max_digits=20, decimal_places=2, default=0)
    is_withdrawal = models.BooleanField(
        _("withdrawal of a consumer"), default=False, help_text=_("paid within 3 business days, upstage/20.1.1")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    requested_at = models.DateTimeField(_("requested at"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("requested by")
    )
    review_by = models.DateField(_("review by"))
    delay_reason = models.CharField(_("reason for the delay"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), null=True)
    needs_second = models.BooleanField(_("needs a second person"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    pay_from = models.DateField(_("paid from"), null=True)
    pay_by = models.DateField(_("paid by"), null=True)
    set_off_at = models.DateTimeField(_("set off at"), null=True)
    paid_at = models.DateTimeField(pgettext_lazy("refund", "paid at"), null=True)
    interest = models.DecimalField(
        _("delay interest"), max_digits=20, decimal_places=2, default=0, help_text=_("15 % a year, upstage/20.1")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        permissions = [
            ("propose_refund", _("Can propose a refund")),
            ("decide_refund", _("Can decide on a refund")),
            ("pay_refund", _("Can record a refund paid by hand")),
        ]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="refund_once"),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(status="under_review") & ~Q(origin="rules"),
                name="refund_one_under_review",
            ),
            models.CheckConstraint(condition=Q(total=F("amount") + F("tax")), name="refund_adds_up"),
            models.CheckConstraint(
                condition=Q(credits__gt=0, amount__gte=0, tax__gte=0, interest__gte=0, set_off__gte=0)
                & Q(total__gt=0, set_off__lte=F("total")),
                name="refund_of_something",
            ),
            models.CheckConstraint(
                condition=Q(status="under_review", decided_at__isnull=True)
                | ~Q(status="under_review") & Q(decided_at__isnull=False),
                name="refund_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, pay_from__isnull=False, pay_by__gte=F("pay_from"))
                | Q(status__in=DECIDED, way="offset", pay_from__isnull=True, pay_by__isnull=True)
                | ~Q(status__in=DECIDED) & Q(pay_from__isnull=True, pay_by__isnull=True),
                name="refund_pay_days",
            ),
            models.CheckConstraint(
                condition=Q(status="paid", paid_at__isnull=False) | ~Q(status="paid") & Q(paid_at__isnull=True),
                name="refund_paid_at",
            ),
            # Nobody is a second person to themselves, whatever code asks.
            models.CheckConstraint(
                condition=~Q(status__in=DECIDED)
                | Q(needs_second=False)
                | Q(proposed_by__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="refund_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="refund_of_member"),
            models.Index(fields=["review_by"], condition=Q(status="under_review"), name="refund_in_review"),
            models.Index(fields=["pay_from"], condition=Q(status="approved"), name="refund_to_pay"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="asked_for", fields=["member", "origin", "currency", "credits", "amount", "tax", "requested_at"]
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def to_pay(self) -> Decimal:
        """What goes back to the payment method: all but what was set off."""
        left: Decimal = self.total - self.set_off
        return left


class RefundLine(models.Model):
    """What a refund takes of one purchase, and gives back for it; `rounding` is what rounding half up added."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="lines", verbose_name=_("refund"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="refund_lines", verbose_name=_("purchase"))
    credits = models.DecimalField(_("credits"), max_digits=20, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=2)
    rounding = models.DecimalField(_("rounding"), max_digits=20, decimal_places=6)
    is_whole = models.BooleanField(
        _("the whole purchase"), default=False, help_text=_("its unused bonus is withdrawn, upstage/16.1")
    )
    reason = models.JSONField(_("reason"), default=dict)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a refund")
        verbose_name_plural = _("lines of refunds")
        ordering = ["refund", "id"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "purchase"], name="refund_line_once"),
            models.CheckConstraint(condition=Q(total=F("amount") + F("tax")), name="refund_line_adds_up"),
            models.CheckConstraint(condition=Q(credits__gt=0, amount__gte=0, tax__gte=0), name="refund_line_sound"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.refund_id}"


class SetOff(models.Model):
    """What of a refund an invoice took instead of a payment, from the KST day `on` (upstage/20.4)."""

    refund = models.OneToOneField(Refund, models.PROTECT, related_name="taken", verbose_name=_("refund"))
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="set_offs", verbose_name=_("invoice"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    principal = models.DecimalField(_("principal"), max_digits=20, decimal_places=2)
    late_fee = models.DecimalField(_("late fee"), max_digits=20, decimal_places=2)
    on = models.DateField(_("counts from"))
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("set-off")
        verbose_name_plural = _("set-offs")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(principal__gte=0, late_fee__gte=0), name="set_off_not_negative"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.refund_id}"


class HandPayment(models.Model):
    """Money that staff pay another way than back to the card: delay interest, and what failed there of a refund, of a
    credit note, or of what was paid twice as a bank decided otherwise."""

    public_id = PublicIdField(prefix="hpy")
    refund = models.ForeignKey(
        Refund, models.PROTECT, null=True, related_name="hand_payments", verbose_name=_("refund")
    )
    credit_note = models.ForeignKey(
        CreditNote, models.PROTECT, null=True, related_name="hand_payments", verbose_name=_("credit note")
    )
    dispute = models.ForeignKey(
        Dispute, models.PROTECT, null=True, related_name="hand_payments", verbose_name=_("dispute")
    )
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    is_interest = models.BooleanField(_("delay interest"), default=False)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=16, choices=HandPaymentStatus, default=HandPaymentStatus.PROPOSED)
    way = models.CharField(_("how it is paid"), max_length=200)
    reference = models.CharField(_("reference"), max_length=120)
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

    @property
    def source(self) -> Refund | CreditNote | Dispute:
        """What the money is owed for."""
        found = self.refund or self.credit_note or self.dispute
        if found is None:
            raise ValueError("the database keeps none without a source")
        return found

    class Meta:
        verbose_name = _("payment by hand")
        verbose_name_plural = _("payments by hand")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="hand_payment_of_something"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at__isnull=True)
                | ~Q(status="proposed") & Q(decided_at__isnull=False),
                name="hand_payment_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="hand_payment_by_two",
            ),
            models.CheckConstraint(
                condition=Q(refund__isnull=False, credit_note__isnull=True, dispute__isnull=True)
                | Q(refund__isnull=True, credit_note__isnull=False, dispute__isnull=True, is_interest=False)
                | Q(refund__isnull=True, credit_note__isnull=True, dispute__isnull=False, is_interest=False),
                name="hand_payment_of_one",
            ),
            models.UniqueConstraint(
                fields=["refund", "is_interest"], condition=~Q(status="dropped"), name="hand_payment_once"
            ),
            models.UniqueConstraint(
                fields=["credit_note"], condition=Q(status="proposed"), name="hand_payment_one_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(status="proposed"), name="hand_payment_one_of_dispute"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

"""Purchases of credits (upstage/15.1, 15.2, 15.4, 18.4)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import PurchaseMode, PurchaseStatus
from billing.models.payments import Payment
from billing.models.recharging import RechargeCycle
from billing.models.tiers import Tier
from billing.models.topping import TopUp
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Purchase(models.Model):
    """Credits bought one to one, VAT on top; the credits come with the payment's success."""

    public_id = PublicIdField(prefix="pur")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="purchases", verbose_name=_("member"))
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="purchase", verbose_name=_("payment"))
    key = models.CharField(_("idempotency key"), max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, help_text=_("without tax"))
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=2)
    credits = models.DecimalField(_("credits"), max_digits=20, decimal_places=6)
    bonus = models.DecimalField(_("bonus"), max_digits=20, decimal_places=6, default=0)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=16, choices=PurchaseStatus, default=PurchaseStatus.PENDING)
    conditions = models.CharField(_("withdrawal conditions shown"), max_length=40)
    conditions_shown_at = models.DateTimeField(_("shown at"))
    created_at = models.DateTimeField(_("created at"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    expires_on = models.DateField(_("usable until"), null=True)
    mode = models.CharField(_("mode"), max_length=16, choices=PurchaseMode, default=PurchaseMode.ONCE)
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, related_name="purchases", verbose_name=_("bonus tier"))
    cycle = models.ForeignKey(
        RechargeCycle, models.PROTECT, null=True, related_name="purchases", verbose_name=_("recharge cycle")
    )
    top_up = models.ForeignKey(TopUp, models.PROTECT, null=True, related_name="purchases", verbose_name=_("top-up"))
    bonus_lot = models.CharField(_("bonus lot"), max_length=64, blank=True, help_text=_("public id of the bonus"))
    lot = models.CharField(_("lot"), max_length=64, blank=True, help_text=_("public id of the credits bought"))
    reason = models.JSONField(_("reason"), default=dict)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="purchase_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, tax__gte=0), name="purchase_of_something"),
            models.CheckConstraint(condition=Q(total=F("amount") + F("tax")), name="purchase_adds_up"),
            models.CheckConstraint(
                condition=Q(status="paid", paid_at__isnull=False, expires_on__isnull=False) & ~Q(lot="")
                | ~Q(status="paid") & Q(paid_at__isnull=True, expires_on__isnull=True, lot=""),
                name="purchase_paid_facts",
            ),
            models.CheckConstraint(
                condition=Q(mode="once", cycle__isnull=True) | ~Q(mode="once") & Q(cycle__isnull=False),
                name="purchase_of_a_cycle",
            ),
            models.CheckConstraint(
                condition=Q(bonus_lot="") | Q(bonus__gt=0, status="paid"), name="purchase_bonus_lot"
            ),
            models.UniqueConstraint(
                fields=["member", "top_up"],
                condition=Q(status="pending", top_up__isnull=False),
                name="purchase_one_top_up_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["member", "cycle"],
                condition=Q(status__in=["pending", "paid"], cycle__isnull=False),
                name="purchase_once_a_cycle",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="purchase_of_member")]

    def __str__(self) -> str:
        return f"{self.public_id}"

"""What changes the fees of a concluded contract: change orders, promotions, milestones that are accepted (rift/7.1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums import SeatRole
from contracts.models.contracts import Contract, ContractFee
from contracts.models.customers import Customer
from contracts.models.documents import ContractDocument
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class FeeChange(models.Model):
    """Another amount for a fee from a day on; it holds once both sides agreed to its change order (rift/5.2)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    fee = models.ForeignKey(ContractFee, models.PROTECT, related_name="changes", verbose_name=_("fee"))
    document = models.OneToOneField(
        ContractDocument, models.PROTECT, related_name="fee_change", verbose_name=_("change order")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    from_on = models.DateField(pgettext_lazy("period", "from"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a fee")
        verbose_name_plural = _("changes of fees")
        ordering = ["from_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="fee_change_not_negative")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.fee} {self.from_on}"


class FeePromotion(models.Model):
    """So many percent off the monthly fees from a day until the end of its last day, when it ends by itself (14.3)."""

    public_id = PublicIdField(prefix="fpr")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="promotions", verbose_name=_("contract"))
    percent = models.DecimalField(_("percent off"), max_digits=6, decimal_places=3)
    from_on = models.DateField(pgettext_lazy("period", "from"))
    until_on = models.DateField(_("until"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion of a contract")
        verbose_name_plural = _("promotions of contracts")
        ordering = ["from_on", "id"]
        permissions = [("give_feepromotion", _("Can give a promotion on a contract"))]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="fee_promotion_percent"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="fee_promotion_days"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.percent:f} % – {self.until_on}"


class MilestoneAcceptance(models.Model):
    """A milestone that the customer accepted; from that day its fixed price is billed (rift/7.1)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    fee = models.OneToOneField(ContractFee, models.PROTECT, related_name="acceptance", verbose_name=_("fee"))
    accepted_on = models.DateField(_("accepted on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("accepted milestone")
        verbose_name_plural = _("accepted milestones")
        ordering = ["id"]
        permissions = [("accept_milestone", _("Can write down that a milestone was accepted"))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.fee} {self.accepted_on}"


class Seat(models.Model):
    """Somebody of a customer under a contract, from an instant until another; never deleted (rift/2.3, 6.1)."""

    public_id = PublicIdField(prefix="seat")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="seats", verbose_name=_("contract"))
    name = models.CharField(_("user"), max_length=80)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="seats", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=16, choices=SeatRole)
    from_at = models.DateTimeField(pgettext_lazy("period", "from"))
    until_at = models.DateTimeField(_("until"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["contract", "id"]
        permissions = [("manage_seat", _("Can give and take seats of a contract"))]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contract", "name"], condition=Q(until_at__isnull=True, user__isnull=True),
                name="seat_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "contract", "user"], condition=Q(until_at__isnull=True, user__isnull=False),
                name="seat_of_a_person_once",
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")), name="seat_from_until"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

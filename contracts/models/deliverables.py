"""Deliverables: handed over, inspected by the customer, accepted or sent back (rift/5.2)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums import DecidedBy, DeliveryStatus
from contracts.models.contracts import Contract, ContractFee, ContractFile
from contracts.models.customers import Customer
from contracts.models.documents import ContractDocument
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only

DECISION = ["status", "decided_at", "decided_by", "decided_how", "decision"]


class Deliverable(models.Model):
    """Something that is to be delivered under a contract; each hand-over of it is a `Delivery`."""

    public_id = PublicIdField(prefix="dlv")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="deliverables", verbose_name=_("contract"))
    name = models.CharField(_("deliverable"), max_length=200)
    fee = models.ForeignKey(
        ContractFee, models.PROTECT, null=True, related_name="deliverables", verbose_name=_("milestone"),
        help_text=_("accepted, and billed, once all its deliverables are"),
    )  # fmt: skip
    due_on = models.DateField(_("due on"), null=True)
    added_at = models.DateTimeField(_("added at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering = ["contract", "id"]
        permissions = [
            ("hand_over_deliverable", _("Can hand deliverables over")),
            ("decide_deliverable", _("Can write down how the customer decided on a deliverable")),
        ]
        constraints = [models.UniqueConstraint(fields=["customer", "contract", "name"], name="deliverable_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One hand-over of a deliverable: what was agreed about its inspection, and how the customer decided."""

    public_id = PublicIdField(prefix="hov")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    deliverable = models.ForeignKey(
        Deliverable, models.PROTECT, related_name="deliveries", db_index=False, verbose_name=_("deliverable")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=16, choices=DeliveryStatus, default=DeliveryStatus.DELIVERED)
    handed_over_at = models.DateTimeField(_("handed over at"))
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("handed over by")
    )
    how = models.CharField(_("how, and where it is"), max_length=500, blank=True)
    inspect_by = models.DateField(_("to be inspected until"), null=True)
    silence_accepts = models.BooleanField(_("silence accepts"), default=False)
    said_by = models.ForeignKey(
        ContractDocument, models.PROTECT, null=True, related_name="+", verbose_name=_("agreed in")
    )  # fmt: skip
    why = models.JSONField(_("how that was counted"), default=dict)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_how = models.CharField(_("decided how"), max_length=16, choices=DecidedBy, blank=True)
    decision = models.CharField(_("reasons"), max_length=2000, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = pgettext_lazy("deliverable", "deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "deliverable", "number"], name="delivery_number"),
            models.UniqueConstraint(
                fields=["deliverable"], condition=Q(status="delivered"), name="delivery_one_under_inspection"
            ),
            models.UniqueConstraint(
                fields=["deliverable"], condition=Q(status="accepted"), name="delivery_accepted_once"
            ),
            models.CheckConstraint(
                condition=Q(status="delivered", decided_at__isnull=True, decided_how="")
                | Q(status="replaced", decided_at__isnull=False, decided_how="")
                | Q(status__in=["accepted", "rejected"], decided_at__isnull=False) & ~Q(decided_how=""),
                name="delivery_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(decision="") & ~Q(decided_how="silence"),
                name="delivery_rejected_with_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(decided_how="silence") | Q(silence_accepts=True), name="delivery_silence_agreed"
            ),
            models.CheckConstraint(
                condition=Q(silence_accepts=False) | Q(inspect_by__isnull=False, said_by__isnull=False),
                name="delivery_silence_needs_period",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(decided_at__gte=F("handed_over_at")),
                name="delivery_decided_after",
            ),
        ]
        indexes = [
            models.Index(
                fields=["inspect_by"], condition=Q(status="delivered", silence_accepts=True), name="delivery_silence"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decided_is_final", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="handed_over_is_kept", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=DECISION)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.deliverable} #{self.number}"


class DeliveryFile(models.Model):
    """A file that belongs to a hand-over: the work itself, or what proves that it was delivered."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, related_name="files", db_index=False, verbose_name=_("delivery")
    )
    file = models.OneToOneField(ContractFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a delivery")
        verbose_name_plural = _("files of deliveries")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["customer", "delivery", "file"], name="delivery_file_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.file)

"""Demands to cure a breach, and how contracts were terminated and settled (rift/7.3, 15.2, 15.3)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import Fault
from billing.models import FirmInvoice
from contracts.enums import BreachStatus, ByTwoStatus, EndReason, Side
from contracts.models.contracts import Contract, ContractFile
from contracts.models.customers import Customer
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Breach(models.Model):
    """A written demand to cure a material breach; its time runs from the day it was received (rift/15.2)."""

    public_id = PublicIdField(prefix="bre")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="breaches", verbose_name=_("contract"))
    side = models.CharField(_("demanded by"), max_length=16, choices=Side)
    what = models.TextField(_("what is to be cured"), max_length=2000)
    status = models.CharField(_("status"), max_length=16, choices=BreachStatus, default=BreachStatus.RUNNING)
    demanded_at = models.DateTimeField(_("demanded at"))
    received_on = models.DateField(_("received on"), null=True)
    delivery = models.CharField(_("proof of delivery"), max_length=200, blank=True)
    evidence = models.ForeignKey(ContractFile, models.PROTECT, null=True, related_name="+", verbose_name=_("evidence"))
    cure_until = models.DateField(_("to be cured until"), null=True)
    why = models.JSONField(_("how that was counted"), default=dict)
    cured_at = models.DateTimeField(_("cured at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["-id"]
        permissions = [("demand_cure", _("Can demand that a breach is cured, and say that it was"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(received_on__isnull=True, cure_until__isnull=True) | Q(cure_until__gte=F("received_on")),
                name="breach_cure_after_receipt",
            ),
            models.CheckConstraint(
                condition=Q(status="cured", cured_at__isnull=False) | Q(status="running", cured_at__isnull=True),
                name="breach_cured_at",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Termination(models.Model):
    """How a contract ends: by whom, on which ground, and the statement of what is still paid and what goes back."""

    public_id = PublicIdField(prefix="ter")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="terminations", verbose_name=_("contract"))
    status = models.CharField(_("status"), max_length=16, choices=ByTwoStatus, default=ByTwoStatus.PROPOSED)
    side = models.CharField(_("terminated by"), max_length=16, choices=Side)
    ground = models.CharField(_("ground"), max_length=16, choices=EndReason)
    on = models.DateField(_("last day"))
    upfront = models.DecimalField(_("proven up-front investment"), max_digits=20, decimal_places=2, default=0)
    due = models.DecimalField(_("still billed"), max_digits=20, decimal_places=2)
    refund = models.DecimalField(_("goes back"), max_digits=20, decimal_places=2)
    refund_tax = models.DecimalField(_("tax that goes back"), max_digits=20, decimal_places=2)
    kept = models.DecimalField(_("kept"), max_digits=20, decimal_places=2)
    credits = models.DecimalField(_("credits for shortfalls, still given"), max_digits=20, decimal_places=2, default=0)
    statement = models.JSONField(_("settlement statement"), default=dict)
    invoice = models.OneToOneField(
        FirmInvoice, models.PROTECT, null=True, related_name="+", verbose_name=_("final invoice")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("second person")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("termination")
        verbose_name_plural = _("terminations")
        ordering = ["-id"]
        permissions = [
            ("terminate_contract", _("Can terminate a contract")),
            ("approve_termination", _("Can approve a termination that gives money back")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract"], condition=Q(status="done"), name="termination_once"),
            models.UniqueConstraint(fields=["contract"], condition=Q(status="proposed"), name="termination_open_once"),
            models.CheckConstraint(
                condition=Q(due__gte=0, refund__gte=0, refund_tax__gte=0, kept__gte=0, upfront__gte=0, credits__gte=0),
                name="termination_amounts",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(refund=0) | Q(approver__isnull=False), name="termination_by_two"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("proposed_by")), name="termination_two_people"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", closed_at__isnull=True) | ~Q(status="proposed", closed_at__isnull=True),
                name="termination_closed_at",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="closed_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ContractAward(models.Model):
    """Compensation under a contract, which counts against its cumulative cap (rift/17)."""

    public_id = PublicIdField(prefix="awd")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="awards", verbose_name=_("contract"))
    status = models.CharField(_("status"), max_length=16, choices=ByTwoStatus, default=ByTwoStatus.PROPOSED)
    incident_on = models.DateField(_("day of the incident"))
    fault = models.CharField(_("fault"), max_length=16, choices=Fault)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    cap = models.DecimalField(_("cap"), max_digits=20, decimal_places=2)
    already_paid = models.DecimalField(_("paid before"), max_digits=20, decimal_places=2)
    why = models.JSONField(_("how it was counted"), default=dict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("second person")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("compensation under a contract")
        verbose_name_plural = _("compensations under contracts")
        ordering = ["-id"]
        permissions = [
            ("propose_award", _("Can propose compensation under a contract")),
            ("approve_award", _("Can approve compensation under a contract")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contract_award_of_something"),
            models.CheckConstraint(
                condition=Q(status="done", approver__isnull=False, closed_at__isnull=False)
                | ~Q(status="done") & Q(approver__isnull=True),
                name="contract_award_by_two",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("proposed_by")), name="contract_award_two_people"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="closed_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

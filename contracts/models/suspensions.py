"""Notices that a contract's service will be stopped or limited, and the stops that followed (rift/4.4, 7.3)."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums import SuspensionGround, SuspensionNoticeStatus, SuspensionScope, SuspensionStatus
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from contracts.models.endings import Breach
from upstage_console.kernel.db import LockingQuerySet, PublicIdField

FUNCTIONS_NAMED = Q(scope="full", functions=[]) | Q(scope="functions") & ~Q(functions=[])


class SuspensionNotice(models.Model):
    """The written notice: on which ground, what of the service, and from which day; it is carried out once."""

    public_id = PublicIdField(prefix="sno")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="suspension_notices", verbose_name=_("contract")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=SuspensionNoticeStatus, default=SuspensionNoticeStatus.TOLD
    )
    ground = models.CharField(_("ground"), max_length=16, choices=SuspensionGround)
    breach = models.ForeignKey(Breach, models.PROTECT, null=True, related_name="+", verbose_name=_("demand to cure"))
    scope = models.CharField(_("what stands still"), max_length=16, choices=SuspensionScope)
    functions = ArrayField(models.CharField(max_length=120), default=list, verbose_name=_("functions"))
    from_on = models.DateField(pgettext_lazy("period", "from"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("told by")
    )
    told_at = models.DateTimeField(_("told at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice of a suspension")
        verbose_name_plural = _("notices of suspensions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contract", "ground"],
                condition=Q(status="told"),
                name="suspension_notice_open_once",
            ),
            models.CheckConstraint(condition=FUNCTIONS_NAMED, name="suspension_notice_functions"),
            models.CheckConstraint(
                condition=Q(ground="breach", breach__isnull=False) | Q(ground="unpaid", breach__isnull=True),
                name="suspension_notice_demand",
            ),
            models.CheckConstraint(
                condition=Q(status="told", closed_at__isnull=True) | ~Q(status="told") & Q(closed_at__isnull=False),
                name="suspension_notice_closed_at",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="told_once", exclude=["status", "closed_at"]),
            pgtrigger.Protect(
                name="closed_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Suspension(models.Model):
    """A stretch in which a contract's service, or some of its functions, was stopped for what the customer did."""

    public_id = PublicIdField(prefix="ssp")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="suspensions", verbose_name=_("contract"))
    notice = models.OneToOneField(
        SuspensionNotice, models.PROTECT, related_name="suspension", verbose_name=_("earlier notice")
    )
    status = models.CharField(_("status"), max_length=16, choices=SuspensionStatus, default=SuspensionStatus.RUNNING)
    ground = models.CharField(_("ground"), max_length=16, choices=SuspensionGround)
    scope = models.CharField(_("what stands still"), max_length=16, choices=SuspensionScope)
    functions = ArrayField(models.CharField(max_length=120), default=list, verbose_name=_("functions"))
    clauses = ArrayField(models.CharField(max_length=32), verbose_name=_("clauses"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    starts_at = models.DateTimeField(pgettext_lazy("period", "from"))
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("stopped by")
    )
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    end_reason = models.CharField(_("why it ended"), max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["-id"]
        permissions = [("suspend_contract", _("Can stop a contract's service, and let it run again"))]
        constraints = [
            models.CheckConstraint(condition=FUNCTIONS_NAMED, name="suspension_functions"),
            models.CheckConstraint(
                condition=Q(status="running", ended_at__isnull=True, end_reason="")
                | Q(status="ended", ended_at__gte=F("starts_at")) & ~Q(end_reason=""),
                name="suspension_ended_at",
            ),
        ]
        indexes = [models.Index(fields=["contract", "starts_at"], name="suspension_of_contract")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="begun_once", exclude=["status", "ended_at", "ended_by", "end_reason"]),
            pgtrigger.Protect(
                name="ended_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

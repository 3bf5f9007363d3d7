"""Changes and stops of functions, as customers were told of them beforehand (rift/16.1)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.enums import FunctionChangeKind
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class FunctionChange(models.Model):
    """A function that is added, changes or stops; shorter than the notice that is due only with its urgency."""

    public_id = PublicIdField(prefix="fch")
    kind = models.CharField(_("what happens"), max_length=16, choices=FunctionChangeKind)
    function_ko = models.CharField(_("function (Korean)"), max_length=120)
    function_en = models.CharField(_("function (English)"), max_length=120)
    what_ko = models.TextField(_("what it means (Korean)"), max_length=4000)
    what_en = models.TextField(_("what it means (English)"), max_length=4000)
    effective_on = models.DateField(_("takes effect on"))
    urgency = models.CharField(_("why it is urgent"), max_length=500, blank=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("announced by")
    )
    announced_at = models.DateTimeField(_("announced at"))
    told = models.PositiveIntegerField(_("customers told"))
    called_off_at = models.DateTimeField(_("called off at"), null=True)
    call_off_reason = models.CharField(_("why called off"), max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a function")
        verbose_name_plural = _("changes of functions")
        ordering = ["-id"]
        permissions = [("announce_functionchange", _("Can announce that functions change or stop"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(called_off_at__isnull=True, call_off_reason="")
                | Q(called_off_at__isnull=False) & ~Q(call_off_reason=""),
                name="function_change_called_off",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="told_once", exclude=["called_off_at", "call_off_reason"]),
            pgtrigger.Protect(
                name="called_off_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__called_off_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.function_ko


class FunctionChangeContract(models.Model):
    """A contract that a change touches."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="function_changes", verbose_name=_("contract"))
    change = models.ForeignKey(FunctionChange, models.PROTECT, related_name="contracts", verbose_name=_("change"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract that a change touches")
        verbose_name_plural = _("contracts that changes touch")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "contract", "change"], name="function_change_contract_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.contract}: {self.change}"

"""What was used under contracts (rift/7.1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from upstage_console.kernel.db import AppendOnlyQuerySet, append_only


class ContractUse(models.Model):
    """A number of units used under a contract; the same key is counted once."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="uses", db_index=False, verbose_name=_("contract")
    )
    key = models.CharField(_("key"), max_length=64)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    used_on = models.DateField(_("used on"))
    used_at = models.DateTimeField(_("used at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("use under a contract")
        verbose_name_plural = _("uses under contracts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "contract", "key"], name="contract_use_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="contract_use_of_something"),
        ]
        indexes = [models.Index(fields=["contract", "used_on"], name="contract_use_by_day")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.contract} {self.used_on}"

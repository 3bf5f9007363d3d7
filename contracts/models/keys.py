"""Keys by which a customer's systems speak to the API (rift/6.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from contracts.models.fee_changes import Seat
from upstage_console.kernel.db import AppendOnlyQuerySet, append_only


class ContractKey(models.Model):
    """Which contract a key opens, and whose seat it hangs on: without the seat it opens nothing."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="keys", verbose_name=_("contract"))
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="keys", verbose_name=_("seat"))
    key = models.OneToOneField(ApiKey, models.PROTECT, related_name="of_contract", verbose_name=_("API key"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of a contract")
        verbose_name_plural = _("keys of contracts")
        ordering = ["-id"]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.key)

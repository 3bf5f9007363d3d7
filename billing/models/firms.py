"""Firms: whom contracts are made with and invoices of contracts are sent to (rift/2.2, 7.2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Firm(models.Model):
    """A firm with its business registration number, as invoices and tax invoices name it."""

    public_id = PublicIdField(prefix="firm")
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    business_number = models.CharField(
        _("business registration number"), max_length=10, unique=True, help_text=_("ten digits, without hyphens")
    )
    representative = models.CharField(_("representative"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    business_type = models.CharField(_("type of business"), max_length=80, blank=True)
    business_item = models.CharField(_("item of business"), max_length=80, blank=True)
    invoice_email = models.EmailField(_("e-mail address for invoices"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.KOREAN)
    registered_at = models.DateTimeField(_("registered at"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("firm")
        verbose_name_plural = _("firms")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(business_number__regex=r"^[0-9]{10}$"), name="firm_number_of_ten"),
            models.CheckConstraint(condition=~Q(name=""), name="firm_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def number_shown(self) -> str:
        """The number as it is written: `931-81-42931`."""
        return f"{self.business_number[:3]}-{self.business_number[3:5]}-{self.business_number[5:]}"

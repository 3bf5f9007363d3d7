"""What credits are held for: the use that a hold was placed for (upstage/15.3)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.catalogue import Meter
from upstage_console.kernel.db import AppendOnlyQuerySet, append_only


class HeldUse(models.Model):
    """The use a hold was placed for, as it was estimated; what is captured may be less, and rated by another price."""

    hold = models.OneToOneField(
        "credits.Hold", models.PROTECT, primary_key=True, related_name="use", verbose_name=_("hold")
    )
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+", db_index=False, verbose_name=_("meter"))
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("API key")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    add_ons = ArrayField(models.TextField(), default=list, verbose_name=_("add-ons"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("use that is held for")
        verbose_name_plural = _("uses that are held for")
        ordering = ["-hold_id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.meter} × {self.quantity.normalize():f}"

"""Base exchange rates, published with their history (upstage/17.1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.db import AppendOnlyQuerySet, append_only
from upstage_console.kernel.figures import grouped


class ExchangeRate(models.Model):
    """So many won are the base for one unit of `currency` from a KST day on: what new prices are worked out with."""

    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("won"), max_digits=14, decimal_places=4)
    effective_on = models.DateField(_("effective on"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("base exchange rate")
        verbose_name_plural = _("base exchange rates")
        ordering = ["currency", "-effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "effective_on"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return grouped(self.rate)

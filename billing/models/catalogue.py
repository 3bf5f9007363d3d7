"""The catalogue of individual services and their prices, published with history (upstage/8.1, 17.1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import Category
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, append_only


class Service(models.Model):
    """An individual service, with its own terms where it has some."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    category = models.CharField(_("category"), max_length=16, choices=Category)
    name_ko = models.CharField(_("name (Korean)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    description_ko = models.TextField(_("description (Korean)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    terms = models.CharField(_("own terms"), max_length=40, blank=True, help_text=_("code of the document"))
    is_listed = models.BooleanField(_("published"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class Meter(models.Model):
    """What is counted of a service: pages, input tokens."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="meters", verbose_name=_("service"))
    code = models.SlugField(_("code"), max_length=40)
    unit_ko = models.CharField(_("unit (Korean)"), max_length=40)
    unit_en = models.CharField(_("unit (English)"), max_length=40)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")
        ordering = ["service", "code"]
        constraints = [models.UniqueConstraint(fields=["service", "code"], name="meter_once")]

    def __str__(self) -> str:
        return f"{self.service.code} {self.code}"


class Price(models.Model):
    """What `per` units of a meter cost from the KST day `effective_on` until a later price takes its place."""

    meter = models.ForeignKey(Meter, models.PROTECT, related_name="prices", verbose_name=_("meter"))
    currency = models.CharField(_("currency"), max_length=3)
    unit_price = models.DecimalField(_("price"), max_digits=20, decimal_places=6)
    per = models.PositiveIntegerField(_("per"), default=1, help_text=_("units that the price buys"))
    effective_on = models.DateField(_("effective on"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["meter", "currency", "-effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["meter", "currency", "effective_on"], name="price_once_a_day"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(per__gt=0), name="price_per_something"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.unit_price.normalize():f} {self.currency} / {self.per}"

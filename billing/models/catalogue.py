"""The catalogue of individual services and their prices, published with history (upstage/8.1, 17.1)."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.enums import AddOnKind, Category, Stage
from billing.models.promotions import PricePromotion
from billing.rules.steps import Step, steps_of
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, append_only
from upstage_console.kernel.wording import money, tongue


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
    stage = models.CharField(_("stage"), max_length=16, choices=Stage, default=Stage.GENERAL)
    offered_until = models.DateField(_("offered until"), null=True, blank=True, help_text=_("of a demo or beta"))
    has_own_prices = models.BooleanField(
        _("has prices of members' own"), default=False, help_text=_("trials, promotions or steps: looked for only then")
    )
    has_steps = models.BooleanField(_("has prices with steps"), default=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage="general", offered_until__isnull=True)
                | ~Q(stage="general") & Q(offered_until__isnull=False),
                name="service_limited_while_tried",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if tongue(get_language()) == "en" else self.name_ko


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
        return f"{self.service} · {self.unit_en if tongue(get_language()) == 'en' else self.unit_ko}"


class PriceQuerySet(AppendOnlyQuerySet):
    """Prices: those of the list, and what became of them where a use was rated otherwise."""

    def listed(self) -> Self:
        """The prices of the published list."""
        return self.filter(base__isnull=True)


class Price(models.Model):
    """What `per` units of a meter cost from the KST day `effective_on` until a later price takes its place.

    A price with a `base` is that price of the list with add-ons, a promotion or a free trial: made when it is first
    needed, with its `parts`, so that whatever was rated, charged and invoiced at it says how (ADR 0019).
    """

    meter = models.ForeignKey(Meter, models.PROTECT, related_name="prices", verbose_name=_("meter"))
    currency = models.CharField(_("currency"), max_length=3)
    unit_price = models.DecimalField(_("price"), max_digits=28, decimal_places=12)
    per = models.PositiveIntegerField(_("per"), default=1, help_text=_("units that the price buys"))
    effective_on = models.DateField(_("effective on"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    base = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="variants", db_index=False, verbose_name=_("price of the list")
    )
    chosen = ArrayField(models.TextField(), default=list, verbose_name=_("add-ons chosen"))
    promotion = models.ForeignKey(
        PricePromotion, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("promotion")
    )
    is_trial = models.BooleanField(_("free trial"), default=False)
    parts = models.JSONField(_("parts"), null=True)
    step_starts = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=6), null=True, verbose_name=_("steps"),
        help_text=_("so many units of a member's month are before each"),
    )  # fmt: skip
    step_prices = ArrayField(
        models.DecimalField(max_digits=28, decimal_places=12), null=True, verbose_name=_("prices of the steps")
    )
    label_ko = models.CharField(_("with (Korean)"), max_length=100, blank=True, default="")
    label_en = models.CharField(_("with (English)"), max_length=100, blank=True, default="")

    objects = PriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["meter", "currency", "-effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["meter", "currency", "effective_on"], condition=Q(base__isnull=True), name="price_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["base", "chosen", "promotion", "is_trial"], condition=Q(base__isnull=False),
                name="price_variant_once", nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(per__gt=0), name="price_per_something"),
            models.CheckConstraint(
                condition=Q(base__isnull=True, chosen=[], promotion__isnull=True, is_trial=False, parts__isnull=True)
                | Q(base__isnull=False, parts__isnull=False),
                name="price_has_parts",
            ),
            models.CheckConstraint(
                condition=Q(step_starts__isnull=True, step_prices__isnull=True)
                | Q(step_starts__len__gte=2, step_starts__len=F("step_prices__len"), step_starts__0=0)
                & Q(unit_price=F("step_prices__0")),
                name="price_steps",
            ),
        ]  # fmt: skip
        triggers = append_only()

    def __str__(self) -> str:
        language = tongue(get_language())
        label = self.label_en if language == "en" else self.label_ko
        prices = " → ".join(money(price, self.currency, language) for price in self.prices)
        told = prices + (f" / {self.per:,}" if self.per > 1 else "")
        return f"{told} ({label})" if label else told

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps; none where every unit costs the same."""
        return steps_of(self.step_starts, self.step_prices)

    @property
    def prices(self) -> list[Decimal]:
        """What a unit costs: one price, or that of each step."""
        return self.step_prices or [self.unit_price]

    @property
    def can_cost(self) -> bool:
        """Whether any use at it costs something."""
        return any(self.prices)


class AddOn(models.Model):
    """What a member may choose with each use at a price of the list: a surcharge, or below 0 a discount (18.1).

    `value` is a percentage of the price, or an amount for as many units as the price is for.
    """

    price = models.ForeignKey(Price, models.PROTECT, related_name="add_ons", db_index=False, verbose_name=_("price"))
    code = models.CharField(_("code"), max_length=40)
    name_ko = models.CharField(_("name (Korean)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=AddOnKind)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("add-on")
        verbose_name_plural = _("add-ons")
        ordering = ["price", "code"]
        constraints = [models.UniqueConstraint(fields=["price", "code"], name="add_on_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.code

"""Promotions on prices: who joined pays so much less for a time, as the promotion's own terms say (upstage/18.5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.db import AppendOnlyQuerySet, PublicIdField, append_only


class PricePromotion(models.Model):
    """A discount of whole percents on what services cost, for those who joined, from one KST day to another."""

    public_id = PublicIdField(prefix="ppr")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_ko = models.CharField(_("name (Korean)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    terms_ko = models.TextField(_("terms (Korean)"))
    terms_en = models.TextField(_("terms (English)"))
    services = models.ManyToManyField("billing.Service", related_name="promotions", verbose_name=_("services"))
    percent = models.PositiveSmallIntegerField(_("percent"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), help_text=_("the last day"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion on prices")
        verbose_name_plural = _("promotions on prices")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="price_promotion_percent"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="price_promotion_ends"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_ko


class PromotionJoined(models.Model):
    """A member who joined a promotion on prices; it counts for what is used from then on."""

    promotion = models.ForeignKey(PricePromotion, models.PROTECT, related_name="joined", verbose_name=_("promotion"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="price_promotions", db_index=False, verbose_name=_("member")
    )
    joined_at = models.DateTimeField(_("joined at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a promotion on prices")
        verbose_name_plural = _("members of promotions on prices")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["member", "promotion"], name="price_promotion_joined_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.promotion_id}"

"""Third parties that a contract's service rests on, with their terms and what they changed (rift/5.3, 12)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.enums import Side, ThirdPartyKind, ThirdPartyMatter
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class ThirdParty(models.Model):
    """A third party of a contract: what it provides, on which terms, who contracts with it and who pays it."""

    public_id = PublicIdField(prefix="thp")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="third_parties", verbose_name=_("contract"))
    kind = models.CharField(_("kind"), max_length=16, choices=ThirdPartyKind)
    name = models.CharField(_("name"), max_length=120)
    terms_title = models.CharField(_("its terms"), max_length=200)
    terms_url = models.URLField(_("link to its terms"), max_length=500, blank=True)
    contracts_with = models.CharField(_("who contracts with it"), max_length=16, choices=Side)
    pays = models.CharField(_("who pays it"), max_length=16, choices=Side)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))
    ended_at = models.DateTimeField(_("no longer used since"), null=True)
    end_reason = models.CharField(_("why no longer used"), max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("third party")
        verbose_name_plural = _("third parties")
        ordering = ["-id"]
        permissions = [("list_thirdparty", _("Can list third parties of a contract and what they changed"))]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contract", "kind", "name"],
                condition=Q(ended_at__isnull=True),
                name="third_party_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | Q(ended_at__gte=F("added_at")) & ~Q(end_reason=""),
                name="third_party_ended_at",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="listed_once", exclude=["ended_at", "end_reason"]),
            pgtrigger.Protect(
                name="ended_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_kind_display()})"


class ThirdPartyChange(models.Model):
    """A price or terms that a third party changed, as the firm was told."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    third_party = models.ForeignKey(ThirdParty, models.PROTECT, related_name="changes", verbose_name=_("third party"))
    matter = models.CharField(_("what changes"), max_length=16, choices=ThirdPartyMatter)
    what_ko = models.TextField(_("what it means (Korean)"), max_length=4000)
    what_en = models.TextField(_("what it means (English)"), max_length=4000)
    effective_on = models.DateField(_("takes effect on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("change by a third party")
        verbose_name_plural = _("changes by third parties")
        ordering = ["-id"]
        indexes = [models.Index(fields=["third_party", "-id"], name="third_party_change")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.third_party}: {self.get_matter_display()}"

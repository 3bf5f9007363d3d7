"""Data that authorities demand: what is asked, what little is given, and when the customer is told (rift/11.3)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums import DemandBasis, DisclosedData, DisclosureStatus
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from contracts.models.guards import kept, never_deleted
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only

DECIDED = ["approved", "refused", "released"]
GIVEN = ["approved", "released"]


class Disclosure(models.Model):
    """A demand of an authority for data of a customer; two people decide, and the customer hears of it."""

    public_id = PublicIdField(prefix="dsc")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="disclosures", verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, related_name="disclosures", verbose_name=_("contract")
    )
    authority = models.CharField(_("authority"), max_length=120)
    reference = models.CharField(_("number of the demand"), max_length=120)
    basis_kind = models.CharField(_("basis"), max_length=16, choices=DemandBasis)
    basis = models.CharField(_("statute and article, or court and number"), max_length=300)
    received_on = models.DateField(_("received on"))
    answer_by = models.DateField(_("to be answered until"), null=True)
    status = models.CharField(_("status"), max_length=16, choices=DisclosureStatus, default=DisclosureStatus.PROPOSED)
    bar_basis = models.CharField(
        _("why the customer is not told yet"), max_length=300, blank=True, help_text=_("the statute that forbids it")
    )
    barred_until = models.DateField(_("not to be told until the end of"), null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("second person")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    told_at = models.DateTimeField(_("customer told at"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("given out by")
    )
    released_at = models.DateTimeField(_("given out at"), null=True)
    handed = models.CharField(_("to whom, how, and what proves it"), max_length=1000, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("disclosure to an authority")
        verbose_name_plural = _("disclosures to authorities")
        ordering = ["-id"]
        permissions = [
            ("propose_disclosure", _("Can write down and carry out demands of authorities")),
            ("approve_disclosure", _("Can approve that data is given to an authority")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "authority", "reference"], name="disclosure_once"),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, decided_at__isnull=False) | ~Q(status__in=DECIDED),
                name="disclosure_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=GIVEN) | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="disclosure_two_people",
            ),
            models.CheckConstraint(
                condition=Q(barred_until__isnull=True, bar_basis="") | Q(barred_until__isnull=False) & ~Q(bar_basis=""),
                name="disclosure_bar_has_basis",
            ),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False) & ~Q(handed="")
                | ~Q(status="released") & Q(released_at__isnull=True),
                name="disclosure_released_at",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True)
                | Q(barred_until__isnull=False)
                | Q(told_at__isnull=False, told_at__lte=F("released_at")),
                name="disclosure_told_before",
            ),
        ]
        triggers = [
            never_deleted(),
            kept("demand_is_kept", "customer_id", "contract_id", "authority", "reference", "basis_kind", "basis",
                 "received_on", "answer_by", "proposed_by_id", "proposed_at"),
            kept("decision_is_kept", "decided_by_id", "decided_at", since="decided_at"),
            kept("notice_is_kept", "told_at", "barred_until", "bar_basis", since="told_at"),
            kept("release_is_kept", "status", "released_by_id", "released_at", "handed", since="released_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.authority} {self.reference}"


class DisclosureItem(models.Model):
    """One kind of data that was demanded: given as narrowly as it can be, and why, or withheld."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    disclosure = models.ForeignKey(
        Disclosure, models.PROTECT, related_name="items", db_index=False, verbose_name=_("disclosure")
    )
    data = models.CharField(_("data"), max_length=16, choices=DisclosedData)
    is_given = models.BooleanField(pgettext_lazy("disclosure", "given"))
    extent = models.CharField(_("which of it: whose, from when to when"), max_length=300, blank=True)
    why = models.CharField(_("why it is needed, or withheld"), max_length=500)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("data of a disclosure")
        verbose_name_plural = _("data of disclosures")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "disclosure", "data"], name="disclosure_item_once"),
            models.CheckConstraint(condition=~Q(why=""), name="disclosure_item_reasoned"),
            models.CheckConstraint(condition=Q(is_given=False) | ~Q(extent=""), name="disclosure_item_narrow"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.get_data_display()

"""Contracts with their terms and fees (rift/4.1, 7.1, 15.1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.enums import BOUND_STATES, ConclusionKind, ContractStatus, FeeKind
from contracts.models.customers import Customer
from upstage_console.kernel.db import LockingQuerySet, PublicIdField

BOUND = [state.value for state in BOUND_STATES]


class Contract(models.Model):
    """What was agreed with a customer; once concluded its terms are final, and changed by change orders only."""

    public_id = PublicIdField(prefix="ctr")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts", verbose_name=_("customer"))
    title = models.CharField(_("title"), max_length=120)
    status = models.CharField(_("status"), max_length=16, choices=ContractStatus, default=ContractStatus.DRAFT)
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    starts_on = models.DateField(_("starts on"), null=True, help_text=_("empty: on the day of conclusion"))
    months = models.PositiveSmallIntegerField(_("months"), null=True)
    ends_on = models.DateField(_("ends on"), null=True)
    term_why = models.JSONField(_("how the term was counted"), default=dict)
    payment_days = models.PositiveSmallIntegerField(
        _("days to pay"), null=True, help_text=_("from receipt of the invoice (rift/7.2)")
    )
    late_rate = models.DecimalField(
        _("late interest"), max_digits=6, decimal_places=3, null=True, help_text=_("percent a year (rift/7.3)")
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"))
    concluded_at = models.DateTimeField(_("concluded at"), null=True)
    concluded_on = models.DateField(_("concluded on"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, help_text=_("rejected, voided or terminated"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-id"]
        permissions = [
            ("draft_contract", _("Can draft a contract")),
            ("reject_contract", _("Can reject or void a contract")),
            ("conclude_contract", _("Can conclude a contract")),
            ("view_evidence", _("Can open evidence and files of contracts")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=BOUND, concluded_at__isnull=False, concluded_on__isnull=False,
                            starts_on__isnull=False, ends_on__isnull=False)
                | ~Q(status__in=BOUND) & Q(concluded_at__isnull=True, concluded_on__isnull=True),
                name="contract_concluded_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["rejected", "voided", "terminated"], ended_at__isnull=False)
                | ~Q(status__in=["rejected", "voided", "terminated"]) & Q(ended_at__isnull=True),
                name="contract_ended_at",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="contract_term",
            ),
            models.CheckConstraint(
                condition=Q(late_rate__isnull=True) | Q(late_rate__gte=0), name="contract_late_rate"
            ),
            models.CheckConstraint(condition=Q(months__isnull=True) | Q(months__gt=0), name="contract_months"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["customer", "-id"], name="contract_of_customer"),
            models.Index(fields=["ends_on"], condition=Q(status__in=["concluded", "suspended"]), name="contract_ends"),
        ]

    def __str__(self) -> str:
        return self.title


class ContractFee(models.Model):
    """One fee of a contract, in its order: a contract combines as many as it wants (rift/7.1)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="fees", verbose_name=_("contract"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=16, choices=FeeKind)
    what = models.CharField(_("what"), max_length=120, blank=True)
    amount = models.DecimalField(
        _("amount"), max_digits=20, decimal_places=6,
        help_text=_("without tax: a month, a user and month, a project, or a unit"),
    )  # fmt: skip
    included = models.DecimalField(
        _("included"), max_digits=20, decimal_places=6, null=True, help_text=_("users ordered, or units that are free")
    )
    prepaid = models.PositiveSmallIntegerField(_("months billed ahead"), null=True)
    milestone = models.CharField(_("milestone"), max_length=80, blank=True)
    steps = models.JSONField(
        _("steps"), default=list, blank=True, help_text=_("prices per unit from a number of units on")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("fee of a contract")
        verbose_name_plural = _("fees of contracts")
        ordering = ["contract", "position"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "contract", "position"], name="contract_fee_position"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="contract_fee_not_negative"),
            models.CheckConstraint(
                condition=Q(included__isnull=True) | Q(included__gte=0) & Q(kind__in=["seat", "usage"]),
                name="contract_fee_included",
            ),
            models.CheckConstraint(
                condition=Q(prepaid__isnull=True) | Q(prepaid__gt=0) & Q(kind="flat"), name="contract_fee_prepaid"
            ),
            models.CheckConstraint(condition=Q(milestone="") | Q(kind="project"), name="contract_fee_milestone"),
        ]

    def __str__(self) -> str:
        return self.what or self.get_kind_display()


class ContractFile(models.Model):
    """A file of a contract, byte for byte, known by its hash; nobody changes it, whatever role they have (rift/4.1)."""

    public_id = PublicIdField(prefix="fil")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="files", verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, related_name="files", verbose_name=_("contract"))
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(_("hash"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a contract")
        verbose_name_plural = _("files of contracts")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="contract_file_not_empty")]

    def __str__(self) -> str:
        return self.name


class Conclusion(models.Model):
    """The evidence that a contract came into being: how, who, when, and the hash of what was agreed (rift/4.1)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    contract = models.OneToOneField(Contract, models.PROTECT, related_name="conclusion", verbose_name=_("contract"))
    kind = models.CharField(_("how"), max_length=16, choices=ConclusionKind)
    concluded_on = models.DateField(_("concluded on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    sha256 = models.CharField(_("hash of what was agreed"), max_length=64)
    evidence = models.ForeignKey(ContractFile, models.PROTECT, null=True, related_name="+", verbose_name=_("evidence"))
    facts = models.JSONField(_("facts"), default=dict)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("conclusion of a contract")
        verbose_name_plural = _("conclusions of contracts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.contract} {self.get_kind_display()}"

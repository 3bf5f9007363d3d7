"""Documents of contracts in versions: quotes, order forms, statements of work, change orders (rift/2.4, 5.2)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums import BINDING_DOCUMENTS, ConclusionKind, DocumentStatus, PaperKind, SowPart
from contracts.models.contracts import Contract, ContractFile
from contracts.models.customers import Customer
from upstage_console.kernel.db import LockingQuerySet, PublicIdField

BINDING = [status.value for status in BINDING_DOCUMENTS]


class ContractDocument(models.Model):
    """One version of a document; what was offered keeps its words, what was accepted or signed keeps everything."""

    public_id = PublicIdField(prefix="doc")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="documents", verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="documents", verbose_name=_("contract"))
    kind = models.CharField(_("kind"), max_length=16, choices=PaperKind)
    series = models.PositiveSmallIntegerField(_("number"), help_text=_("of the documents of this kind"))
    revision = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    status = models.CharField(_("status"), max_length=16, choices=DocumentStatus, default=DocumentStatus.DRAFT)
    is_deed = models.BooleanField(
        _("the contract itself"), default=False, help_text=_("the order form that states term and fees")
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followed_by", verbose_name=_("made from")
    )
    says = models.JSONField(_("what it says"), default=dict, help_text=_("topic and value"))
    prevails_over = ArrayField(
        models.CharField(max_length=64), default=list, verbose_name=_("prevails over"),
        help_text=_("public ids of documents it says to prevail over"),
    )  # fmt: skip
    file = models.ForeignKey(ContractFile, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    sha256 = models.CharField(_("hash"), max_length=64, blank=True)
    valid_until = models.DateField(_("offer valid until"), null=True)
    effective_on = models.DateField(_("effective on"), null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    offered_at = models.DateTimeField(_("offered at"), null=True)
    bound_at = models.DateTimeField(_("accepted or signed at"), null=True)
    bound_how = models.CharField(_("how"), max_length=16, choices=ConclusionKind, blank=True)
    bound_facts = models.JSONField(_("evidence in words"), default=dict)
    evidence = models.ForeignKey(
        ContractFile, models.PROTECT, null=True, related_name="+", verbose_name=_("evidence")
    )  # fmt: skip
    closed_at = models.DateTimeField(_("superseded or voided at"), null=True)
    close_reason = models.CharField(_("why"), max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a contract")
        verbose_name_plural = _("documents of contracts")
        ordering = ["contract", "-id"]
        permissions = [("file_contractdocument", _("Can file documents of contracts"))]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contract", "kind", "series", "revision"], name="contract_document_revision"
            ),
            models.UniqueConstraint(
                fields=["customer", "contract", "kind", "series"],
                condition=~Q(status__in=["superseded", "voided"]), name="contract_document_one_active",
            ),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(is_deed=True) & ~Q(status__in=["superseded", "voided"]),
                name="contract_document_one_deed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=BINDING, bound_at__isnull=False, effective_on__isnull=False) & ~Q(bound_how="")
                | ~Q(status__in=BINDING) & Q(bound_at__isnull=True, bound_how=""),
                name="contract_document_bound_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["superseded", "voided"], closed_at__isnull=False)
                | ~Q(status__in=["superseded", "voided"]) & Q(closed_at__isnull=True),
                name="contract_document_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "superseded", "voided"]) | ~Q(sha256=""),
                name="contract_document_offered_has_hash",
            ),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="contract_document_follows_another"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Sow(models.Model):
    """What a statement of work says beyond its rows: its period and how deliverables are accepted (rift/5.2)."""

    document = models.OneToOneField(ContractDocument, models.PROTECT, related_name="sow", verbose_name=_("document"))
    period_from = models.DateField(pgettext_lazy("period", "from"))
    period_to = models.DateField(pgettext_lazy("period", "to"))
    inspection_days = models.PositiveSmallIntegerField(_("days to inspect"), null=True)
    silence_accepts = models.BooleanField(_("silence accepts"), default=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of work")
        verbose_name_plural = _("statements of work")
        constraints = [
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="sow_period"),
            models.CheckConstraint(
                condition=Q(silence_accepts=False) | Q(inspection_days__isnull=False), name="sow_silence_needs_days"
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)


class SowRow(models.Model):
    """One row of a statement of work: a function, a role with its person-months, a deliverable and so on."""

    sow = models.ForeignKey(Sow, models.PROTECT, related_name="rows", verbose_name=_("statement of work"))
    part = models.CharField(_("part"), max_length=16, choices=SowPart)
    position = models.PositiveSmallIntegerField(_("position"))
    what = models.CharField(_("what"), max_length=200)
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    person_months = models.DecimalField(_("person-months"), max_digits=8, decimal_places=2, null=True)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6, null=True)
    due_on = models.DateField(_("due on"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a statement of work")
        verbose_name_plural = _("rows of statements of work")
        ordering = ["sow", "part", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sow", "part", "position"], name="sow_row_position"),
            models.CheckConstraint(
                condition=Q(part="staffing", person_months__gt=0) | ~Q(part="staffing") & Q(person_months__isnull=True),
                name="sow_row_person_months",
            ),
        ]

    def __str__(self) -> str:
        return self.what

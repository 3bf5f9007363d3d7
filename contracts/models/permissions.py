"""What needs permission beforehand: resale and assignment, and references by the company (rift/10.2, 14.1, 19)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.enums import (
    OF_CONTRACT,
    OF_SERVICE,
    ApprovalKind,
    ApprovalStatus,
    ReferenceKind,
    ReferenceStatus,
    Side,
    SuccessionKind,
)
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from contracts.models.guards import kept, never_deleted
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only

KINDS_OF_SERVICE = [kind.value for kind in OF_SERVICE]
KINDS_OF_CONTRACT = [kind.value for kind in OF_CONTRACT]


class PriorApproval(models.Model):
    """A request for what needs the company's prior written approval, and the answer: for whom, for what, how long."""

    public_id = PublicIdField(prefix="pap")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="prior_approvals", verbose_name=_("contract"))
    kind = models.CharField(_("kind"), max_length=16, choices=ApprovalKind)
    to = models.CharField(_("third party"), max_length=120)
    service = models.CharField(_("service"), max_length=120, blank=True)
    purpose = models.CharField(_("purpose"), max_length=2000, blank=True)
    from_on = models.DateField(_("asked from"), null=True)
    until_on = models.DateField(_("asked until"), null=True)
    status = models.CharField(_("status"), max_length=16, choices=ApprovalStatus, default=ApprovalStatus.REQUESTED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("conditions or reasons"), max_length=2000, blank=True)
    starts_on = models.DateField(_("approved from"), null=True)
    ends_on = models.DateField(_("approved until"), null=True)
    ended_at = models.DateTimeField(_("ended early at"), null=True)
    ended_side = models.CharField(_("ended by"), max_length=16, choices=Side, blank=True)
    carried_out_on = models.DateField(_("carried out on"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("prior approval")
        verbose_name_plural = _("prior approvals")
        ordering = ["-id"]
        permissions = [
            ("request_priorapproval", _("Can write down a customer's request for approval")),
            ("decide_priorapproval", _("Can approve or refuse resale, delegation and assignment")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contract", "kind", "to", "service"], condition=Q(status="requested"),
                name="prior_approval_open_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=KINDS_OF_SERVICE) & ~Q(service="") | Q(kind__in=KINDS_OF_CONTRACT),
                name="prior_approval_names_service",
            ),
            models.CheckConstraint(
                condition=Q(status="requested", decided_at__isnull=True)
                | ~Q(status="requested") & Q(decided_at__isnull=False),
                name="prior_approval_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["approved", "ended"], starts_on__isnull=False, ends_on__isnull=False,
                            ends_on__gte=F("starts_on"))
                | ~Q(status__in=["approved", "ended"]) & Q(starts_on__isnull=True, ends_on__isnull=True),
                name="prior_approval_period",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) & ~Q(ended_side="")
                | ~Q(status="ended") & Q(ended_at__isnull=True, ended_side=""),
                name="prior_approval_ended_at",
            ),
            models.CheckConstraint(
                condition=Q(carried_out_on__isnull=True)
                | Q(kind__in=KINDS_OF_CONTRACT, starts_on__isnull=False, carried_out_on__gte=F("starts_on")),
                name="prior_approval_before_deed",
            ),
        ]  # fmt: skip
        triggers = [
            never_deleted(),
            kept("request_is_kept", "customer_id", "contract_id", "kind", "to", "service", "purpose", "from_on",
                 "until_on", "requested_by_id", "requested_at"),
            kept("answer_is_kept", "decided_by_id", "decided_at", "decision", "starts_on", "ends_on",
                 since="decided_at"),
            kept("end_is_kept", "ended_at", "ended_side", since="ended_at"),
            kept("deed_is_kept", "carried_out_on", since="carried_out_on"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.to}"


class ReferencePermission(models.Model):
    """A customer's consent that the company shows something of it: what, where, until when (rift/13, 14.1)."""

    public_id = PublicIdField(prefix="rfp")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="references", verbose_name=_("contract"))
    kind = models.CharField(_("what"), max_length=16, choices=ReferenceKind)
    scope = models.CharField(_("where and what for"), max_length=1000)
    until_on = models.DateField(_("until"))
    status = models.CharField(_("status"), max_length=16, choices=ReferenceStatus, default=ReferenceStatus.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_side = models.CharField(_("written down by"), max_length=16, choices=Side, blank=True)
    answer = models.CharField(_("conditions, reasons or proof"), max_length=1000, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference permission")
        verbose_name_plural = _("reference permissions")
        ordering = ["-id"]
        permissions = [
            ("ask_referencepermission", _("Can ask customers for references")),
            ("answer_referencepermission", _("Can write down a customer's answer about references")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="asked", answered_at__isnull=True, answered_side="")
                | ~Q(status="asked") & Q(answered_at__isnull=False),
                name="reference_answered_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["granted", "declined", "withdrawn"]) | ~Q(answered_side=""),
                name="reference_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="granted", answered_side="company") | ~Q(answer=""), name="reference_proved"
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | ~Q(status="withdrawn") & Q(withdrawn_at__isnull=True),
                name="reference_withdrawn_at",
            ),
        ]
        triggers = [
            never_deleted(),
            kept("question_is_kept", "customer_id", "contract_id", "kind", "scope", "until_on", "asked_by_id",
                 "asked_at"),
            kept("answer_is_kept", "answered_by_id", "answered_at", "answered_side", "answer", since="answered_at"),
            kept("end_is_kept", "withdrawn_at", since="withdrawn_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.scope[:60]}"


class Succession(models.Model):
    """The company's rights and duties go to another: announced to every customer beforehand (rift/19)."""

    public_id = PublicIdField(prefix="suc")
    kind = models.CharField(_("kind"), max_length=16, choices=SuccessionKind)
    successor = models.CharField(_("successor"), max_length=120)
    effective_on = models.DateField(_("effective on"))
    announced_on = models.DateField(_("announced on"))
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("announced by")
    )
    announced_at = models.DateTimeField(_("announced at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("succession of the company")
        verbose_name_plural = _("successions of the company")
        ordering = ["-id"]
        permissions = [("announce_succession", _("Can announce that another takes the company's place"))]
        constraints = [
            models.CheckConstraint(condition=Q(effective_on__gt=F("announced_on")), name="succession_announced_before")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.successor

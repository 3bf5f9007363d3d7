"""Reviews before a contract is accepted: credit, information security, conflict (rift/4.2)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.enums import RefusalGround, ReviewKind, ReviewStatus
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Review(models.Model):
    """One review of a contract with the facts that were seen; whoever asked for it never decides it."""

    public_id = PublicIdField(prefix="rvw")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="reviews", verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="reviews", verbose_name=_("contract"))
    kind = models.CharField(_("kind"), max_length=16, choices=ReviewKind)
    status = models.CharField(_("status"), max_length=16, choices=ReviewStatus, default=ReviewStatus.OPEN)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by"),
        help_text=_("who would approve it above the limit; a second person confirms"),
    )  # fmt: skip
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("second person")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    ground = models.CharField(_("ground of refusal"), max_length=24, choices=RefusalGround, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    facts = models.JSONField(_("facts seen"), default=dict)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]
        permissions = [
            ("review_credit", _("Can decide a review of credit")),
            ("review_security", _("Can decide a review of information security")),
            ("review_conflict", _("Can decide a review of conflicts")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contract", "kind"], condition=~Q(status="lapsed"), name="review_one_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["approved", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(status="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(status="lapsed"),
                name="review_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")), name="review_by_another"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("decided_by")) & ~Q(approver=F("requested_by")),
                name="review_second_person",
            ),
            models.CheckConstraint(condition=Q(status__in=["rejected", "lapsed"]) | Q(ground=""), name="review_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.get_kind_display()}"

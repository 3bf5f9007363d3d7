"""What firms were asked for to prove who they are and who acts for them, and what they handed in (rift/4.1)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.enums import ProofKind, ProofStatus
from contracts.models.contracts import Contract, ContractFile
from contracts.models.customers import Customer
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class ProofRequest(models.Model):
    """A registration certificate, a power of attorney or another proof: asked for, handed in as a file, or waived."""

    public_id = PublicIdField(prefix="prf")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="proofs", verbose_name=_("contract"))
    kind = models.CharField(_("kind"), max_length=16, choices=ProofKind)
    what = models.CharField(_("what"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=ProofStatus, default=ProofStatus.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("asked for until"))
    file = models.ForeignKey(ContractFile, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)
    waive_reason = models.CharField(_("why waived"), max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof that was asked for")
        verbose_name_plural = _("proofs that were asked for")
        ordering = ["-id"]
        permissions = [("ask_proof", _("Can ask a firm for proofs, file and waive them"))]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contract", "kind", "what"], condition=Q(status="asked"), name="proof_asked_once"
            ),
            models.CheckConstraint(condition=~Q(kind="other") | ~Q(what=""), name="proof_other_named"),
            models.CheckConstraint(
                condition=Q(status="asked", closed_at__isnull=True, file__isnull=True, waive_reason="")
                | Q(status="handed_in", closed_at__isnull=False, file__isnull=False, waive_reason="")
                | Q(status="waived", closed_at__isnull=False, file__isnull=True) & ~Q(waive_reason=""),
                name="proof_closed_how",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="asked_once", exclude=["status", "file", "closed_by", "closed_at", "waive_reason"]
            ),
            pgtrigger.Protect(
                name="closed_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.what or self.get_kind_display()

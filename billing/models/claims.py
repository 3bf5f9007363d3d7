"""Claims against a member: a penalty for improper use, or damages with legal fees and expenses (upstage/18.6, 25)."""

from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import ClaimKind, HeadKind
from billing.models.invoices import Invoice
from billing.models.proposals import Proposal, by_two
from upstage_console.kernel.db import AppendOnlyQuerySet, PublicIdField, append_only


class MemberClaim(Proposal):
    """What the company claims of a member; approved by a second person, it is invoiced apart from service fees."""

    public_id = PublicIdField(prefix="clm")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="claims", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=16, choices=ClaimKind)
    what_ko = models.TextField(_("what happened (Korean)"), max_length=2000)
    what_en = models.TextField(_("what happened (English)"), max_length=2000)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    why = models.JSONField(_("how it was counted"), default=dict)
    invoice = models.OneToOneField(Invoice, models.PROTECT, null=True, related_name="claim", verbose_name=_("invoice"))

    class Meta:
        verbose_name = _("claim against a member")
        verbose_name_plural = _("claims against members")
        ordering = ["-id"]
        permissions = [
            ("propose_memberclaim", _("Can claim a penalty or damages of a member")),
            ("approve_memberclaim", _("Can decide on a claim against a member")),
        ]
        constraints = [
            *by_two("member_claim"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="member_claim_not_negative"),
            models.CheckConstraint(
                condition=Q(status="approved", invoice__isnull=False) | ~Q(status="approved") & Q(invoice__isnull=True),
                name="member_claim_is_invoiced",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="member_claim_of_member")]

    def __str__(self) -> str:
        return self.public_id


class PenaltySheet(models.Model):
    """How a penalty was counted: the fees that should have been paid from the first day of the conduct, times a factor.

    `rated` is what the system rated for those days; `base` is the same, or what staff entered instead, with the reason.
    """

    claim = models.OneToOneField(MemberClaim, models.PROTECT, related_name="sheet", verbose_name=_("claim"))
    first_on = models.DateField(_("first day of the conduct"))
    last_on = models.DateField(_("last day counted"))
    rated = models.DecimalField(_("rated by the system"), max_digits=24, decimal_places=6)
    base = models.DecimalField(_("base"), max_digits=24, decimal_places=6)
    base_reason = models.CharField(_("why another base"), max_length=500, blank=True)
    factor = models.DecimalField(_("factor"), max_digits=8, decimal_places=6)
    limit = models.DecimalField(_("limit"), max_digits=22, decimal_places=2)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("penalty worksheet")
        verbose_name_plural = _("penalty worksheets")
        constraints = [
            models.CheckConstraint(condition=Q(factor__gt=0, factor__lte=10), name="penalty_factor"),
            models.CheckConstraint(condition=Q(base__gte=0, rated__gte=0), name="penalty_base_not_negative"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="penalty_days"),
            models.CheckConstraint(
                condition=Q(base=F("rated")) | ~Q(base_reason=""), name="penalty_other_base_has_why"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.base.normalize():f} × {self.factor.normalize():f}"


class ClaimHead(models.Model):
    """One part of a claim against a member."""

    claim = models.ForeignKey(MemberClaim, models.PROTECT, related_name="heads", verbose_name=_("claim"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=16, choices=HeadKind)
    what = models.CharField(_("what"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("head of a claim")
        verbose_name_plural = _("heads of claims")
        ordering = ["claim", "position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="claim_head_position"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="claim_head_not_negative"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.what}" if self.what else str(self.get_kind_display())


class ClaimEvidence(models.Model):
    """A file that proves a claim, known by its hash; the member sees that it is there, and opens what is shown."""

    claim = models.ForeignKey(MemberClaim, models.PROTECT, related_name="evidence", verbose_name=_("claim"))
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to="claims/%Y/%m", max_length=200, blank=True)
    sha256 = models.CharField(_("hash"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    is_shown = models.BooleanField(_("the member may open it"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence of a claim")
        verbose_name_plural = _("evidence of claims")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["claim", "sha256"], name="claim_evidence_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.name

    @property
    def name_of_file(self) -> str:
        """What the file is called where it is saved: by its hash, with the ending it came with."""
        return f"{self.sha256[:16]}{PurePath(self.file.name or '').suffix}"

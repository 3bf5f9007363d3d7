"""What a member claims of the company, how much of it is payable, and what was paid (upstage/24)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import DamageCause, Fault
from billing.models.proposals import Proposal, by_two
from upstage_console.kernel.db import AppendOnlyQuerySet, PublicIdField, append_only


class LiabilityClaim(Proposal):
    """A worksheet: what is claimed for an incident, what of it is out, the cap with every payment, what is payable."""

    public_id = PublicIdField(prefix="lia")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="liability_claims", verbose_name=_("member")
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followed_by", verbose_name=_("more of the same incident")
    )
    incident_on = models.DateField(_("day of the incident"))
    what_ko = models.TextField(_("what happened (Korean)"), max_length=2000)
    what_en = models.TextField(_("what happened (English)"), max_length=2000)
    fault = models.CharField(_("fault"), max_length=16, choices=Fault)
    cause = models.CharField(_("cause that is left out"), max_length=16, choices=DamageCause, blank=True)
    claimed = models.DecimalField(_("claimed"), max_digits=20, decimal_places=2)
    excluded = models.DecimalField(_("excluded damage"), max_digits=20, decimal_places=2)
    window_from = models.DateField(_("fees paid from"))
    window_to = models.DateField(_("fees paid until"))
    cap = models.DecimalField(_("cap"), max_digits=20, decimal_places=2)
    already_paid = models.DecimalField(_("paid before"), max_digits=20, decimal_places=2)
    is_capped = models.BooleanField(_("capped"))
    payable = models.DecimalField(_("payable"), max_digits=20, decimal_places=2)
    fees = models.JSONField(_("payments counted"), default=list)
    why = models.JSONField(_("how it was counted"), default=dict)

    class Meta:
        verbose_name = _("claim against the company")
        verbose_name_plural = _("claims against the company")
        ordering = ["-id"]
        permissions = [
            ("propose_liabilityclaim", _("Can work out a claim against the company")),
            ("approve_liabilityclaim", _("Can decide on a claim against the company")),
        ]
        constraints = [
            *by_two("liability_claim"),
            models.CheckConstraint(
                condition=Q(
                    excluded__gte=0, claimed__gt=0, excluded__lte=F("claimed"), cap__gte=0, already_paid__gte=0
                ),
                name="liability_claim_amounts",
            ),
            models.CheckConstraint(
                condition=Q(payable__gte=0, payable__lte=F("claimed")), name="liability_claim_payable"
            ),
            models.CheckConstraint(
                condition=Q(window_to__lt=F("incident_on"), window_from__lte=F("window_to")),
                name="liability_claim_window",
            ),
            models.CheckConstraint(
                condition=Q(cause="") | ~Q(fault="ordinary") | Q(excluded=F("claimed"), payable=0),
                name="liability_claim_left_out",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="liability_claim_of_member")]

    def __str__(self) -> str:
        return self.public_id


class LiabilityHead(models.Model):
    """One part of what is claimed: direct damage, or damage that the terms exclude (upstage/24.2)."""

    claim = models.ForeignKey(LiabilityClaim, models.PROTECT, related_name="heads", verbose_name=_("claim"))
    position = models.PositiveSmallIntegerField(_("position"))
    what = models.CharField(_("what"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    is_excluded = models.BooleanField(_("indirect, special, consequential or punitive"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("head of a claim against the company")
        verbose_name_plural = _("heads of claims against the company")
        ordering = ["claim", "position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="liability_head_position"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="liability_head_of_something"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.what


class Compensation(Proposal):
    """Money that the company paid for an incident, as it was recorded by two people."""

    public_id = PublicIdField(prefix="cpn")
    claim = models.ForeignKey(LiabilityClaim, models.PROTECT, related_name="compensations", verbose_name=_("claim"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="compensations", verbose_name=_("member")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    how = models.CharField(_("how it was paid"), max_length=200, help_text=_("for example the number of the transfer"))

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        ordering = ["-id"]
        permissions = [
            ("propose_compensation", _("Can record compensation that was paid")),
            ("approve_compensation", _("Can confirm compensation that was paid")),
        ]
        constraints = [
            *by_two("compensation"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="compensation_of_something"),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="compensation_of_member")]

    def __str__(self) -> str:
        return self.public_id

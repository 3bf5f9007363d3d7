"""Late fees that the company does not insist on (upstage/18.2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from billing.models.proposals import Proposal, by_two
from upstage_console.kernel.db import PublicIdField


class LateFeeWaiver(Proposal):
    """So much of an invoice's late fee is waived; the principal stays owed."""

    public_id = PublicIdField(prefix="wvr")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="waivers", verbose_name=_("invoice"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="late_fee_waivers", verbose_name=_("member")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)

    class Meta:
        verbose_name = _("waiver of a late fee")
        verbose_name_plural = _("waivers of late fees")
        ordering = ["-id"]
        permissions = [
            ("propose_latefeewaiver", _("Can propose to waive a late fee")),
            ("approve_latefeewaiver", _("Can decide on the waiver of a late fee")),
        ]
        constraints = [
            *by_two("late_fee_waiver"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="late_fee_waiver_of_something"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status="proposed"), name="late_fee_waiver_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

"""A member's account: the row that every movement of the member's credits locks first."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Member
from credits.models.guards import moved_only_by_entries
from upstage_console.kernel.db import LockingQuerySet


class Account(models.Model):
    """What remains in a member's lots (expired ones too, until their entry is posted), and the last entry's number.

    `held` is what holds reserve of it, those included whose time is over until somebody lets go of them.
    """

    member = models.OneToOneField(
        Member, models.PROTECT, primary_key=True, related_name="credit_account", verbose_name=_("member")
    )
    currency = models.CharField(_("currency"), max_length=3)
    balance = models.DecimalField(_("balance"), max_digits=20, decimal_places=6, default=Decimal(0))
    held = models.DecimalField(
        pgettext_lazy("credits", "held"), max_digits=20, decimal_places=6, default=Decimal(0), db_default=Decimal(0)
    )
    sequence = models.BigIntegerField(_("last entry"), default=0)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit account")
        verbose_name_plural = _("credit accounts")
        ordering = ["-member_id"]
        constraints = [
            models.CheckConstraint(condition=Q(held__gte=0, held__lte=F("balance")), name="account_never_negative"),
        ]
        triggers = moved_only_by_entries("balance", "held", "sequence", fixed=("member_id", "currency"))

    def __str__(self) -> str:
        return f"{self.balance:f} {self.currency}"

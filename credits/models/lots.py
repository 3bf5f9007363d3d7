"""Lots: credits of one kind that came in together and expire together (upstage/2.8, 15.4)."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Member
from credits.enums import LotKind, LotSource
from credits.models.guards import begins_sound, moved_only_by_entries
from upstage_console.kernel.db import LockingQuerySet, PublicIdField

FIXED = (
    "id", "public_id", "member_id", "kind", "source", "amount", "granted_at", "expires_on", "expires_at",
    "purchase", "net", "tax", "reason", "clauses", "key",
)  # fmt: skip


class LotQuerySet(LockingQuerySet):
    def live(self, at: datetime) -> Self:
        """The lots that can pay at this instant, whatever jobs have run (upstage/15.4)."""
        return self.filter(spent=False, expires_at__gt=at)

    def forget(self, **blanks: Any) -> int:
        """Blank personal data; the lots stay (upstage/21.1)."""
        return self.update_past("fixed", **blanks)


class Lot(models.Model):
    """Credits that came in together. It never changes, but for what remains (only by entries) and what holds reserve.

    What is held remains; only the rest can be used otherwise.
    """

    public_id = PublicIdField(prefix="lot")
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="credit_lots", db_index=False, verbose_name=_("member")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=LotKind)
    source = models.CharField(_("source"), max_length=16, choices=LotSource)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    remaining = models.DecimalField(_("remaining"), max_digits=20, decimal_places=6, default=Decimal(0))
    held = models.DecimalField(
        pgettext_lazy("credits", "held"), max_digits=20, decimal_places=6, default=Decimal(0), db_default=Decimal(0)
    )
    # A column of its own, so that the indexes below stay still (HOT updates) while a lot burns down.
    spent = models.GeneratedField(
        expression=ExpressionWrapper(Q(remaining=0), output_field=models.BooleanField()),
        output_field=models.BooleanField(_("spent")),
        db_persist=True,
    )
    granted_at = models.DateTimeField(_("granted at"))
    expires_on = models.DateField(_("last day"))
    expires_at = models.DateTimeField(_("expires at"))
    purchase = models.CharField(_("purchase"), max_length=64, blank=True, help_text=_("public id of the purchase"))
    net = models.DecimalField(_("price without tax"), max_digits=20, decimal_places=6, null=True)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=6, null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    key = models.CharField(_("key"), max_length=200, null=True, help_text=_("the same key comes in once"))  # noqa: DJ001

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        permissions = [("grant_credits", _("Can grant credits"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="lot_once"),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=F("remaining"), remaining__lte=F("amount")), name="lot_in_range"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "expires_at"], condition=Q(spent=False), name="lot_live"),
            # Members are only carried along: as a key they would let the server look for one member's lots here.
            models.Index(fields=["expires_at"], include=["member"], condition=Q(spent=False), name="lot_expiring"),
            models.Index(fields=["member", "-id"], name="lot_of_member"),
            models.Index(fields=["purchase"], condition=~Q(purchase=""), name="lot_purchase"),
        ]
        triggers = [*moved_only_by_entries("remaining", "held", fixed=FIXED), begins_sound()]

    def __str__(self) -> str:
        return self.public_id

    @property
    def spare(self) -> Decimal:
        """What remains and is not held."""
        return self.remaining - self.held

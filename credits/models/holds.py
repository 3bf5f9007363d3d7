"""Holds: credits reserved for a use that is under way (upstage/15.3; docs/adr/0009-holds-debts-and-claims.md)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from credits.enums import HoldState
from credits.models.guards import ended_once, reservations_move_what_is_held
from credits.models.lots import Lot
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only
from upstage_console.kernel.wording import Phrase


class Hold(models.Model):
    """What may be captured until `expires_at`: at most `amount`, of which `reserved` was there (all, save on credit).

    Open, and then once ended: the statement that ends it frees in the same transaction what it reserves. Past its
    expiry it holds nothing, whatever jobs have run; `ended_at` is then that instant.
    """

    public_id = PublicIdField(prefix="hold")
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="credit_holds", db_index=False, verbose_name=_("member")
    )
    key = models.CharField(  # noqa: DJ001
        _("key"), max_length=200, null=True, help_text=_("the same key holds once")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    reserved = models.DecimalField(_("reserved"), max_digits=20, decimal_places=6)
    state = models.CharField(_("state"), max_length=16, choices=HoldState, default=HoldState.OPEN)
    at = models.DateTimeField(_("held at"))
    expires_at = models.DateTimeField(_("until"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name=_("ended by"),
    )  # fmt: skip
    charge = models.UUIDField(_("charge"), null=True, help_text=_("what captured it"))
    captured = models.DecimalField(_("captured"), max_digits=20, decimal_places=6, null=True)

    purpose: Phrase | None = None

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        permissions = [("release_hold", _("Can release a hold"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="hold_once"),
            models.UniqueConstraint(
                fields=["member", "charge"], condition=Q(charge__isnull=False), name="hold_charge_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, reserved__gte=0, reserved__lte=F("amount")), name="hold_amounts"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("at")), name="hold_lasts"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | Q(state__in=["captured", "released", "expired", "void"], ended_at__isnull=False),
                name="hold_ended_at",
            ),
            models.CheckConstraint(
                condition=Q(state="captured", charge__isnull=False, captured__gte=0, captured__lte=F("amount"))
                | ~Q(state="captured") & Q(charge__isnull=True, captured__isnull=True),
                name="hold_captured_by_a_charge",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "expires_at"], condition=Q(state="open"), name="hold_open"),
            models.Index(fields=["expires_at", "member"], condition=Q(state="open"), name="hold_expiring"),
            models.Index(fields=["member", "-id"], name="hold_of_member"),
        ]
        triggers = ended_once()

    def __str__(self) -> str:
        return self.public_id

    @property
    def freed(self) -> Decimal:
        """What was reserved and not used, once it has ended."""
        return max(self.reserved - (self.captured or Decimal(0)), Decimal(0))


class Reservation(models.Model):
    """What a hold reserves of a lot; below zero, what its end frees of it. Nothing else moves what is held.

    Hold, member and lot carry no foreign keys in the database: the trigger that applies a row finds all three.
    """

    hold = models.ForeignKey(
        Hold, models.PROTECT, related_name="reservations", db_index=False, db_constraint=False, verbose_name=_("hold")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("member")
    )
    lot = models.ForeignKey(
        Lot, models.PROTECT, related_name="reservations", db_index=False, db_constraint=False, verbose_name=_("lot")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["hold", "lot"], condition=Q(amount__gt=0), name="reservation_once"),
            models.UniqueConstraint(fields=["hold", "lot"], condition=Q(amount__lt=0), name="reservation_freed_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="reservation_has_an_amount"),
        ]
        indexes = [models.Index(fields=["lot"], condition=Q(amount__gt=0), name="reservation_of_lot")]
        triggers = [*append_only(), reservations_move_what_is_held()]

    def __str__(self) -> str:
        return f"{self.amount:f}"

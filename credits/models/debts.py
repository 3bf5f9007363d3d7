"""Debts: what charges left owing where credits did not cover them and the member may owe (upstage/2.7, 17.1)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from credits.models.guards import lowered_to_nothing_at_most
from upstage_console.kernel.db import AppendOnlyQuerySet, append_only

# A charge leaves owing once; corrections of it may follow, and are found by the same index.
CORRECTION_NUMBER = Case(When(amount__lt=0, then=F("id")), default=Value(0))


class Debt(models.Model):
    """What a charge left owing, written by the statement that burned it; below zero, what a correction took off it."""

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="credit_debts", db_index=False, verbose_name=_("member")
    )
    charge = models.UUIDField(_("charge"))
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("by")
    )
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("debt")
        verbose_name_plural = _("debts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("member", "charge", CORRECTION_NUMBER, name="debt_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="debt_has_an_amount"),
        ]
        triggers = [*append_only(), lowered_to_nothing_at_most()]

    def __str__(self) -> str:
        return f"{self.amount:f}"

"""Entries: every movement of credits, in order, with the balance before and after (rules.md, section 4)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from credits.enums import EntryKind
from credits.models.guards import entries_move_the_books
from credits.models.lots import Lot
from upstage_console.kernel.db import AppendOnlyQuerySet, PublicIdField, append_only

# A charge burns a lot once; corrections of it may follow, and are found by the same index.
CORRECTION_NUMBER = Case(When(kind="correction", then=F("sequence")), default=Value(0))


class Entry(models.Model):
    """One movement of one lot. Members count their own entries: 1, 2, 3 … without a gap.

    Member and lot carry no foreign key in the database: the trigger that applies an entry finds both or refuses it, and
    neither can be deleted. Nor does `by`, which an invariant keeps: all charges of a key are by one person, and each
    would lock that row. The same trigger refuses an entry whose sign or charge does not fit its kind, which costs
    less than constraints do. `at` is when it happened: an expiry's is the lot's last instant, whenever it was posted.
    """

    public_id = PublicIdField(prefix="ent", primary_key=True)
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("member")
    )
    sequence = models.BigIntegerField(_("number"))
    lot = models.ForeignKey(
        Lot, models.PROTECT, related_name="entries", db_index=False, db_constraint=False, verbose_name=_("lot")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=EntryKind)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    balance_before = models.DecimalField(_("balance before"), max_digits=20, decimal_places=6)
    balance = models.DecimalField(_("balance"), max_digits=20, decimal_places=6)
    lot_remaining = models.DecimalField(_("left in the lot"), max_digits=20, decimal_places=6)
    charge = models.UUIDField(
        _("charge"), null=True, help_text=_("what was used and burned together; of a correction, what it undoes")
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False,
        verbose_name=_("by"),
    )  # fmt: skip
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-member_id", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["member", "sequence"], name="entry_number_once"),
            # Charges have ids that begin with their time, and a lot is of one member: led by the charge, new ones stand
            # together at the end of the index.
            models.UniqueConstraint(
                "charge",
                "lot",
                CORRECTION_NUMBER,
                condition=Q(charge__isnull=False),
                name="entry_charge_once",
            ),
        ]
        # Uses are nearly all entries: the others pass them over, and cost burning nothing.
        indexes = [
            models.Index(fields=["lot", "sequence"], name="entry_of_lot"),
            models.Index(fields=["member", "-at", "-sequence"], condition=~Q(kind="use"), name="entry_but_uses"),
            models.Index(fields=["at"], condition=Q(kind="expiry"), name="entry_expired"),
        ]
        triggers = [*append_only(), entries_move_the_books()]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.amount:f}"

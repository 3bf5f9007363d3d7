"""Undoing what a charge took: what it left owing first, then the credits it burned (upstage/20.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Member
from credits.errors import CorrectionTooLarge
from credits.services import accounts, burning
from credits.services.burning import Allocation
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount

CORRECT = "SELECT * FROM credits_correct(%s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Corrected:
    """How a charge was undone: `forgiven` of what was owed, the rest restored to its lots.

    Of what was restored, `lapsed` belongs to lots whose time is over, and expired at once. After it the member has
    `balance`, of which `available` is not held.
    """

    charge_id: UUID
    forgiven: Decimal
    allocations: tuple[Allocation, ...]
    lapsed: Decimal
    balance: Decimal
    available: Decimal

    @property
    def restored(self) -> Decimal:
        """The credits that went back to their lots."""
        return sum((part.amount for part in self.allocations), Decimal(0))


@enforces("upstage/20.3", "upstage/2.8")
@transaction.atomic
def correct(
    *,
    charge_id: UUID,
    member_id: int,
    amount: Decimal,
    reason: str,
    by: Any,
    at: datetime,
    clauses: Sequence[str] = ("upstage/20.3",),
) -> Corrected:
    """Undo so much of a charge: its debt is lowered first, then its lots are restored, the one burned last first.

    Lots keep their kind and their last day, so what comes back to one that is over is gone again at once, with an
    entry of its own. A charge may be corrected several times, together at most to nothing. Refuses `invalid_amount`
    (not above 0, or more than 6 decimals), `correction_too_large` (more than is left of the charge, or no such charge).
    """
    if not burning.checked(amount):
        raise InvalidAmount(facts={"amount": amount})
    actor = audit.actor(by)
    with connection.cursor() as cursor:
        cursor.execute(CORRECT, [charge_id, member_id, amount, list(clauses), reason, at, actor and actor.pk])
        outcome, most, forgiven, *parts, lapsed, _, balance, available = cursor.fetchone()
    if outcome == "exceeded":
        raise CorrectionTooLarge(facts=accounts.in_money(member_id, most=most, amount=amount))
    corrected = Corrected(charge_id, forgiven, burning.allocated(*parts), lapsed, balance, available)
    audit.record(
        "credits.correction", f"chg_{charge_id.hex}", by=by, at=at, about=Member.objects.get(pk=member_id),
        reason=reason, clauses=clauses,
        facts={"amount": amount, "forgiven": forgiven, "restored": corrected.restored, "lapsed": lapsed},
    )  # fmt: skip
    return corrected

"""Undoing part of a charge: what it left owing, then the lots that paid it, and every sum that told of it.

In a month that is closed the open one shows it as an adjustment or, where something was left owed for it, a credit note
takes it off the invoice (upstage/8.3, 18.1, 20.3).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Sum

from billing.enums import CORRECTION_MOVES, CorrectionStatus
from billing.errors import AlreadyInvoiced
from billing.models import Charge, InvoiceLine, UsageCorrection
from billing.queries import credit_notes as credited
from billing.services import corrected_sums, months
from credits.services import correcting
from credits.services.burning import Allocation
from credits.services.correcting import Corrected
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move

CLAUSES: Final = ("upstage/8.3", "upstage/18.1", "upstage/20.3")
NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone of a charge: in the ledger, on which billing month, and on which line of an invoice."""

    month: date
    line: InvoiceLine | None = None
    done: Corrected | None = None

    @property
    def lowered(self) -> Decimal:
        """What is no longer owed."""
        return self.done.forgiven if self.done else NOTHING

    @property
    def restored(self) -> Decimal:
        """What went back to lots."""
        return self.done.restored if self.done else NOTHING

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        """The lots that it went back to."""
        return self.done.allocations if self.done else ()


@enforces("upstage/8.3", "upstage/18.1", "upstage/20.3")
def undo(charge: Charge, amount: Decimal, *, reason: str, by: Any, at: datetime) -> Undone:
    """Undo so much of a charge in the ledger, in the caller's transaction, which holds its member.

    Refuses `already_invoiced` (its month is just being invoiced), `correction_too_large`.
    """
    require_transaction()
    month = months.open_for([charge.billing_month])[charge.billing_month]
    if not amount:
        return Undone(month)
    line = _invoiced(charge) if month != charge.billing_month else None
    done = correcting.correct(charge_id=_uuid(charge), member_id=charge.member_id, amount=amount, reason=reason, by=by,
                              at=at, clauses=CLAUSES)  # fmt: skip
    return Undone(charge.billing_month if line is not None else month, line, done)


def _invoiced(charge: Charge) -> InvoiceLine | None:
    """The line of the closed month's invoice on which something of the charge is owed; None where nothing is."""
    lowered = charge.corrections.aggregate(sum=Sum("lowered"))["sum"] or NOTHING
    if charge.owed <= lowered:
        return None
    line = credited.line_of_charge(charge)
    if line is None:
        owed = Money(charge.owed - lowered, charge.currency)
        month = f"{charge.billing_month:%Y-%m}"
        raise AlreadyInvoiced(facts={"month": month, "owed": owed, "currency": charge.currency})
    return line


def _uuid(charge: Charge) -> UUID:
    field: Any = Charge._meta.get_field("public_id")
    found: UUID = field.get_prep_value(charge.public_id)
    return found


def apply(row: UsageCorrection, undone: Undone, *, lowered: Decimal, restored: Decimal, by: Any, at: datetime) -> None:
    """Carry out a correction: of what was undone `lowered` and `restored` are its own; day and hour fall with it."""
    move(row, CorrectionStatus.APPLIED, allowed=CORRECTION_MOVES, by=by, at=at, reason=row.reason, clauses=CLAUSES,
         decided_by=audit.actor(by), decided_at=at, billing_month=undone.month, lowered=lowered,
         restored=restored)  # fmt: skip
    corrected_sums.lower(row)

"""Money that goes out to firms: owed once it was decided, written down when it was transferred (rift/15.3, 17.1)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from billing.models import Firm, FirmPayout
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, InvalidDates

CLAUSES: Final = ("rift/15.3", "rift/17.1")


@dataclass(frozen=True)
class Sent:
    """A transfer as the bank made it: on which day, under which number."""

    on: date
    reference: str


def decide(firm: Firm, subject: str, amount: Decimal, currency: str, *, at: datetime) -> FirmPayout:
    """Write down that so much is to be transferred for `subject`, once, in the caller's transaction.

    Refuses `already_done` where another amount was decided for it.
    """
    require_transaction()
    made, _ = FirmPayout.objects.get_or_create(
        firm=firm, subject=subject, defaults={"amount": amount, "currency": currency, "decided_at": at}
    )
    found: FirmPayout = made
    if (found.amount, found.currency) != (amount, currency):
        raise AlreadyDone(facts={"state": found.amount}, clauses=CLAUSES)
    return found


@enforces(*CLAUSES)
def note_sent(payout_id: str, sent: Sent, *, reason: str, by: Any, at: datetime) -> FirmPayout:
    """Write down that the money was transferred, once, in the caller's transaction.

    Refuses `not_found`, `already_done`, and `invalid_dates` for a day before the decision or to come.
    """
    require_transaction()
    row: FirmPayout = FirmPayout.objects.select_related("firm").locked().get_public(payout_id)
    if row.paid_on is not None:
        raise AlreadyDone(clauses=CLAUSES)
    first = kst_date(row.decided_at)
    if not first <= sent.on <= kst_date(at):
        raise InvalidDates(facts={"starts_on": first, "ends_on": sent.on}, clauses=CLAUSES)
    row.paid_on, row.reference, row.noted_at, row.noted_by = sent.on, sent.reference, at, audit.actor(by)
    row.save(update_fields=["paid_on", "reference", "noted_at", "noted_by"])
    audit.record("firm_payout.sent", row, by=by, at=at, about=row.firm, reason=reason, clauses=CLAUSES,
                 facts={"amount": row.amount, "for": row.subject, "reference": row.reference})  # fmt: skip
    return row

"""What an objection to a charge gives back when it is upheld (upstage/20.3).

What the charge left owing falls first, then what it burned goes back to the lots that paid, the one burned last first.
It stands on corrections of usage, hour by hour, so that every sum of usage stays exact; what an invoice had charged of
it is credited there, and goes back where it was paid. What is given back is an amount: the uses keep their quantity,
and their places in the steps of a price. Where a use was less, the use is corrected (services/correcting.py).
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from billing.models import Charge, CreditNote, FeeObjection, UsageCorrection, UsageHour
from billing.queries import objections as queries
from billing.rules.crediting import Part
from billing.services import correcting, credit_notes, undoing
from billing.services.credit_notes import Cause, Deciders
from billing.services.undoing import Undone
from credits.errors import CorrectionTooLarge
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_end, day_start
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.money import Money, credit, exact

NOTHING = Decimal(0)


def preview(charge: Charge, amount: Decimal | None) -> Decimal:
    """What would be given back of a charge: `amount`, or all that is left of it.

    Refuses `invalid_amount` (not above 0, or more than 6 decimals), `correction_too_large`.
    """
    left = queries.left_of_charge(charge)
    wanted = left if amount is None else amount
    if exact(wanted) <= 0 or credit(wanted) != wanted:
        raise InvalidAmount(facts={"amount": wanted})
    if wanted > left:
        facts = {"most": Money(left, charge.currency), "amount": Money(wanted, charge.currency)}
        raise CorrectionTooLarge(facts=facts)
    return wanted


def is_for_one(charge: Charge, amount: Decimal, at: datetime) -> bool:
    """Whether one person may give so much back, together with what one person gave back of this charge before."""
    by_one = queries.corrections_of(charge).filter(proposed_by=F("decided_by"))
    before: Decimal = queries.sum_of(by_one)
    return before + amount <= correcting.alone(charge.currency, at)


@enforces("upstage/20.3")
def give_back(objection: FeeObjection, charge: Charge, *, people: Deciders, at: datetime) -> CreditNote | None:
    """Give back what was proposed of a charge, in the caller's transaction, which holds the member.

    Returns the credit note where an invoice had charged some of it. Refuses `correction_too_large` (something else was
    corrected meanwhile), `already_invoiced` (its month is just being invoiced), `payment_pending`.
    """
    require_transaction()
    amount, reason = preview(charge, objection.proposed_amount), objection.answer[:500]
    undone = undoing.undo(charge, amount, reason=reason, by=people.approver or people.by, at=at)
    _write(objection, charge, undone, people, at)
    if undone.line is None:
        return None
    part = Part(NOTHING, amount, undone.restored, undone.lowered)
    cause = Cause(reason, objection.public_id, undoing.CLAUSES)
    return credit_notes.of_use(undone.line, part, cause=cause, people=people, at=at)


def _write(objection: FeeObjection, charge: Charge, undone: Undone, people: Deciders, at: datetime) -> None:
    """One correction for each hour that something is taken off, the last hour first."""
    by = people.approver or people.by
    lowered = undone.lowered
    for hour, taken in _hours(charge, undone.lowered + undone.restored):
        row = UsageCorrection.objects.create(
            member=objection.member, charge=charge, objection=objection, occurred_at=hour.hour,
            quantity_before=hour.quantity, quantity=hour.quantity, amount_before=hour.amount,
            amount=hour.amount - taken, currency=charge.currency, reason=objection.answer[:500],
            proposed_by=audit.actor(people.by), proposed_at=objection.proposed_at or at,
        )  # fmt: skip
        owed = min(lowered, taken)
        lowered -= owed
        undoing.apply(row, undone, lowered=owed, restored=taken - owed, by=by, at=at)


def _hours(charge: Charge, amount: Decimal) -> Iterator[tuple[UsageHour, Decimal]]:
    """The hours of the charge's day, the last first, with what is taken off each until it is all of `amount`."""
    rows = UsageHour.objects.filter(
        member=charge.member_id, meter=charge.meter_id, price=charge.price_id, api_key=charge.api_key_id,
        hour__gte=day_start(charge.day), hour__lt=day_end(charge.day), amount__gt=0,
    )  # fmt: skip
    for hour in rows.order_by("-hour"):
        taken = min(hour.amount, amount)
        amount -= taken
        yield hour, taken
        if not amount:
            return
    raise ValueError("the hours of a day are the charges of that day, less what was corrected")

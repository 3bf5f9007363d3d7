"""Correcting usage that was reported too high (upstage/8.3, 18.1, 20.3).

The event stays as it came; a correction names it by its instant and id, and says what it really was. The difference, at
the event's own price, is taken off what its charge left owing, then goes back to the lots that paid, the one burned
last first. Of a price with steps the dearest units are taken off, and what that frees goes to other uses of the month
that paid more (rules/steps.py). Days and hours fall by the same sums; in a month that is closed the open one shows it
as an adjustment or, where something was left owed for it, a credit note takes it off the invoice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.services import notices
from billing.enums import CORRECTION_MOVES, CorrectionStatus
from billing.errors import BadQuantity, CorrectionWaits, NotLess, UsageArchived
from billing.models import Charge, InvoiceLine, Price, UsageCorrection, UsageEvent
from billing.queries import archives
from billing.rules import rating, steps
from billing.rules.crediting import Part
from billing.services import corrected_charges, credit_notes, restepping, undoing
from billing.services.credit_notes import Cause, Deciders
from billing.services.restepping import Moved
from billing.services.undoing import CLAUSES
from credits.services.burning import Allocation
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound, SamePerson
from upstage_console.kernel.money import Money, credit
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import Phrase

TASK: Final = "usage_correction"
DECIDED_WITHIN: Final = timedelta(days=7)
"""The console's own time for the second person."""

policy.reading(
    "usage_correction_alone",
    {"KRW": 100_000, "USD": 100},
    clause="upstage/20.3",
    why_ko="사용량을 낮추는 것은 돈을 돌려주는 것과 같으므로, 이보다 큰 금액은 두 사람이 결정합니다.",
    why_en="Lowering a use gives money back, so two people decide about more than this.",
    valid=policy.are_amounts,
)


@dataclass(frozen=True, slots=True)
class Use:
    """One use, as it was reported: whose, when, and its id."""

    member_id: int
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction, and where what was paid went back to; nothing yet while it waits for a second person."""

    row: UsageCorrection
    allocations: tuple[Allocation, ...] = ()


def of_platform(use: Use, *, quantity: Decimal, reason: str, by: Any, at: datetime) -> Corrected:
    """A use as its reporter corrects it: applied at once. Refuses as `propose` does."""
    return _correct(use, quantity, reason, by, at, alone=True)


def propose(use: Use, *, quantity: Decimal, reason: str, by: Any, at: datetime) -> Corrected:
    """A use as staff correct it: applied at once, or proposed where it is worth more than the setting.

    Refuses `not_found`, `usage_archived`, `invalid_quantity`, `not_less`, `already_done` (it is so much already),
    `correction_waits`, `already_invoiced` (its month is just being invoiced), `payment_pending` (its invoice is).
    """
    return _correct(use, quantity, reason, by, at, alone=False)


@enforces("upstage/8.3", "upstage/18.1", "upstage/20.3")
@transaction.atomic
def _correct(use: Use, quantity: Decimal, reason: str, by: Any, at: datetime, *, alone: bool) -> Corrected:
    if credit(quantity) != quantity or quantity < 0:
        raise BadQuantity(facts={"most": f"{rating.MOST_QUANTITY:,}"})
    event = _event(use)
    row = _row(event, corrected_charges.charge_of(event, by=by, at=at), quantity)
    row.reason, row.proposed_by, row.proposed_at = reason, audit.actor(by), at
    row.save(force_insert=True)
    if alone or _is_for_one(row, at):
        return _apply(row, by, at)
    audit.record("usage.correction_proposed", row, by=by, at=at, about=row.member, reason=reason, clauses=CLAUSES)
    due.open_item(
        TASK, row, about=row.member, clause="upstage/20.3", at=at,
        title_ko=f"사용량 정정 승인: {row.event_id}", title_en=f"Approve the correction of a use: {row.event_id}",
        due_at=at + DECIDED_WITHIN, warn_at=at,
    )  # fmt: skip
    return Corrected(row)


def _is_for_one(row: UsageCorrection, at: datetime) -> bool:
    """Whether one person may do it, with what one person has lowered of this use before: parts are no way round."""
    of_event = {"member": row.member_id, "occurred_at": row.occurred_at, "event_id": row.event_id}
    by_one = UsageCorrection.objects.filter(**of_event, proposed_by=F("decided_by"))
    before = by_one.aggregate(sum=Sum(F("amount_before") - F("amount"), default=Decimal(0)))["sum"]
    others = sum((one.saves for one in restepping.moved(row)), Decimal(0))
    return bool(before + row.amount_before - row.amount + others <= alone(row.currency, at))


def alone(currency: str, at: datetime) -> Decimal:
    """So much of what was charged one person may give back."""
    limits: dict[str, int] = policy.value("usage_correction_alone", at=at)
    return Decimal(limits[currency])


def _event(use: Use) -> UsageEvent:
    month = month_of(kst_date(use.at))
    if archives.archived_among([month]):
        raise UsageArchived(facts={"month": f"{month:%Y-%m}"})
    found = UsageEvent.objects.filter(member=use.member_id, occurred_at=use.at, event_id=use.event_id)
    event: UsageEvent | None = found.select_related("price").first()
    if event is None:
        raise NotFound
    return event


def _row(event: UsageEvent, charge: Charge, quantity: Decimal) -> UsageCorrection:
    """The correction of an event, which may have been corrected before; not saved yet."""
    of_event = {"member_id": event.member_id, "occurred_at": event.occurred_at, "event_id": event.event_id}
    earlier = UsageCorrection.objects.filter(**of_event)
    if earlier.filter(status=CorrectionStatus.PROPOSED).exists():
        raise CorrectionWaits
    last = earlier.filter(status=CorrectionStatus.APPLIED).order_by("-id").first() or event
    if quantity > last.quantity:
        raise NotLess(facts={"quantity": last.quantity})
    if quantity == last.quantity:
        raise AlreadyDone
    return UsageCorrection(
        **of_event, charge=charge, quantity_before=last.quantity, quantity=quantity, amount_before=last.amount,
        **_rated(event.price, last, quantity), currency=charge.currency,
    )  # fmt: skip


def _rated(price: Price, last: UsageEvent | UsageCorrection, quantity: Decimal) -> dict[str, Any]:
    """What so much of a use costs at its own price; of steps the dearest units are taken off first (rules/steps.py)."""
    if not last.steps:
        return {"amount": rating.amount(quantity, price.unit_price, price.per)}
    kept = steps.keep(price.prices, last.steps, quantity)
    return {"steps_before": last.steps, "steps": kept, "amount": steps.cost(price.prices, kept, price.per)}


@transaction.atomic
def approve(correction_id: str, *, reason: str, by: Any, at: datetime) -> Corrected:
    """The second person agrees, and it is applied. Refuses `same_person`, `already_done`, and as `propose` does."""
    corrected_charges.settle_waiting(UsageCorrection.objects.get_public(correction_id), by=by, at=at)
    row = _proposed(correction_id)
    if row.proposed_by_id == by.pk:
        raise SamePerson
    done = _apply(row, by, at)
    due.close_item(TASK, row.public_id, by=by, at=at, outcome=reason)
    return done


@transaction.atomic
def drop(correction_id: str, *, reason: str, by: Any, at: datetime) -> UsageCorrection:
    """Do not correct it after all; refuses `already_done`."""
    row = _proposed(correction_id)
    move(row, CorrectionStatus.DROPPED, allowed=CORRECTION_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         decided_by=audit.actor(by), decided_at=at)  # fmt: skip
    audit.record("usage.correction_dropped", row, by=by, at=at, about=row.member, reason=reason, clauses=CLAUSES)
    due.close_item(TASK, row.public_id, by=by, at=at, outcome=reason)
    return row


def _proposed(correction_id: str) -> UsageCorrection:
    found: UsageCorrection = UsageCorrection.objects.get_public(correction_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    row: UsageCorrection = UsageCorrection.objects.filter(pk=found.pk).select_related("charge", "member").get()
    if row.status != CorrectionStatus.PROPOSED:
        raise AlreadyDone
    return row


def _apply(row: UsageCorrection, by: Any, at: datetime) -> Corrected:
    """Apply it, and with it what other uses of the month cost less in the steps that it frees."""
    rows = [row, *(_follow(row, one, at) for one in restepping.moved(row))]
    allocations = [allocation for one in rows for allocation in _take_off(one, by, at)]
    _tell(row, rows, by, at)
    return Corrected(row, tuple(allocations))


def _follow(row: UsageCorrection, one: Moved, at: datetime) -> UsageCorrection:
    """Another use, as much as it was, at the price of the places that the correction of `row` frees."""
    event, last = one.event, one.last
    return UsageCorrection.objects.create(
        member_id=event.member_id, occurred_at=event.occurred_at, event_id=event.event_id, charge=one.charge,
        quantity_before=last.quantity, quantity=last.quantity, amount_before=last.amount, amount=one.amount,
        steps_before=last.steps, steps=one.places, currency=row.currency, reason=row.reason,
        proposed_by=row.proposed_by, proposed_at=at,
    )  # fmt: skip


def _take_off(row: UsageCorrection, by: Any, at: datetime) -> tuple[Allocation, ...]:
    undone = undoing.undo(row.charge, row.amount_before - row.amount, reason=row.reason, by=by, at=at)
    undoing.apply(row, undone, lowered=undone.lowered, restored=undone.restored, by=by, at=at)
    if undone.line is not None:
        _credit(row, undone.line, at)
    return undone.allocations


def _credit(row: UsageCorrection, line: InvoiceLine, at: datetime) -> None:
    """The invoice stays; a credit note says what of it is not owed, and the closed month's sums fall by the same."""
    part = Part(row.quantity_before - row.quantity, row.amount_before - row.amount, row.restored, row.lowered)
    one, other = row.proposed_by, row.decided_by
    people = Deciders(one, other if other != one else None)
    cause = Cause(row.reason, row.public_id, CLAUSES)
    credit_notes.of_use(line, part, cause=cause, people=people, at=at)


def _tell(row: UsageCorrection, rows: Sequence[UsageCorrection], by: Any, at: datetime) -> None:
    restored, lowered = (sum((getattr(one, name) for one in rows), Decimal(0)) for name in ("restored", "lowered"))
    facts = {"quantity": row.quantity, "restored": restored, "lowered": lowered, "others": len(rows) - 1}
    audit.record("usage.corrected", row, by=by, at=at, about=row.member, reason=row.reason, clauses=CLAUSES,
                 facts=facts)  # fmt: skip
    service, meter = row.charge.meter.service, row.charge.meter
    text = notices.compose(
        _("A use was corrected"),
        _(
            "Your use of %(service)s at %(used_at)s (%(id)s) was corrected from %(before)s to %(after)s %(unit)s. "
            "%(restored)s of credits went back to the lots they came from, and %(lowered)s is no longer owed."
        ),
        service=Phrase(service.name_ko, service.name_en), unit=Phrase(meter.unit_ko, meter.unit_en),
        used_at=row.occurred_at, id=row.event_id, before=row.quantity_before, after=row.quantity,
        restored=Money(restored, row.currency), lowered=Money(lowered, row.currency),
    )  # fmt: skip
    key = f"usage_correction:{row.public_id}"
    notices.notify(member_id=row.member_id, about="usage_corrected", text=text, key=key, at=at, clauses=CLAUSES)

"""Hand-overs that are accepted because their period ended in silence, where that was agreed (rift/5.2)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from contracts.enums import DELIVERY_MOVES, DecidedBy, DeliveryStatus
from contracts.models import Customer, Deliverable, Delivery
from contracts.services import deliverable_letters, deliverables
from contracts.services.deliverable_tasks import INSPECTION
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move_all

CLAUSE: Final = "rift/5.2"
OUTCOME: Final = "accepted by silence"


@enforces(CLAUSE)
def accept_due(*, at: datetime) -> int:
    """Accept what nobody decided on in its agreed period, a day at a time; a repeat accepts none."""
    over = Delivery.objects.filter(status=DeliveryStatus.DELIVERED, silence_accepts=True, inspect_by__lt=kst_date(at))
    days = over.order_by("inspect_by").values_list("inspect_by", flat=True).distinct()
    return sum(_accept(day, at) for day in list(days))


@transaction.atomic
def _accept(day: date, at: datetime) -> int:
    """Accept what was to be inspected until a day; it counts as accepted when that day ended."""
    over = Delivery.objects.filter(status=DeliveryStatus.DELIVERED, silence_accepts=True, inspect_by=day)
    list(Customer.objects.filter(pk__in=over.values("customer_id")).locked())
    rows = list(over.select_related("deliverable__contract__customer", "deliverable__fee").locked())
    chosen = Delivery.objects.filter(pk__in=[row.pk for row in rows])
    number = move_all(chosen, DeliveryStatus.ACCEPTED, allowed=DELIVERY_MOVES, at=at, clauses=[CLAUSE],
                      decided_at=day_end(day), decided_how=DecidedBy.SILENCE)  # fmt: skip
    _note(rows, at)
    for work in _last_of_milestones(rows):
        deliverables.reach(work, by=None, at=at)
    return number


def _note(rows: Sequence[Delivery], at: datetime) -> None:
    deeds = [
        {"action": "deliverable.accepted", "subject": row.deliverable, "about": row.deliverable.contract.customer,
         "clauses": [CLAUSE], "reason": OUTCOME, "facts": {"name": row.deliverable.name, "number": row.number}}
        for row in rows
    ]  # fmt: skip
    audit.record_all(deeds, by=None, at=at)
    tasks = DueItem.objects.filter(kind=INSPECTION, key__in=[row.public_id for row in rows], closed_at__isnull=True)
    tasks.update(state=DueItem.State.DONE, closed_at=at, outcome=OUTCOME)
    deliverable_letters.accepted_by_silence(rows, at=at)


def _last_of_milestones(rows: Sequence[Delivery]) -> list[Deliverable]:
    """One deliverable for each milestone that may have been reached."""
    return list({row.deliverable.fee_id: row.deliverable for row in rows if row.deliverable.fee_id}.values())

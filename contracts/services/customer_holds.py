"""Legal holds on what is known of a customer's people: a duty of law that goes before destruction (upstage/21.1)."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from contracts.models import Customer, CustomerHold
from contracts.queries.holds import hold_on
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound

CLAUSES: Final = ["upstage/21.1", "rift/11.1"]


@enforces("upstage/21.1", "rift/11.1")
@transaction.atomic
def place(customer_id: str, *, reason: str, by: Any, at: datetime) -> CustomerHold:
    """From now on nothing of who has or had a seat is destroyed. Refuses `not_found`, `already_done`."""
    customer = Customer.objects.locked().get_public(customer_id)
    if hold_on(customer) is not None:
        raise AlreadyDone(clauses=CLAUSES)
    made: CustomerHold = CustomerHold.objects.create(customer=customer, reason=reason, starts_at=at, placed_by=by)
    audit.record("hold.placed", made, by=by, at=at, about=customer, reason=reason, clauses=CLAUSES)
    return made


@transaction.atomic
def release(customer_id: str, *, reason: str, by: Any, at: datetime) -> CustomerHold:
    """What is due goes with the next batch. Refuses `not_found`, also where no hold is on."""
    customer = Customer.objects.locked().get_public(customer_id)
    hold = hold_on(customer)
    if hold is None:
        raise NotFound
    hold.ends_at, hold.released_by = at, by
    hold.save(update_fields=["ends_at", "released_by"])
    audit.record("hold.released", hold, by=by, at=at, about=customer, reason=reason, clauses=CLAUSES)
    return hold

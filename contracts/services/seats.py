"""Users of a contract: given and taken seats, at once; never more than were ordered (rift/2.3, 6.1, 6.3)."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from contracts.enums import FeeKind, SeatRole
from contracts.errors import LastAdministrator, SeatsExhausted
from contracts.models import Contract, Seat
from contracts.queries.standing import require_concluded, require_in_force
from contracts.services import drafting
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound

CLAUSES: Final = ["rift/2.3", "rift/6.1"]


@enforces("rift/2.3", "rift/6.1", "rift/7.1")
@transaction.atomic
def add(contract_id: str, name: str, role: SeatRole, *, by: Any, at: datetime, reason: str = "") -> Seat:
    """Give somebody of the customer a seat; an administrator takes one too.

    Refuses `not_found`, `not_concluded`, `not_active`, `already_done` for who has one, `seats_exhausted`.
    """
    contract = drafting.locked(contract_id)
    require_in_force(contract, on=kst_date(at))
    if taken(contract, at=at).filter(name=name).exists():
        raise AlreadyDone(clauses=CLAUSES)
    ordered = ordered_of(contract)
    if ordered is not None and count(contract, at=at) >= ordered:
        raise SeatsExhausted(facts={"number": ordered})
    made: Seat = Seat.objects.create(
        customer_id=contract.customer_id, contract=contract, name=name, role=role, from_at=at
    )
    audit.record("seat.added", made, by=by, at=at, about=contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"user": name, "role": role})  # fmt: skip
    return made


@enforces("rift/2.3", "rift/6.3")
@transaction.atomic
def remove(contract_id: str, name: str, *, by: Any, at: datetime, reason: str = "") -> Seat:
    """Take somebody's seat back, at once; it is free again. Refuses `not_found`, `last_administrator`."""
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    row = taken(contract, at=at).filter(name=name).first()
    if row is None:
        raise NotFound
    others = taken(contract, at=at).filter(role=SeatRole.ADMINISTRATOR).exclude(pk=row.pk)
    if row.role == SeatRole.ADMINISTRATOR and not others.exists():
        raise LastAdministrator(facts={"user": name})
    row.until_at = at
    row.save(update_fields=["until_at"])
    audit.record("seat.removed", row, by=by, at=at, about=contract.customer, reason=reason, clauses=["rift/6.3"],
                 facts={"user": name})  # fmt: skip
    return row


def taken(contract: Contract, *, at: datetime) -> Any:
    """The seats that exist now."""
    return contract.seats.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))


def count(contract: Contract, *, at: datetime) -> int:
    """How many seats are taken now."""
    number: int = taken(contract, at=at).count()
    return number


def ordered_of(contract: Contract) -> int | None:
    """How many seats were ordered; None where the contract names no number."""
    numbers = list(contract.fees.filter(kind=FeeKind.SEAT, included__isnull=False).values_list("included", flat=True))
    return int(sum(numbers)) if numbers else None


def close_all(contract: Contract, *, until: datetime) -> None:
    """End the seats of a contract that ends, in the caller's transaction."""
    contract.seats.filter(until_at__isnull=True).update(until_at=until)

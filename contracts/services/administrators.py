"""Asking for an administrator: the one whom the customer named for it, by a task for the staff (rift/6.1)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from contracts.enums import SeatRole
from contracts.errors import NobodyNamed, NotTheNamed
from contracts.models import Contact, Contract, Customer, Seat
from contracts.queries.people import seats_at
from contracts.services import drafting
from contracts.services.seats import ASKED_FOR, requests_of
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.models import DueItem, Holiday

CLAUSE: Final = "rift/6.1"
ISSUED_WITHIN_BUSINESS_DAYS: Final = 2
"""The terms name no time for issuing an administrator; this is the console's own."""


@enforces(CLAUSE)
@transaction.atomic
def request(contract_id: str, seat_id: str, *, by: Any, at: datetime) -> DueItem:
    """Ask that a user becomes an administrator; staff do it.

    Refuses `not_found`, `already_done` for who is one and for what was asked before, `nobody_named` and
    `not_the_named_contact`.
    """
    contract = drafting.locked(contract_id)
    seat: Seat = seats_at(contract, at).get_public(seat_id)
    _require_named(contract.customer, by)
    if seat.role == SeatRole.ADMINISTRATOR or is_requested(seat):
        raise AlreadyDone(clauses=[CLAUSE])
    audit.record("seat.administrator_requested", seat, by=by, at=at, about=contract.customer, clauses=[CLAUSE],
                 facts={"user": seat.name})  # fmt: skip
    return _task(contract, seat, at)


def named_of(customer: Customer) -> Contact | None:
    """Whom the customer named to request administrators."""
    found: Contact | None = customer.contacts.filter(requests_administrators=True, left_at__isnull=True).first()
    return found


def requested(contract: Contract) -> frozenset[str]:
    """The public ids of the seats about which a request is open, by one statement."""
    rows = DueItem.objects.filter(kind=ASKED_FOR, subject=contract.public_id, closed_at__isnull=True)
    return frozenset(key.partition(":")[0] for key in rows.values_list("key", flat=True))


def is_requested(seat: Seat) -> bool:
    """Whether a request about somebody is open."""
    return requests_of(seat).exists()


def _require_named(customer: Customer, by: Any) -> None:
    named = named_of(customer)
    if named is None:
        raise NobodyNamed
    if named.email.lower() != by.email.lower():
        raise NotTheNamed(facts={"name": named.name})


def _task(contract: Contract, seat: Seat, at: datetime) -> DueItem:
    last = Holiday.objects.calendar().business_days_after(kst_date(at), ISSUED_WITHIN_BUSINESS_DAYS)
    return due.open_item(
        ASKED_FOR, contract, key=f"{seat.public_id}:{at.isoformat()}", about=contract.customer, clause=CLAUSE,
        due_at=day_end(last), warn_at=day_end(last) - timedelta(days=1), at=at,
        title_ko=f"관리자 계정 발급: {seat.name}, {contract.title}",
        title_en=f"Issue an administrator: {seat.name}, {contract.title}",
    )  # fmt: skip

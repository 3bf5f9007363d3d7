"""Users of a contract: given and taken seats, at once; never more than were ordered (rift/2.3, 6.1, 6.3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from accounts.enums import Language
from accounts.models import User
from accounts.services import sessions
from contracts.enums import FeeKind, SeatRole
from contracts.errors import IssuedByStaff, LastAdministrator, NobodyNamed, OfTheCompany, SeatsExhausted
from contracts.models import Contract, Seat
from contracts.queries.people import seats_at
from contracts.queries.standing import require_concluded, require_in_force
from contracts.services import contract_keys, drafting, invitations
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import DueItem

CLAUSES: Final = ["rift/2.3", "rift/6.1"]
REVOKED: Final = ["rift/6.3"]
ASKED_FOR: Final = "administrator_request"
"""The task to issue an administrator, opened by the named contact (administrators.py)."""


@dataclass(frozen=True)
class Invited:
    """Somebody of the customer, by the address that they log in with."""

    name: str
    email: str
    role: SeatRole = SeatRole.USER
    language: str = Language.KOREAN


@enforces("rift/2.3", "rift/6.1", "rift/7.1")
@transaction.atomic
def add(contract_id: str, name: str, role: SeatRole, *, by: Any, at: datetime, reason: str = "") -> Seat:
    """Give somebody who does not log in here a seat; an administrator takes one too.

    Refuses `not_found`, `not_concluded`, `service_suspended`, `not_active`, `already_done` for who has one,
    `seats_exhausted`.
    """
    contract = _with_a_free_seat(contract_id, at)
    if seats_at(contract, at).filter(name=name).exists():
        raise AlreadyDone(clauses=CLAUSES)
    return _give(contract, Invited(name, "", role), None, by, at, reason)


@enforces("rift/2.3", "rift/6.1", "rift/7.1")
@transaction.atomic
def invite(contract_id: str, asked: Invited, *, by: Any, at: datetime, reason: str = "") -> Seat:
    """Give somebody a seat and mail them the way in; who has no account yet chooses a password there.

    Administrators are issued by staff, where the customer named who may request them (rift/6.1). Refuses `not_found`,
    `not_concluded`, `service_suspended`, `not_active`, `already_done` for who has a seat, `seats_exhausted`,
    `issued_by_staff`, `nobody_named`, and `staff_takes_no_seat`.
    """
    contract = _with_a_free_seat(contract_id, at)
    _require_may_give(contract, asked.role, by)
    user = _account_of(asked)
    if user.is_staff:
        raise OfTheCompany
    if seats_at(contract, at).filter(user=user).exists():
        raise AlreadyDone(clauses=CLAUSES)
    made = _give(contract, asked, user, by, at, reason)
    invitations.put(made, at=at)
    return made


@transaction.atomic
def invite_again(contract_id: str, seat_id: str, *, by: Any, at: datetime) -> Seat:
    """Mail the way in once more, with a new link. Refuses `not_found`, also for who never logs in here."""
    row = _seat(drafting.locked(contract_id), seat_id, at)
    if row.user is None:
        raise NotFound
    invitations.put(row, at=at)
    audit.record("seat.invited_again", row, by=by, at=at, about=row.customer, clauses=CLAUSES)
    return row


@enforces("rift/2.3", "rift/6.1")
@transaction.atomic
def change_role(contract_id: str, seat_id: str, role: SeatRole, *, by: Any, at: datetime, reason: str = "") -> Seat:
    """Make somebody an administrator, which only staff do, or a user; what an administrator's keys opened is closed.

    Refuses `not_found`, `already_done`, `issued_by_staff`, `nobody_named`, `last_administrator`.
    """
    contract = drafting.locked(contract_id)
    row = _seat(contract, seat_id, at)
    if row.role == role:
        raise AlreadyDone(clauses=CLAUSES)
    _require_may_give(contract, role, by)
    if role == SeatRole.USER:
        _require_another_administrator(contract, row, at)
        contract_keys.revoke_of(row, by=by, at=at, reason=reason)
    row.role = role
    row.save(update_fields=["role"])
    audit.record("seat.role_changed", row, by=by, at=at, about=contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"user": row.name, "role": role})  # fmt: skip
    _close_request(row, by, at)
    return row


@enforces("rift/2.3", "rift/6.3")
@transaction.atomic
def remove(contract_id: str, name: str, *, by: Any, at: datetime, reason: str = "") -> Seat:
    """Take the seat of this name back, at once; it is free again. Refuses `not_found`, `last_administrator`."""
    contract = drafting.locked(contract_id)
    row = seats_at(contract, at).filter(name=name).order_by("pk").first()
    if row is None:
        require_concluded(contract)
        raise NotFound
    return close(contract_id, row.public_id, by=by, at=at, reason=reason)


@enforces("rift/2.3", "rift/6.3")
@transaction.atomic
def close(contract_id: str, seat_id: str, *, by: Any, at: datetime, reason: str = "") -> Seat:
    """Take a seat back: it is free again, and sessions and keys of who had it end with this instant (rift/6.3).

    Refuses `not_found`, `not_concluded`, `last_administrator`.
    """
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    row = _seat(contract, seat_id, at)
    _require_another_administrator(contract, row, at)
    row.until_at = at
    row.save(update_fields=["until_at"])
    contract_keys.revoke_of(row, by=by, at=at, reason=reason)
    if row.user is not None:
        sessions.end_all(row.user)
    audit.record("seat.removed", row, by=by, at=at, about=contract.customer, reason=reason, clauses=REVOKED,
                 facts={"user": row.name})  # fmt: skip
    _close_request(row, by, at)
    return row


def count(contract: Contract, *, at: datetime) -> int:
    """How many seats are taken now."""
    return seats_at(contract, at).count()


def ordered_of(contract: Contract) -> int | None:
    """How many seats were ordered; None where the contract names no number."""
    numbers = list(contract.fees.filter(kind=FeeKind.SEAT, included__isnull=False).values_list("included", flat=True))
    return int(sum(numbers)) if numbers else None


def close_all(contract: Contract, *, until: datetime) -> None:
    """End the seats of a contract that ends, in the caller's transaction; keys that hang on them open nothing then."""
    contract.seats.filter(until_at__isnull=True).update(until_at=until)


def requests_of(row: Seat) -> QuerySet[DueItem]:
    """The open requests that somebody becomes an administrator."""
    return DueItem.objects.filter(kind=ASKED_FOR, key__startswith=f"{row.public_id}:", closed_at__isnull=True)


# Steps of these


def _with_a_free_seat(contract_id: str, at: datetime) -> Contract:
    contract = drafting.locked(contract_id)
    require_in_force(contract, on=kst_date(at))
    ordered = ordered_of(contract)
    if ordered is not None and count(contract, at=at) >= ordered:
        raise SeatsExhausted(facts={"number": ordered})
    return contract


def _require_may_give(contract: Contract, role: SeatRole, by: Any) -> None:
    if role != SeatRole.ADMINISTRATOR:
        return
    if not getattr(by, "is_staff", False):
        raise IssuedByStaff
    if not contract.customer.contacts.filter(requests_administrators=True, left_at__isnull=True).exists():
        raise NobodyNamed


def _account_of(asked: Invited) -> User:
    """The account of an address; one that is made now has no password, so nobody logs in before the link is used."""
    given = {"name": asked.name.strip(), "language": asked.language, "password": make_password(None)}
    email = asked.email.strip().lower()
    User.objects.get_or_create(email=email, defaults=given)
    found = User.objects.select_for_update(no_key=True).filter(email=email).first()
    return found or User.objects.create(email=email, **given)  # a batch destroyed the old one in this instant


def _give(contract: Contract, asked: Invited, user: User | None, by: Any, at: datetime, reason: str) -> Seat:
    made: Seat = Seat.objects.create(
        customer_id=contract.customer_id, contract=contract, name=asked.name.strip(), user=user, role=asked.role,
        from_at=at,
    )  # fmt: skip
    audit.record("seat.added", made, by=by, at=at, about=contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"user": made.name, "role": made.role})  # fmt: skip
    return made


def _seat(contract: Contract, seat_id: str, at: datetime) -> Seat:
    row: Seat = seats_at(contract, at).select_related("user").get_public(seat_id)
    return row


def _require_another_administrator(contract: Contract, row: Seat, at: datetime) -> None:
    others = seats_at(contract, at).filter(role=SeatRole.ADMINISTRATOR).exclude(pk=row.pk)
    if row.role == SeatRole.ADMINISTRATOR and not others.exists():
        raise LastAdministrator(facts={"user": row.name})


def _close_request(row: Seat, by: Any, at: datetime) -> None:
    for key in requests_of(row).values_list("key", flat=True):
        due.close_item(ASKED_FOR, key, by=by, at=at, outcome=str(row.get_role_display()))

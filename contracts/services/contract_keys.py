"""Keys of a customer's systems: made by an administrator for one contract, dead with the administrator's seat (6.2)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from accounts.models import ApiKey
from accounts.rules.keys import MOST_LIVE_KEYS
from accounts.services import keys
from contracts.enums import SeatRole
from contracts.errors import AdministratorNeeded, TooManyContractKeys
from contracts.models import Contract, ContractKey, Seat
from contracts.queries.people import is_open
from contracts.queries.standing import require_not_suspended
from contracts.services import drafting
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import NotFound

CLAUSE: Final = "rift/6.2"
OVER: Final = "계약 기간이 끝남 · the term is over"
AT_A_TIME: Final = 500


@enforces(CLAUSE, "rift/7.3")
@transaction.atomic
def make(
    seat: Seat, name: str, *, scopes: Collection[str], by: Any, at: datetime, expires_at: datetime | None = None
) -> tuple[ContractKey, str]:
    """Make a key that opens the contract of an administrator's seat; returns it with the secret, shown only now.

    Refuses `invalid` for a day that is over or scopes it cannot have, `too_many_keys`, `service_suspended`, and
    `administrator_needed` where the seat was stepped down or taken back meanwhile.
    """
    contract = drafting.locked(seat.contract.public_id)
    seat.refresh_from_db()
    if seat.role != SeatRole.ADMINISTRATOR or not is_open(seat, at):
        raise AdministratorNeeded
    require_not_suspended(contract, on=kst_date(at))
    if live(contract, at=at).count() >= MOST_LIVE_KEYS:
        raise TooManyContractKeys(facts={"limit": MOST_LIVE_KEYS})
    key, secret = keys.issue_of_contract(
        name=name, scopes=scopes, by=by, at=at, expires_at=expires_at, about=contract.customer
    )
    made = ContractKey.objects.create(customer_id=contract.customer_id, contract=contract, seat=seat, key=key)
    return made, secret


@transaction.atomic
def revoke(contract_id: str, key_id: str, *, by: Any, at: datetime, reason: str = "") -> ApiKey:
    """Close a key at once. Refuses `not_found`, also for another contract's key, and `already_done`."""
    contract = drafting.locked(contract_id)
    link = ContractKey.objects.filter(contract=contract, key__public_id=key_id).first()
    if link is None:
        raise NotFound
    return keys.revoke(key_id, member_id=None, by=by, at=at, reason=reason)


@enforces("rift/6.3")
def revoke_of(seat: Seat, *, by: Any, at: datetime, reason: str = "") -> int:
    """Close every key that hangs on a seat, in the caller's transaction; returns how many there were."""
    open_keys = ApiKey.objects.filter(of_contract__seat=seat, revoked_at__isnull=True).order_by("pk")
    found = list(open_keys.values_list("public_id", flat=True))
    for key_id in found:
        keys.revoke(key_id, member_id=None, by=by, at=at, reason=reason)
    return len(found)


@enforces("rift/6.2", "rift/15.1")
def close_over(*, at: datetime) -> int:
    """Close the keys of contracts whose term is over; returns how many. A repeat finds none of them again."""
    closed = 0
    while some := _close_some(at):
        closed += some
    return closed


@transaction.atomic
def _close_some(at: datetime) -> int:
    rows = ContractKey.objects.filter(contract__ends_on__lt=kst_date(at), key__revoked_at__isnull=True)
    links = rows.select_related("customer").order_by("pk")[:AT_A_TIME]
    owners = {link.key_id: link.customer.public_id for link in links}
    return keys.revoke_of_firms(owners, at=at, reason=OVER, clauses=["rift/15.1"]) if owners else 0


def live(contract: Contract, *, at: datetime) -> Any:
    """The keys of a contract that open something."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    return ApiKey.objects.filter(lasting, of_contract__contract=contract, revoked_at__isnull=True)

"""Keys of a contract, and what a key opens: its contract, as long as the seat that it hangs on exists (rift/6.3)."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from accounts.models import ApiKey
from contracts.enums import SeatRole
from contracts.models import Contract, ContractKey
from contracts.queries.people import Access, is_open
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces


def keys_of(contract: Contract, *, at: datetime) -> QuerySet[Any]:
    """The keys of a contract, those not revoked first, each with its `state`: live, expired or revoked."""
    has_no_seat = Q(of_contract__seat__until_at__lte=at)
    state = Case(
        When(Q(revoked_at__isnull=False) | has_no_seat, then=Value("revoked")),
        When(expires_at__lte=at, then=Value("expired")),
        default=Value("live"),
        output_field=CharField(),
    )
    rows = ApiKey.objects.filter(of_contract__contract=contract).select_related("of_contract__seat")
    return rows.annotate(state=state).order_by(F("revoked_at").desc(nulls_first=True), "-id")


def key_of(contract: Contract, key_id: str) -> ApiKey:
    """One of a contract's keys. Refuses `not_found`."""
    found: ApiKey = ApiKey.objects.filter(of_contract__contract=contract).get_public(key_id)
    return found


@enforces("rift/6.3", "rift/15.1")
def opened_by(key: ApiKey, *, at: datetime) -> Access | None:
    """What a live key opens; nothing once its seat is gone or is no administrator's, and nothing after the term."""
    rows = ContractKey.objects.filter(key=key).select_related("seat__user", "contract__customer__firm")
    link = rows.first()
    if link is None or not is_open(link.seat, at) or link.seat.role != SeatRole.ADMINISTRATOR:
        return None
    if link.contract.ends_on is not None and link.contract.ends_on < kst_date(at):
        return None
    return Access(link.contract, link.seat, at)

"""Which contracts somebody who logged in may see, and what of them: the one door of the portal (rift/2.3, 6.3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import DateTimeField, F, Func, Q, QuerySet

from accounts.rules.retention import first_day_kept
from contracts.enums import ContractStanding, SeatRole
from contracts.errors import AdministratorNeeded, NotInForce
from contracts.models import Contract, Seat
from contracts.queries.standing import require_in_force, standing_of
from contracts.rules import suspensions
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import NotFound

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


DAY_END_OF_TERMINATION: Final = Func(
    F("contract__ended_at"),
    template="(date_trunc('day', %(expressions)s AT TIME ZONE 'Asia/Seoul') + interval '1 day')"
    " AT TIME ZONE 'Asia/Seoul'",
    output_field=DateTimeField(),
)
"""When a contract's seats close: 24:00 in Korea of the day on which it was terminated."""


@dataclass(frozen=True)
class Access:
    """A contract as somebody may see it: by a seat, or as staff who may see contracts (no seat)."""

    contract: Contract
    seat: Seat | None
    at: datetime

    @property
    def standing(self) -> ContractStanding:
        """How the contract stands today."""
        return standing_of(self.contract, on=kst_date(self.at))

    @property
    def is_administrator(self) -> bool:
        """Whether it is an administrator of the customer."""
        return self.seat is not None and self.seat.role == SeatRole.ADMINISTRATOR

    @property
    def sees_all(self) -> bool:
        """Whether fees, documents and invoices are shown: to administrators, and to staff."""
        return self.seat is None or self.is_administrator

    @property
    def may_act(self) -> bool:
        """Whether anything may be done: the seat is open and the contract not over; after that it is only read.

        Also while the service is suspended: what then is closed, `may_begin` says.
        """
        return self.seat is not None and is_open(self.seat, self.at) and self.standing != ContractStanding.EXPIRED

    @property
    def may_begin(self) -> bool:
        """Whether something new may be begun that uses more of the service: not while it is suspended (4.4, 7.3)."""
        return self.may_act and suspensions.access(self.standing).may_begin

    @property
    def may_manage(self) -> bool:
        """Whether users may be taken out and keys revoked."""
        return self.is_administrator and self.may_act

    @property
    def may_add(self) -> bool:
        """Whether users may be invited, keys made and approvals asked for."""
        return self.is_administrator and self.may_begin

    @property
    def is_last_day(self) -> bool:
        """Whether it is the day of a termination, at whose end the seats close."""
        return self.may_act and self.standing == ContractStanding.TERMINATED

    def require_administrator(self) -> Seat:
        """The administrator's seat. Refuses `administrator_needed`."""
        if self.seat is None or not self.is_administrator:
            raise AdministratorNeeded
        return self.seat

    def require_may_act(self) -> Seat:
        """The open seat. Refuses `not_found` to staff, and `not_active` where the contract is only read."""
        if self.seat is None:
            raise NotFound
        if not self.may_act:
            shown = {"contract": self.contract.title, "on": kst_date(self.at), "standing": self.standing.label}
            raise NotInForce(facts=shown)
        return self.seat

    def require_may_begin(self) -> Seat:
        """The open seat of a contract whose service runs, or is to begin.

        Refuses what `require_may_act` does, `service_suspended`, and `not_active` once the contract was terminated.
        """
        seat = self.require_may_act()
        if not self.may_begin:
            require_in_force(self.contract, on=kst_date(self.at))
        return seat


@enforces("rift/2.3", "rift/6.3")
def access_for(user: "User | AnonymousUser", public_id: str, *, at: datetime) -> Access:
    """A contract for who has a seat of it, or for staff who may see contracts. Refuses `not_found` to all others.

    A seat that was taken back opens nothing from that instant on. Where a contract ended, its administrators still read
    what they signed, what is owed and what was promised; nobody else does.
    """
    mine = _readable(user, at).filter(contract__public_id=public_id)
    seat: Seat | None = mine.select_related("contract__customer__firm").first()
    if seat is not None:
        return Access(seat.contract, seat, at)
    if not (user.is_staff and user.has_perm("contracts.view_contract")):
        raise NotFound
    contract: Contract = Contract.objects.select_related("customer__firm").get_public(public_id)
    return Access(contract, None, at)


def contract_for(user: "User | AnonymousUser", public_id: str, *, at: datetime) -> Contract:
    """The contract that `access_for` finds. Refuses `not_found`."""
    return access_for(user, public_id, at=at).contract


def accesses_of(user: "User", *, at: datetime) -> list[Access]:
    """Every contract that somebody has a seat of, the latest first; of several seats the one that is open."""
    rows = _readable(user, at).select_related("contract__customer__firm")
    found: dict[int, Seat] = {}
    for seat in rows:
        found.setdefault(seat.contract_id, seat)
    shown = sorted(found.values(), key=lambda seat: -seat.contract_id)
    return [Access(seat.contract, seat, at) for seat in shown]


def has_seats(user: "User", *, at: datetime) -> bool:
    """Whether somebody has a contract to see."""
    return _readable(user, at).exists()


def seats_at(contract: Contract, at: datetime) -> Any:
    """The seats of a contract that exist at an instant."""
    return contract.seats.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))


def may_preview(user: "User | AnonymousUser") -> bool:
    """Whether somebody sees a month before it is approved: staff do, customers do not."""
    return user.is_staff


def _readable(user: "User | AnonymousUser", at: datetime) -> QuerySet[Seat]:
    """The seats by which somebody reads now; those that are open come first."""
    rows = readable_seats(at).filter(user__isnull=False, user=user.pk, from_at__lte=at)
    return rows.order_by(F("until_at").desc(nulls_first=True), "-pk")


def readable_seats(at: datetime) -> QuerySet[Seat]:
    """The seats that open something at an instant.

    A contract closes its seats with the end of the day of its termination; who was taken back before reads nothing.
    After the term only administrators read, for as long as the law keeps whose the seats were.
    """
    today = kst_date(at)
    kept_from = first_day_kept("seat_name", today)
    exists = Q(until_at__isnull=True) | Q(until_at__gt=at)
    ended_with_it = Q(role=SeatRole.ADMINISTRATOR, until_at=DAY_END_OF_TERMINATION, until_at__gte=day_end(kept_from))
    is_over = Q(role=SeatRole.USER, contract__ends_on__lt=today) | Q(contract__ends_on__lt=kept_from)
    found: QuerySet[Seat] = Seat.objects.filter(exists & ~is_over | ended_with_it)
    return found


def is_open(seat: Seat, at: datetime) -> bool:
    """Whether a seat exists at an instant."""
    return seat.until_at is None or seat.until_at > at

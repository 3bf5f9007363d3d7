"""A member's holds, and what they reserve of which lot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from credits.enums import HoldState
from credits.models import Hold, Lot, Reservation

NOTHING = Decimal("0.000000")

PROMISED = """(
    SELECT coalesce(sum(hold.amount), 0) FROM credits_hold AS hold
    WHERE hold.member_id = {member} AND hold.state = 'open' AND hold.expires_at > {at}
)"""


@dataclass(frozen=True, slots=True)
class HoldAt:
    """A hold as it is at an instant: `held` is what it keeps from other uses."""

    state: str
    held: Decimal
    ended_at: datetime | None


def promised_expression(member: str, at: str) -> str:
    """What may still be captured of all open holds, there or on credit; `member` and `at` are SQL expressions."""
    return PROMISED.format(member=member, at=at)


def every_hold() -> QuerySet[Hold]:
    """The holds of all members, for who acts on a hold by its name alone."""
    rows: QuerySet[Hold] = Hold.objects.all()
    return rows


def holds(member_id: int) -> QuerySet[Hold]:
    """Every hold a member ever had, the newest first."""
    return every_hold().filter(member_id=member_id).order_by("-id")


def open_holds(member_id: int, at: datetime) -> QuerySet[Hold]:
    """The holds that can be captured at this instant, the first to end first."""
    rows: QuerySet[Hold] = Hold.objects.filter(is_open(at), member_id=member_id)
    return rows.order_by("expires_at", "id")


def is_open(at: datetime) -> Q:
    """Which holds hold something at this instant."""
    return Q(state=HoldState.OPEN, expires_at__gt=at)


def as_it_is(hold: Hold, at: datetime) -> HoldAt:
    """How a hold is at `at`, now or later, also where nobody has noticed yet that it is over."""
    if hold.state != HoldState.OPEN:
        return HoldAt(hold.state, NOTHING, hold.ended_at)
    if hold.expires_at <= at:
        return HoldAt(HoldState.EXPIRED, NOTHING, hold.expires_at)
    return HoldAt(hold.state, hold.reserved, None)


def hold(member_id: int, public_id: str) -> Hold:
    """One hold of this member; a stranger's is `not_found`."""
    found: Hold = Hold.objects.filter(member_id=member_id).get_public(public_id)
    return found


def reserved_by_lot(member_id: int, at: datetime) -> dict[int, Decimal]:
    """What holds open at this instant reserve, by lot."""
    reserved = Reservation.objects.filter(amount__gt=0, hold__in=open_holds(member_id, at).order_by())
    return dict(reserved.order_by().values_list("lot").annotate(Sum("amount")))


def reservations_of(hold: Hold) -> QuerySet[Reservation]:
    """Which lots a hold reserved, in the order in which they burn."""
    rows: QuerySet[Reservation] = Reservation.objects.filter(hold=hold, amount__gt=0).select_related("lot")
    return rows.order_by("id")


def with_what_is_held(lots: Iterable[Lot], member_id: int, at: datetime) -> list[Lot]:
    """The lots with `held` as it is at this instant: holds past their expiry count for nothing, let go of or not."""
    found = list(lots)
    if any(lot.held for lot in found):
        reserved = reserved_by_lot(member_id, at)
        for lot in found:
            lot.held = reserved.get(lot.pk, Decimal(0))
    return found

"""What scenarios can do with credits."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from credits import queries
from credits.enums import EntryKind
from credits.models import Entry
from credits.services import books, lots
from upstage_console.scenarios.arguments import Date, Name, NewName, Number, Text
from upstage_console.scenarios.registry import Happening, action, audits_books, extends, samples_balance, watches
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)


@action(
    "grant",
    {
        "member": A_MEMBER,
        "amount": Number(required=True),
        "expires": Date(required=True),
        "reason": Text(default="event"),
        "as": NewName("lot"),
    },
)
def grant(world: World, *, member: int, amount: Decimal, expires: date, reason: str, as_: str | None) -> Result:
    """Staff give free credits."""
    lot = lots.grant(
        member_id=member, amount=amount, expires_on=expires, reason=reason, by=world.staff("amy"), at=world.now
    )
    world.name("lot", as_, lot.public_id)
    return {"lot": world.label(lot.public_id), "expires_on": lot.expires_on, "clauses": lot.clauses}


@action("lots", {"member": A_MEMBER})
def lots_left(world: World, *, member: int) -> Result:
    """What still has something left, in burn order."""
    return [
        {
            "lot": world.label(lot.public_id),
            "kind": lot.kind,
            "amount": lot.amount,
            "remaining": lot.remaining,
            "expires_on": lot.expires_on,
            "source": lot.source,
        }
        for lot in queries.lots_in_burn_order(member, world.now)
    ]


@action("ledger", {"member": A_MEMBER})
def ledger(world: World, *, member: int) -> Result:
    """Every movement, the oldest first, and whether it all adds up."""
    entries = queries.entries(member).order_by("sequence")
    return {
        "entries": [_shown(world, entry) for entry in entries],
        "balance": queries.balance(member, world.now).total,
        "consistent": books.is_consistent(member),
    }


def _shown(world: World, entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "amount": entry.amount,
        "balance": entry.balance,
        "lot": world.label(entry.lot.public_id),
        "clauses": entry.clauses,
    }


@extends("show_member")
def show_balance(world: World, _result: Result, *, member: int) -> Result:
    """What the member can use now."""
    now = queries.balance(member, world.now)
    return {"balance": {"paid": now.paid, "free": now.free, "total": now.total}}


@extends("request_rejoin")
@extends("approve_rejoin")
@extends("decline_rejoin")
def balance_after(world: World, _result: Result, *, member: int) -> Result:
    """What is, or comes back, with a request to come back."""
    return {"balance": queries.balance(member, world.now).total}


@samples_balance
def sample(world: World, member: int) -> Mapping[str, Decimal]:
    """The balances for the chart."""
    now = queries.balance(member, world.now)
    return {"paid": now.paid, "free": now.free}


@watches("expiries")
def expiries(world: World, mark: int) -> Iterable[Happening]:
    """Credits that left because their last day was over; they are posted in the order of their time."""
    posted = Entry.objects.filter(kind=EntryKind.EXPIRY).select_related("member", "lot").order_by("at", "pk")
    for number, entry in enumerate(posted[mark:], mark + 1):
        facts = {"lot": world.label(entry.lot.public_id), "amount": entry.amount, "balance": entry.balance}
        yield Happening(number, entry.at, "credits expired", entry.member.name, tuple(entry.clauses), facts)


@audits_books
def audit() -> Iterable[str]:
    """What does not add up when the story is over."""
    return map(str, books.findings())

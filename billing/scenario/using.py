"""What scenarios can do with prices, use and holds."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from billing.services import catalogue, charging, holding
from billing.services.rating import Use
from credits.queries import Balance
from credits.services.burning import Allocation
from upstage_console.scenarios.arguments import Date, Name, NewName, Number, Text, Whole
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
A_HOLD = Name("hold", required=True)
A_USE = {"amount": Number(), "service": Text(), "meter": Text(), "quantity": Number(), "key": Name("key")}


@action(
    "set_price",
    {
        "service": Text(required=True),
        "meter": Text(required=True),
        "price": Number(required=True),
        "per": Whole(default=1),
        "from": Date(required=True),
        "currency": Text(default="KRW"),
    },
)
def set_price(world: World, *, price: Decimal, per: int, from_: date, currency: str, **what: str) -> Result:
    """Staff add a price; service and meter are made when first named."""
    meter = catalogue.add_meter(**what, by=world.staff("amy"), at=world.now)
    made = catalogue.set_price(
        meter_id=meter.pk,
        currency=currency,
        unit_price=price,
        per=per,
        effective_on=from_,
        by=world.staff("amy"),
        at=world.now,
        reason="scenario",
    )
    return {"effective_on": made.effective_on, "clauses": ["upstage/17.1"]}


@action("use", {"member": A_MEMBER, **A_USE})
def use(world: World, *, member: int, amount: Decimal | None, key: str | None, **metered: Any) -> Result:
    """Use a service, by amount or by meter; credits pay first."""
    charged = charging.charge(member_id=member, use=_use(amount, key, metered), by=None, at=world.now)
    return {
        "burned": _burned(world, charged.allocations),
        "balance": charged.balance,
        "available": charged.available,
        "owed": charged.owed,
        "amount": charged.amount,
        "clauses": ["upstage/15.3", "upstage/18.1"],
    }


@action("hold", {"member": A_MEMBER, **A_USE, "expires_in": Whole(), "as": NewName("hold")})
def hold(
    world: World, *, member: int, amount: Decimal | None, key: str | None, expires_in: int | None, as_: str | None,
    **metered: Any,
) -> Result:  # fmt: skip
    """Reserve credits for a use that is about to begin, by amount or by meter; in a story, for as long as possible."""
    lasting = timedelta(seconds=settings.HOLD_SECONDS_MOST if expires_in is None else expires_in)
    use = _use(amount, key, metered)
    placed = holding.place(member_id=member, use=use, expires_in=lasting, by=None, at=world.now)
    world.name("hold", as_, placed.hold.public_id)
    return {"expires_at": placed.hold.expires_at, **_left(placed.credits)}


@action("capture", {"hold": A_HOLD, "amount": Number(), "service": Text(), "meter": Text(), "quantity": Number()})
def capture(world: World, *, hold: str, amount: Decimal | None, quantity: Decimal | None, **metered: Any) -> Result:
    """Burn what was really used of a hold: an amount, or a quantity of what it was placed for."""
    use = None
    if amount is not None or metered["service"]:
        use = _use(amount, None, {**metered, "quantity": quantity})
    done = holding.capture(hold=hold, use=use, quantity=quantity, by=None, at=world.now)
    return {
        "burned": _burned(world, done.allocations),
        "amount": done.charge.amount,
        "owed": done.charge.owed,
        **_left(done.held.credits),
    }


@action("release", {"hold": A_HOLD})
def release(world: World, *, hold: str) -> Result:
    """Free everything a hold reserves."""
    return _left(holding.release(hold=hold, by=None, at=world.now).credits)


def _use(amount: Decimal | None, key: str | None, metered: Mapping[str, Any]) -> Use:
    return Use(**metered, key=key) if amount is None else Use.of_amount(amount, key)


def _burned(world: World, parts: Iterable[Allocation]) -> list[dict[str, Any]]:
    return [{"lot": world.label(part.lot), "kind": part.kind, "amount": part.amount} for part in parts]


def _left(now: Balance) -> dict[str, Any]:
    return {"held": now.held, "balance": now.total, "available": now.available, "clauses": ["upstage/15.3"]}

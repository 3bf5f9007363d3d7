"""What scenarios can do with prices, use and holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts.models import Member
from billing.enums import AddOnKind
from billing.models import PricePromotion, Trial
from billing.queries import trials as queries
from billing.rules.events import Event
from billing.rules.steps import Step
from billing.services import catalogue, charging, holding, price_promotions, trials, usage
from billing.services.catalogue import AddOnLine
from billing.services.rating import Use
from credits.queries import Balance
from credits.services.burning import Allocation
from upstage_console.kernel.calendars import kst_date
from upstage_console.scenarios.arguments import (
    Date,
    Fields,
    Flag,
    ListOf,
    MapOf,
    Moment,
    Name,
    NewName,
    Number,
    Text,
    Whole,
)
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
A_HOLD = Name("hold", required=True)
ADD_ONS = ListOf(Text())
A_USE = {
    "amount": Number(), "service": Text(), "meter": Text(), "quantity": Number(), "add_ons": ADD_ONS,
    "key": Name("key"),
}  # fmt: skip


@action(
    "set_price",
    {
        "service": Text(required=True),
        "meter": Text(required=True),
        "price": Number(required=True),
        "per": Whole(default=1),
        "from": Date(required=True),
        "currency": Text(default="KRW"),
        "add_ons": MapOf(Number()),
        "add_ons_per_unit": MapOf(Number()),
        "steps": ListOf(Fields({"above": Number(required=True), "price": Number(required=True)})),
    },
)
def set_price(
    world: World, *, price: Decimal, per: int, from_: date, currency: str, add_ons: Mapping[str, Decimal] | None,
    add_ons_per_unit: Mapping[str, Decimal] | None, steps: Sequence[Mapping[str, Decimal]] | None, **what: str,
) -> Result:  # fmt: skip
    """Staff add a price with its add-ons, in percent or per unit; service and meter are made when first named.

    With `steps` it is the price of the month's first units, until the first of them begins.
    """
    lines = [AddOnLine(name, value) for name, value in (add_ons or {}).items()]
    lines += [AddOnLine(name, value, AddOnKind.PER_UNIT) for name, value in (add_ons_per_unit or {}).items()]
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
        add_ons=lines,
        further=[Step(one["above"], one["price"]) for one in steps or ()],
    )
    return {"effective_on": made.effective_on, "clauses": ["upstage/17.1"]}


@action(
    "start_trial",
    {"member": A_MEMBER, "service": Text(required=True), "days": Whole(required=True), "agree": Flag(default=True)},
)
def start_trial(world: World, *, member: int, service: str, days: int, agree: bool) -> Result:
    """A member begins a free trial, which is offered for so many days from now on; and agrees to pay after it."""
    row = catalogue.add_service(service=service)
    if queries.days_offered(row, world.today) != days:
        trials.offer(
            service_id=row.pk,
            days=days,
            effective_on=world.today,
            by=world.staff("amy"),
            at=world.now,
            reason="scenario",
        )
    by = Member.objects.get(pk=member).user
    made = trials.start(member_id=member, service_id=row.pk, agrees=agree, by=by, at=world.now)
    shown = queries.TrialShown(made, world.now)
    return {
        "ends_on": made.ends_on, "paid_from": shown.paid_from, "agreed": made.agreed_at is not None,
        "clauses": list(trials.CLAUSES),
    }  # fmt: skip


@action("agree_to_pay", {"member": A_MEMBER, "service": Text(required=True)})
def agree_to_pay(world: World, *, member: int, service: str) -> Result:
    """The member agrees that use is paid after the trial."""
    row = Trial.objects.get(member=member, service__code=service)
    by = Member.objects.get(pk=member).user
    made = trials.agree(trial_id=row.public_id, member_id=member, by=by, at=world.now)
    return {"paid_from": made.paid_at and kst_date(made.paid_at), "clauses": list(trials.CLAUSES)}


@action(
    "promote_prices",
    {"name": Text(required=True), "service": Text(required=True), "percent": Whole(required=True),
     "from": Date(required=True), "until": Date(required=True)},
)  # fmt: skip
def promote_prices(world: World, *, name: str, service: str, percent: int, from_: date, until: date) -> Result:
    """Staff publish a promotion on the prices of a service."""
    row = catalogue.add_service(service=service)
    offered = price_promotions.Offered(name, name, name, name, name, percent, [row.pk], from_, until)
    made = price_promotions.publish(offered, by=world.staff("amy"), at=world.now, reason="scenario")
    return {"ends_on": made.ends_on, "clauses": list(price_promotions.CLAUSES)}


@action("join_price_promotion", {"member": A_MEMBER, "name": Text(required=True)})
def join_price_promotion(world: World, *, member: int, name: str) -> Result:
    """The member joins it."""
    row = PricePromotion.objects.get(code=name)
    by = Member.objects.get(pk=member).user
    price_promotions.join(promotion_id=row.public_id, member_id=member, by=by, at=world.now)
    return {"ends_on": row.ends_on, "clauses": list(price_promotions.CLAUSES)}


@action(
    "report_use",
    {"member": A_MEMBER, "id": Text(required=True), "service": Text(required=True), "meter": Text(required=True),
     "quantity": Number(required=True), "used_at": Moment(), "add_ons": ADD_ONS},
)  # fmt: skip
def report_use(
    world: World, *, member: int, id: str, used_at: datetime | None, add_ons: list[str] | None, **metered: Any
) -> Result:
    """The gateway reports a use after the call, perhaps late; the next settlement charges it."""
    name = Member.objects.get(pk=member).public_id
    event = Event(id=id, at=used_at or world.now, member=name, add_ons=sorted(set(add_ons or ())) or None, **metered)
    taken = usage.take([event], batch_key="scenario", at=world.now)
    rejected = [one.code for one in taken.rejected]
    return {"accepted": taken.accepted, "duplicate": taken.duplicate, "rejected": rejected, "clauses": ["upstage/2.7"]}


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
    if amount is not None:
        return Use.of_amount(amount, key)
    named = {**metered, "add_ons": metered.get("add_ons") or ()}
    return Use(**named, key=key)


def _burned(world: World, parts: Iterable[Allocation]) -> list[dict[str, Any]]:
    return [{"lot": world.label(part.lot), "kind": part.kind, "amount": part.amount} for part in parts]


def _left(now: Balance) -> dict[str, Any]:
    return {"held": now.held, "balance": now.total, "available": now.available, "clauses": ["upstage/15.3"]}

"""The bonus of a purchase: it comes with the payment, and ends on its day or with its cycle (upstage/15.2, 15-2.2)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from billing.models import Purchase
from billing.queries.tiers import line_of
from billing.rules.bonus import usable_until
from credits.enums import LotSource
from credits.queries import live_lots
from credits.services import lots, taking_out
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction

GIVEN = ("upstage/15.2", "upstage/2.8")
MOVED = ("upstage/15-3.2",)


@enforces("upstage/15.2", "upstage/15-2.2")
def give(purchase: Purchase, *, by: Any, at: datetime) -> str:
    """Grant the bonus of a purchase that is paid at this instant; returns the lot's public id, or "" where none is due.

    A payment that became known only after its cycle has ended brings no bonus any more: it ended with the cycle.
    """
    require_transaction()
    if not purchase.bonus or purchase.tier is None:
        return ""
    ends_on = purchase.cycle.ends_on if purchase.cycle else None
    until = usable_until(line_of(purchase.tier), kst_date(at), ends_on)
    if until < kst_date(at):
        return ""
    return _grant(purchase, purchase.bonus, until, f"bonus:{purchase.public_id}", GIVEN, by, at)


def _grant(
    purchase: Purchase, amount: Decimal, until: date, key: str, clauses: tuple[str, ...], by: Any, at: datetime
) -> str:
    lot = lots.grant(
        member_id=purchase.member_id,
        amount=amount,
        expires_on=until,
        reason="",
        by=by,
        at=at,
        clauses=clauses,
        key=key,
        source=LotSource.BONUS,
        purchase=purchase.public_id,
    )
    return str(lot.public_id)


@enforces("upstage/15-3.2", "upstage/15-3.3")
def move_end(purchases: Iterable[Purchase], until: date, *, by: Any, at: datetime) -> None:
    """Let the unused bonus of a cycle end with `until`, because the next option begins on another day than was printed.

    A lot never changes its day, so what is unused of it ends and comes in again with the new day; what a hold reserves
    stays as it is.
    """
    require_transaction()
    for purchase in purchases:
        left = live_lots(purchase.member_id, at).filter(purchase=purchase.public_id, source=LotSource.BONUS)
        if not left.exclude(expires_on=until).exists():
            continue
        ended = taking_out.end_bonus(
            member_id=purchase.member_id, purchase=purchase.public_id, by=by, at=at, clauses=MOVED
        )
        unused = -sum((entry.amount for entry in ended), Decimal(0))
        if unused and until >= kst_date(at):
            key = f"bonus:{purchase.public_id}:{until}:{ended[-1].pk}"
            _grant(purchase, unused, until, key, MOVED, by, at)


@enforces("upstage/15-2.2")
def end(purchases: Iterable[Purchase], *, by: Any, at: datetime) -> None:
    """End what is unused of the bonus of a cycle that is over, whatever its lots were printed with."""
    require_transaction()
    for purchase in purchases:
        if purchase.bonus_lot:
            taking_out.end_bonus(member_id=purchase.member_id, purchase=purchase.public_id, by=by, at=at)

"""Publishing tables of bonus tiers: drafted, looked at, published with a day, never changed (upstage/15.2)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.enums import TABLE_MOVES, PurchaseMode, TableStatus
from billing.errors import TierTwice
from billing.models import Tier, TierTable
from billing.rules.bonus import MOST_PERCENT, VALID_DAYS, TierLine
from upstage_console.kernel import audit, money
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import DayHasPassed, InvalidAmount
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/15.2",)
HUNDREDTH = Decimal("0.01")


@transaction.atomic
def draft(lines: Sequence[TierLine], *, effective_on: date, by: Any, at: datetime, reason: str = "") -> TierTable:
    """Draft a whole table; nobody sees it yet. An empty one ends all bonuses.

    Refuses `invalid_amount` (a minimum that cannot be bought, a percent not from 0 to 100 or with more than two
    decimals, a validity of no days), `unknown_currency`, and `tier_twice`.
    """
    for line in lines:
        _check(line)
    _refuse_doubles(lines)
    table = TierTable.objects.create(effective_on=effective_on, drafted_by=audit.actor(by), drafted_at=at)
    Tier.objects.bulk_create([_row(table, line) for line in lines])
    audit.record("tiers.drafted", table, by=by, at=at, reason=reason, clauses=CLAUSES, facts={"tiers": len(lines)})
    return table


@transaction.atomic
def redraft(
    table_id: str, lines: Sequence[TierLine], *, effective_on: date, by: Any, at: datetime, reason: str = ""
) -> TierTable:
    """Write a draft anew: the old one is dropped. Refuses as `draft` does, and what the states do not allow."""
    drop(table_id, by=by, at=at, reason=reason)
    return draft(lines, effective_on=effective_on, by=by, at=at, reason=reason)


@enforces("upstage/15.2")
@transaction.atomic
def publish(table_id: str, *, by: Any, at: datetime, reason: str = "") -> TierTable:
    """Publish a draft: from its day on it gives the bonus, of purchases and of cycles that begin then.

    What was bought keeps the tier of its own time. Refuses `day_has_passed`, and what the states do not allow.
    """
    table: TierTable = TierTable.objects.locked().get_public(table_id)
    if table.effective_on < kst_date(at):
        raise DayHasPassed
    move(
        table, TableStatus.PUBLISHED, allowed=TABLE_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
        published_by=audit.actor(by), published_at=at,
    )  # fmt: skip
    facts = {"effective_on": table.effective_on, "tiers": table.tiers.count()}
    audit.record("tiers.published", table, by=by, at=at, reason=reason, clauses=CLAUSES, facts=facts)
    return table


@transaction.atomic
def drop(table_id: str, *, by: Any, at: datetime, reason: str = "") -> TierTable:
    """Drop a draft. Refuses what the states do not allow."""
    table: TierTable = TierTable.objects.locked().get_public(table_id)
    move(table, TableStatus.DROPPED, allowed=TABLE_MOVES, by=by, at=at, reason=reason)
    audit.record("tiers.dropped", table, by=by, at=at, reason=reason, clauses=CLAUSES)
    return table


def _check(line: TierLine) -> None:
    money.unit_of(line.currency)
    if money.exact(line.minimum) <= 0 or money.charged(line.minimum, line.currency) != line.minimum:
        raise InvalidAmount(facts={"amount": line.minimum})
    percent = money.exact(line.percent)
    if not 0 <= percent <= MOST_PERCENT or percent != percent.quantize(HUNDREDTH):
        raise InvalidAmount(facts={"amount": line.percent})
    if line.valid_days is not None and line.valid_days < 1:
        raise InvalidAmount(facts={"amount": line.valid_days})


def _refuse_doubles(lines: Sequence[TierLine]) -> None:
    seen: set[tuple[str, str, Decimal]] = set()
    for line in lines:
        name = (line.mode, line.currency, line.minimum)
        if name in seen:
            raise TierTwice(facts={"minimum": line.minimum, "currency": line.currency})
        seen.add(name)


def _row(table: TierTable, line: TierLine) -> Tier:
    once = line.mode == PurchaseMode.ONCE
    return Tier(
        table=table,
        mode=PurchaseMode(line.mode),
        currency=line.currency,
        minimum=line.minimum,
        bonus_percent=line.percent,
        valid_days=(line.valid_days or VALID_DAYS) if once else None,
    )

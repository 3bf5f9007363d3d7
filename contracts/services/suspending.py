"""Stopping or limiting a contract's service: told beforehand, done by hand, ended at once (rift/4.4, 7.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import (
    CONTRACT_MOVES,
    SUSPENSION_MOVES,
    SUSPENSION_NOTICE_MOVES,
    ContractStanding,
    ContractStatus,
    SuspensionGround,
    SuspensionNoticeStatus,
    SuspensionScope,
    SuspensionStatus,
)
from contracts.errors import NoGroundToSuspend, NoticeNeeded, NotInForce, NotSuspended, SuspensionTooSoon
from contracts.models import Breach, Contract, Suspension, SuspensionNotice
from contracts.queries import suspensions as queries
from contracts.queries.standing import require_concluded, standing_of
from contracts.rules import suspensions as rules
from contracts.services import drafting, suspension_letters
from contracts.services.deadlines import last_instant
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, Invalid
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

TASK: Final = "suspend_service"
MOST_FUNCTIONS: Final = 20
RUNNING: Final = (ContractStanding.CONCLUDED, ContractStanding.ACTIVE, ContractStanding.SUSPENDED)
GONE: Final = "the ground is gone"

policy.reading(
    "suspension_notice_days",
    7,
    clause="rift/7.3",
    why_ko="서면 통지와 서비스 제한일 사이의 날수입니다. 약관에 기한이 없어 회원 약관 제18조 제2항의 7일을 따릅니다.",
    why_en="Clear days between the written notice and the limit. The terms name none; members have 7 (upstage/18.2).",
    valid=lambda value: type(value) is int and 1 <= value <= 90,
)


@dataclass(frozen=True)
class Limit:
    """On which ground what is stopped, from which day (None: the earliest); no functions mean the whole service."""

    ground: SuspensionGround
    functions: Sequence[str] = ()
    from_on: date | None = None


@enforces("rift/4.4", "rift/7.3")
@transaction.atomic
def announce(contract_id: str, limit: Limit, *, reason: str, by: Any, at: datetime) -> SuspensionNotice:
    """Tell the firm in writing that its service will be stopped or limited; staff do it on its day, or not.

    Refuses `not_found`, `not_concluded`, `not_active` for what is over, `no_ground`, `notice_too_short`, `invalid` for
    functions without names, `already_done` while an earlier notice on the same ground is open.
    """
    contract = drafting.locked(contract_id)
    _require_running(contract, at)
    functions = _named(limit.functions)
    breach = _require_ground(contract, limit.ground, at)
    first = rules.earliest(kst_date(at), policy.value("suspension_notice_days", at=at))
    if limit.from_on is not None and limit.from_on < first:
        raise SuspensionTooSoon(facts={"earliest": first})
    if contract.suspension_notices.filter(ground=limit.ground, status=SuspensionNoticeStatus.TOLD).exists():
        raise AlreadyDone(clauses=rules.CLAUSES[limit.ground])
    row: SuspensionNotice = SuspensionNotice.objects.create(
        customer_id=contract.customer_id, contract=contract, ground=limit.ground, breach=breach, functions=functions,
        scope=SuspensionScope.FUNCTIONS if functions else SuspensionScope.FULL, from_on=limit.from_on or first,
        reason=reason[:500], told_by=audit.actor(by), told_at=at,
    )  # fmt: skip
    _record("contract.suspension_announced", row, reason, by, at, {"from": row.from_on, "functions": functions})
    _open_task(row, at)
    suspension_letters.told(row, at=at)
    return row


def _require_running(contract: Contract, at: datetime) -> None:
    require_concluded(contract)
    found = standing_of(contract, on=kst_date(at))
    if found not in RUNNING:
        raise NotInForce(facts={"contract": contract.title, "on": kst_date(at), "standing": found.label})


def _named(functions: Sequence[str]) -> list[str]:
    named = list(dict.fromkeys(name.strip() for name in functions))
    if len(named) > MOST_FUNCTIONS or not all(is_visible(name) and len(name) <= 120 for name in named):
        raise Invalid
    return named


def _require_ground(contract: Contract, ground: SuspensionGround, at: datetime) -> Breach | None:
    """The demand that a breach rests on; nothing where it is money. Refuses `no_ground`."""
    demand = queries.demands(contract).first() if ground == SuspensionGround.BREACH else None
    is_unpaid = ground == SuspensionGround.UNPAID and queries.overdue(contract, at=at).exists()
    if demand is None and not is_unpaid:
        raise NoGroundToSuspend(facts={"contract": contract.title}, clauses=rules.CLAUSES[ground])
    return demand


def _open_task(row: SuspensionNotice, at: datetime) -> None:
    last = last_instant("contract_suspension_days", on=row.from_on, at=at)
    due.open_item(
        TASK, row.contract, key=row.public_id, about=row.customer, clause=clauses_of(row)[0],
        due_at=last, warn_at=day_start(row.from_on), at=at, title_ko=f"서비스 제한 여부 결정: {row.contract.title}",
        title_en=f"Decide on limiting the service: {row.contract.title}",
    )  # fmt: skip


@enforces("rift/4.4", "rift/7.3")
@transaction.atomic
def suspend(contract_id: str, *, reason: str, by: Any, at: datetime) -> Suspension:
    """Stop what the earlier notice named, from its day on; the whole service makes the contract suspended.

    Refuses `not_found`, `not_concluded`, `not_active`, `notice_required` without a notice whose day has come, and
    `no_ground` where what it rests on is gone.
    """
    contract = drafting.locked(contract_id)
    _require_running(contract, at)
    notice = _ripe(contract, at)
    row: Suspension = Suspension.objects.create(
        customer_id=contract.customer_id, contract=contract, notice=notice, ground=notice.ground, scope=notice.scope,
        functions=notice.functions, clauses=clauses_of(notice), reason=reason[:500], starts_at=at,
        suspended_by=audit.actor(by),
    )  # fmt: skip
    move(notice, SuspensionNoticeStatus.USED, allowed=SUSPENSION_NOTICE_MOVES, by=by, at=at, closed_at=at)
    if row.scope == SuspensionScope.FULL and contract.status == ContractStatus.CONCLUDED:
        move(contract, ContractStatus.SUSPENDED, allowed=CONTRACT_MOVES, by=by, at=at, reason=reason,
             clauses=row.clauses)  # fmt: skip
    _record("contract.suspended", row, reason, by, at, {"notice": notice.told_at, "functions": row.functions})
    _close_task(notice, by, at, "suspended")
    suspension_letters.suspended(row, at=at)
    return row


def _ripe(contract: Contract, at: datetime) -> SuspensionNotice:
    told = contract.suspension_notices.filter(status=SuspensionNoticeStatus.TOLD, from_on__lte=kst_date(at))
    ripe: list[SuspensionNotice] = list(told.locked())
    if not ripe:
        raise NoticeNeeded
    grounded = [notice for notice in ripe if queries.is_grounded(contract, notice, at=at)]
    if not grounded:
        raise NoGroundToSuspend(facts={"contract": contract.title}, clauses=clauses_of(ripe[0]))
    return grounded[0]


@enforces("rift/4.4", "rift/7.3")
@transaction.atomic
def resume(contract_id: str, *, reason: str, by: Any, at: datetime) -> list[Suspension]:
    """Let everything of a contract's service run again, by hand. Refuses `not_found`, `not_suspended`."""
    contract = drafting.locked(contract_id)
    rows = list(queries.running(contract).locked())
    if not rows:
        raise NotSuspended(facts={"contract": contract.title})
    _end(contract, rows, reason, by, at)
    return rows


@transaction.atomic
def drop(notice_id: str, *, reason: str, by: Any, at: datetime) -> SuspensionNotice:
    """Nothing comes of a notice; the firm is told. Refuses `not_found`, `already_done`."""
    found: SuspensionNotice = SuspensionNotice.objects.select_related("contract").get_public(notice_id)
    drafting.locked(found.contract.public_id)
    row: SuspensionNotice = SuspensionNotice.objects.select_related("contract__customer").get_public(notice_id)
    if row.status != SuspensionNoticeStatus.TOLD:
        raise AlreadyDone(clauses=clauses_of(row))
    _drop(row, reason, by, at)
    return row


@enforces("rift/7.3")
def look_again(contract: Contract, *, by: Any, at: datetime) -> None:
    """End at once what has lost its ground: everything due was paid, or the breach was cured; in the caller's work."""
    require_transaction()
    for notice in contract.suspension_notices.filter(status=SuspensionNoticeStatus.TOLD).locked():
        if not queries.is_grounded(contract, notice, at=at):
            _drop(notice, GONE, by, at)
    running = queries.running(contract).select_related("notice").locked()
    over = [row for row in running if not queries.is_grounded(contract, row.notice, at=at)]
    if over:
        _end(contract, over, GONE, by, at)


def close_all(contract: Contract, *, by: Any, at: datetime) -> None:
    """A contract that ends is neither suspended nor about to be; in the caller's transaction, nobody is told apart."""
    require_transaction()
    for notice in contract.suspension_notices.filter(status=SuspensionNoticeStatus.TOLD).locked():
        move(notice, SuspensionNoticeStatus.DROPPED, allowed=SUSPENSION_NOTICE_MOVES, by=by, at=at, closed_at=at)
        _close_task(notice, by, at, "terminated")
    for row in queries.running(contract).locked():
        _stop(row, "terminated", by, at)


def _end(contract: Contract, rows: Sequence[Suspension], reason: str, by: Any, at: datetime) -> None:
    for row in rows:
        _stop(row, reason, by, at)
        _record("contract.resumed", row, reason, by, at, {"since": row.starts_at})
    whole = queries.running(contract).filter(scope=SuspensionScope.FULL)
    if contract.status == ContractStatus.SUSPENDED and not whole.exists():
        clauses = sorted({clause for row in rows for clause in row.clauses})
        move(contract, ContractStatus.CONCLUDED, allowed=CONTRACT_MOVES, by=by, at=at, reason=reason, clauses=clauses)
    suspension_letters.resumed(rows, at=at)


def _stop(row: Suspension, reason: str, by: Any, at: datetime) -> None:
    move(row, SuspensionStatus.ENDED, allowed=SUSPENSION_MOVES, by=by, at=at, reason=reason, clauses=row.clauses,
         ended_at=at, ended_by=audit.actor(by), end_reason=reason[:500] or "–")  # fmt: skip


def _drop(row: SuspensionNotice, reason: str, by: Any, at: datetime) -> None:
    move(row, SuspensionNoticeStatus.DROPPED, allowed=SUSPENSION_NOTICE_MOVES, by=by, at=at, reason=reason,
         closed_at=at)  # fmt: skip
    _record("contract.suspension_dropped", row, reason, by, at, {"from": row.from_on})
    _close_task(row, by, at, reason or "dropped")
    suspension_letters.dropped(row, at=at)


def _close_task(row: SuspensionNotice, by: Any, at: datetime, outcome: str) -> None:
    if DueItem.objects.filter(kind=TASK, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(TASK, row.public_id, by=by, at=at, outcome=outcome[:200])


def _record(
    action: str, row: Suspension | SuspensionNotice, reason: str, by: Any, at: datetime, facts: dict[str, Any]
) -> None:  # fmt: skip
    audit.record(action, row.contract, by=by, at=at, about=row.contract.customer, reason=reason,
                 clauses=clauses_of(row), facts={"ground": row.ground, **facts})  # fmt: skip


def clauses_of(row: Suspension | SuspensionNotice) -> list[str]:
    """What a stop or its notice rests on."""
    return rules.CLAUSES[SuspensionGround(row.ground)]

"""Clocks of cases: told anew from the log after each event, and their obligations with them (rift/8.1)."""

from datetime import datetime, timedelta
from typing import Any, Final

from contracts.enums import ClockVerdict, Metric
from contracts.models import Case, CaseClock, SupportTarget
from contracts.queries import cases as queries
from contracts.rules import clocks as rules
from contracts.rules.clocks import Clock
from contracts.services import service_letters
from contracts.services.service_letters import MissedTarget
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.models import Holiday

CLAUSES: Final = ["rift/8.1"]
TASKS: Final = {Metric.RESPONSE: "case_response", Metric.RESOLUTION: "case_resolution"}
TITLES: Final = {
    Metric.RESPONSE: ("고객 지원 답변", "Answer a support case"),
    Metric.RESOLUTION: ("고객 지원 해결", "Fix a support case"),
}
LONGEST_SUBJECT: Final = 150
TOLD: Final = ("due_at", "warn_at", "remaining_seconds", "stopped_at", "used_seconds", "breached_at", "turn")

policy.reading(
    "case_warned_at_percent",
    75,
    clause="rift/8.1",
    why_ko="약관은 목표 시간이 다 되기 전에 언제 알릴지 정하지 않습니다. 목표 시간의 4분의 3이 지나면 알립니다.",
    why_en="The terms do not say when to warn of a target; it is done once three quarters of its time are used.",
    valid=lambda value: type(value) is int and 1 <= value <= 99,
)


def start(case: Case, target: SupportTarget, *, at: datetime) -> None:
    """Set both clocks going, in the transaction that opens the case."""
    require_transaction()
    minutes = {Metric.RESPONSE: target.respond, Metric.RESOLUTION: target.resolve}
    for metric, allowed in minutes.items():
        row = CaseClock(customer_id=case.customer_id, case=case, metric=metric, target_minutes=allowed)
        _read_off(row, _timed(case, row), at)
        row.save(force_insert=True)
        _open_task(row, at)


def tell_anew(case: Case, *, by: Any, at: datetime) -> list[CaseClock]:
    """Read the clocks of a case off its log, in the transaction that added to it; returns them, the answer first.

    A target found to be missed is written down once and told of; its obligation is opened and closed with the clock.
    """
    require_transaction()
    rows = list(CaseClock.objects.filter(case=case).order_by("pk").select_for_update(of=("self",), no_key=True))
    for row in rows:
        before = (row.due_at is not None and row.stopped_at is None, row.breached_at)
        timed = _timed(case, row)
        _read_off(row, timed, at)
        runs = row.due_at is not None and row.stopped_at is None
        if runs and not before[0]:
            row.turn += 1
        row.save(update_fields=TOLD)
        _follow(row, before[0], runs, by, at)
        if row.breached_at is not None and before[1] is None:
            _note_breach(row, row.breached_at, at)
    return rows


def recount(case: Case, *, by: Any, at: datetime) -> list[tuple[CaseClock, datetime | None]]:
    """Read the clocks that still run over the calendar that their case has now; returns those that fall due anew.

    What was missed or has stopped stays as it is. The obligation moves with the clock, and what was warned of is warned
    of again where the time for it has not come any more.
    """
    require_transaction()
    rows = CaseClock.objects.filter(case=case, stopped_at__isnull=True, breached_at__isnull=True).order_by("pk")
    found = [(row, row.due_at) for row in rows.select_for_update(of=("self",), no_key=True)]
    for row, before in found:
        _read_off(row, _timed(case, row), at)
        if before is not None and row.due_at != before:
            _move_task(row, by, at)
    return [(row, before) for row, before in found if row.due_at != before]


def _move_task(row: CaseClock, by: Any, at: datetime) -> None:
    """Let the obligation fall due with its clock; one that staff waived stays waived, and its clock moves alone."""
    is_owed = _close_task(row, "support days changed", by, at)
    if is_owed:
        row.turn += 1
    if row.warn_at is not None and row.warn_at > at:
        row.warned_at = None
    row.save(update_fields=[*TOLD, "warned_at"])
    if is_owed:
        _open_task(row, at)


def _timed(case: Case, row: CaseClock) -> Clock:
    log = [event.as_rule for event in queries.log_of(case)]
    calendar = case.policy.calendar(Holiday.objects.calendar())
    return rules.read(log, Metric(row.metric), calendar, timedelta(minutes=row.target_minutes))


def _read_off(row: CaseClock, timed: Clock, at: datetime) -> None:
    row.due_at = rules.due_at(timed)
    row.warn_at = rules.due_at(timed, policy.value("case_warned_at_percent", at=at))
    left, used = rules.remaining(timed, at), rules.elapsed(timed, at)
    row.remaining_seconds = int(left.total_seconds()) if row.due_at is None else None
    row.stopped_at = timed.stopped_at
    row.used_seconds = int(used.total_seconds()) if timed.stopped_at is not None else None
    if row.breached_at is None and rules.verdict(timed, at) == ClockVerdict.BREACHED:
        row.breached_at = row.due_at


def _follow(row: CaseClock, did_run: bool, runs: bool, by: Any, at: datetime) -> None:
    """The obligation stands while the clock runs: it is closed with a pause or a stop, and opened anew after it."""
    if runs and not did_run:
        _open_task(row, at)
    if did_run and not runs:
        outcome = "waiting for the customer" if row.stopped_at is None else "done"
        _close_task(row, outcome, by, at)


def _close_task(row: CaseClock, outcome: str, by: Any, at: datetime) -> bool:
    """Close the obligation of a clock; whether it was open, for staff may have waived it."""
    return due.close_all(TASKS[Metric(row.metric)], {_key(row): outcome}, by=by, at=at) > 0


def _key(row: CaseClock) -> str:
    return f"{row.case.public_id}:{row.turn}"


def _open_task(row: CaseClock, at: datetime) -> None:
    if row.due_at is None or row.warn_at is None:
        raise ValueError("a clock that stands still has no obligation")
    ko, en = TITLES[Metric(row.metric)]
    subject = row.case.subject[:LONGEST_SUBJECT]
    due.open_item(
        TASKS[Metric(row.metric)], row.case, key=_key(row), about=row.case.customer, clause="rift/8.1",
        title_ko=f"{ko}: {subject}", title_en=f"{en}: {subject}", due_at=row.due_at, warn_at=row.warn_at, at=at,
    )  # fmt: skip


def _note_breach(row: CaseClock, breached_at: datetime, at: datetime) -> None:
    case = row.case
    facts = {"metric": row.metric, "due_at": row.due_at}
    audit.record("support_case.breached", case, by=None, at=at, about=case.customer, clauses=CLAUSES, facts=facts)
    missed = MissedTarget(
        case.customer_id, case.contract_id, case.public_id, case.subject, row.metric, breached_at
    )  # fmt: skip
    service_letters.targets_missed([missed], at=at)

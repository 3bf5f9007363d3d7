"""Targets of cases watched by the clock: warned of and missed, once each, many in one statement (rift/8.1)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from contracts.services import case_warnings, service_letters
from contracts.services.service_letters import MissedTarget
from upstage_console.kernel.clauses import enforces

AT_A_TIME: Final = 2_000

# What somebody works on just now is left to their transaction, which tells the clocks anew, or to the next run.
WARN: Final = """
WITH late AS (
    SELECT id FROM contracts_caseclock
    WHERE stopped_at IS NULL AND warned_at IS NULL AND warn_at <= %(at)s
    ORDER BY warn_at, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE contracts_caseclock AS clock SET warned_at = %(at)s FROM late WHERE clock.id = late.id RETURNING clock.id
"""
MISS: Final = """
WITH late AS (
    SELECT id FROM contracts_caseclock
    WHERE stopped_at IS NULL AND breached_at IS NULL AND due_at < %(at)s
    ORDER BY due_at, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
), missed AS (
    UPDATE contracts_caseclock AS clock SET breached_at = clock.due_at FROM late WHERE clock.id = late.id
    RETURNING clock.id, clock.case_id, clock.customer_id, clock.metric, clock.due_at
), known AS (
    SELECT missed.customer_id, missed.metric, missed.due_at, "case".contract_id, "case".subject,
        'case_' || replace("case".public_id::text, '-', '') AS case_id,
        'cus_' || replace(customer.public_id::text, '-', '') AS about
    FROM missed JOIN contracts_case AS "case" ON "case".id = missed.case_id
    JOIN contracts_customer AS customer ON customer.id = missed.customer_id
), told AS (
    INSERT INTO kernel_auditevent (public_id, action, subject, about, at, reason, clauses, facts)
    SELECT kernel_new_id(), 'support_case.breached', case_id, about, %(at)s, '', ARRAY['rift/8.1'],
        jsonb_build_object('metric', metric, 'due_at', due_at)
    FROM known
)
SELECT customer_id, contract_id, case_id, subject, metric, due_at FROM known
"""


@enforces("rift/8.1")
def watch(*, at: datetime) -> int:
    """Note what is about to be missed and what was; returns how many clocks. A repeat finds none of them again.

    Each batch is a transaction of its own, so a run that was stopped is gone on with.
    """
    return _all(_warn, at) + _all(_miss, at)


def _all(some: Callable[[datetime], int], at: datetime) -> int:
    noted = 0
    while found := some(at):
        noted += found
    return noted


@transaction.atomic
def _warn(at: datetime) -> int:
    keys = [key for (key,) in _noted(WARN, at)]
    if keys:
        case_warnings.put(keys, at=at)
    return len(keys)


@transaction.atomic
def _miss(at: datetime) -> int:
    missed = [MissedTarget(*row) for row in _noted(MISS, at)]
    service_letters.targets_missed(missed, at=at)
    return len(missed)


def _noted(statement: str, at: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"at": at, "most": AT_A_TIME})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

"""Targets of cases watched by the clock: warned of and missed, once each, many in one statement (rift/8.1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from contracts.models import CaseClock
from contracts.services import case_warnings, service_letters
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
), told AS (
    INSERT INTO kernel_auditevent (public_id, action, subject, about, at, reason, clauses, facts)
    SELECT kernel_new_id(), 'support_case.breached', 'case_' || replace("case".public_id::text, '-', ''),
        'cus_' || replace(customer.public_id::text, '-', ''), %(at)s, '', ARRAY['rift/8.1'],
        jsonb_build_object('metric', missed.metric, 'due_at', missed.due_at)
    FROM missed JOIN contracts_case AS "case" ON "case".id = missed.case_id
    JOIN contracts_customer AS customer ON customer.id = missed.customer_id
)
SELECT id FROM missed
"""


@enforces("rift/8.1")
def watch(*, at: datetime) -> int:
    """Note what is about to be missed and what was; returns how many clocks. A repeat finds none of them again.

    Each batch is a transaction of its own, so a run that was stopped is gone on with.
    """
    return _all(WARN, at) + _all(MISS, at)


def _all(statement: str, at: datetime) -> int:
    noted = 0
    while some := _some(statement, at):
        noted += some
    return noted


@transaction.atomic
def _some(statement: str, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"at": at, "most": AT_A_TIME})
        keys = [key for (key,) in cursor.fetchall()]
    if keys and statement is MISS:
        service_letters.targets_missed(_rows(keys), at=at)
    if keys and statement is WARN:
        case_warnings.put(_rows(keys), at=at)
    return len(keys)


def _rows(keys: Sequence[int]) -> list[CaseClock]:
    return list(
        CaseClock.objects.filter(pk__in=keys).select_related("case__contract", "case__assigned_to").order_by("pk")
    )

"""What the clock does for invoices of contracts: it tells the staff what can be issued, and issues nothing (rift/7.2).

Contracts are found by one statement for each month, some at a time; a run that was cut short is taken up by the next.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from billing.rules import tax_invoices
from contracts.models import Contract, ContractFee
from contracts.queries.month_fees import last_day_of
from contracts.services.invoicing import TASK, milestone_key, task_key
from upstage_console.kernel import due
from upstage_console.kernel.calendars import day_end, kst_date, month_end, month_of, months_later
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.due import NewItem
from upstage_console.kernel.models import Holiday

CLAUSE: Final = "rift/7.2"
MONTHS_BACK: Final = 3
"""A run that was missed is caught up for so long."""
CONTRACTS_AT_A_TIME: Final = 1000
WARNED_BEFORE: Final = timedelta(days=3)

# Fees of a month that were not billed: afterwards once its days are over, ahead and once as soon as they are due.
FIND = """
SELECT contract.id FROM contracts_contract AS contract
WHERE contract.id > %(after)s AND contract.status IN ('concluded', 'suspended')
    AND contract.starts_on <= %(last)s AND contract.ends_on >= %(month)s
    AND EXISTS (
        SELECT FROM contracts_contractfee AS fee
        WHERE fee.contract_id = contract.id AND CASE
            WHEN fee.prepaid IS NOT NULL THEN %(month)s <= %(today)s AND ((
                extract(year FROM %(month)s::date) - extract(year FROM contract.starts_on)) * 12
                + extract(month FROM %(month)s::date) - extract(month FROM contract.starts_on))::int %% fee.prepaid = 0
            WHEN least(contract.ends_on, %(last)s) >= %(today)s THEN false
            WHEN fee.kind = 'usage' THEN EXISTS (
                SELECT FROM contracts_contractuse AS used
                WHERE used.contract_id = contract.id AND used.used_on BETWEEN %(month)s AND %(last)s
            )
            WHEN fee.kind = 'project' THEN EXISTS (
                SELECT FROM contracts_milestoneacceptance AS accepted
                WHERE accepted.fee_id = fee.id AND accepted.accepted_on <= least(contract.ends_on, %(last)s)
            )
            ELSE fee.amount > 0
        END AND NOT EXISTS (
            SELECT FROM contracts_feebilling AS billed
            WHERE billed.fee_id = fee.id
                AND (billed.is_once OR billed.month <= %(month)s AND billed.until_on >= %(month)s)
        )
    )
ORDER BY contract.id LIMIT %(most)s
"""


@enforces("rift/7.1", CLAUSE)
def open_due(*, at: datetime) -> int:
    """Open a task for each contract and month that can be billed; returns how many were looked at. Repeats add none."""
    this_month = month_of(kst_date(at))
    months = [months_later(this_month, -back) for back in range(MONTHS_BACK, -1, -1)]
    return sum(_open(month, at) for month in months)


def _open(month: date, at: datetime) -> int:
    after, number = 0, 0
    while keys := _some(month, after, at):
        after, number = keys[-1], number + len(keys)
    return number


@transaction.atomic
def _some(month: date, after: int, at: datetime) -> list[int]:
    values: dict[str, Any] = {
        "month": month, "last": month_end(month), "today": kst_date(at), "after": after, "most": CONTRACTS_AT_A_TIME,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FIND, values)
        keys = [key for (key,) in cursor.fetchall()]
    due.open_all(_items(keys, month, at), at=at)
    return keys


def _items(keys: Sequence[int], month: date, at: datetime) -> list[NewItem]:
    is_over = month_end(month) < kst_date(at)
    calendar = Holiday.objects.calendar()
    tenth = month.replace(day=tax_invoices.ISSUED_BY_DAY)
    last = day_end(tax_invoices.issue_by(month, calendar) if is_over else calendar.extended(tenth))
    rows = Contract.objects.filter(pk__in=keys).select_related("customer").order_by("pk")
    return [
        NewItem(
            kind=TASK, key=task_key(row, month, is_over=is_over), subject=row, about=row.customer, clause=CLAUSE,
            due_at=last, warn_at=last - WARNED_BEFORE, title_ko=f"청구서 발행: {row.title}, {month:%Y-%m}",
            title_en=f"Issue an invoice: {row.title}, {month:%Y-%m}",
        )
        for row in rows
    ]  # fmt: skip


@enforces("rift/7.1", CLAUSE)
def open_late_milestone(fee: ContractFee, *, at: datetime) -> None:
    """A task for a milestone that was accepted after the contract's last day, in the caller's transaction.

    Its last month bills it, however long ago that was and whether or not it was billed before; within the term the
    month of the acceptance does.
    """
    contract, today = fee.contract, kst_date(at)
    ended_on = last_day_of(contract)
    if ended_on is None or today <= ended_on:
        return
    last, month = day_end(tax_invoices.issue_by(month_of(today), Holiday.objects.calendar())), month_of(ended_on)
    due.open_item(
        TASK, contract, key=milestone_key(fee), about=contract.customer, clause=CLAUSE, due_at=last,
        warn_at=last - WARNED_BEFORE, at=at,
        title_ko=f"청구서 발행: {contract.title}, {month:%Y-%m}, {fee.milestone}",
        title_en=f"Issue an invoice: {contract.title}, {month:%Y-%m}, {fee.milestone}",
    )  # fmt: skip

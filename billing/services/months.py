"""Billing months: what is taken goes on the month of its use or, where that is closing, on the next (upstage/2.7)."""

from collections.abc import Iterable
from datetime import date

from billing.models import BillingMonth
from upstage_console.kernel.calendars import months_later
from upstage_console.kernel.db import require_transaction


def open_for(months_of_use: Iterable[date]) -> dict[date, date]:
    """For each month of use the open month its charges go on, held open until the transaction ends."""
    require_transaction()
    return {month: _hold_open(month) for month in sorted(set(months_of_use))}


def _hold_open(month: date) -> date:
    """FOR KEY SHARE: batches do not wait for each other, the close waits for all of them (it locks FOR UPDATE)."""
    rows = BillingMonth.objects.raw("SELECT * FROM billing_billingmonth WHERE month = %s FOR KEY SHARE", [month])
    row = next(iter(rows), None)
    if row is None:
        BillingMonth.objects.bulk_create([BillingMonth(month=month)], ignore_conflicts=True)
        return _hold_open(month)
    return month if row.closing_at is None else _hold_open(months_later(month, 1))

"""Money that goes out to a customer by transfer: a task for the staff, once two people decided (rift/15.3, 17)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from contracts.models import Contract
from upstage_console.kernel import due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.wording import money

TASK: Final = "contract_payout"
PAID_WITHIN_BUSINESS_DAYS: Final = 5
"""The terms name no time for paying; this is the console's own."""


def open_task(row: Any, contract: Contract, amount: Decimal, *, clause: str, at: datetime) -> None:
    """Open the task to transfer an amount, in the caller's transaction."""
    last = day_end(Holiday.objects.calendar().business_days_after(kst_date(at), PAID_WITHIN_BUSINESS_DAYS))
    ko, en = (money(amount, contract.currency, language) for language in ("ko", "en"))
    due.open_item(
        TASK, row, about=contract.customer, clause=clause, due_at=last, warn_at=last - timedelta(days=2), at=at,
        title_ko=f"고객에게 송금: {contract.title} {ko}", title_en=f"Transfer to a customer: {contract.title}, {en}",
    )  # fmt: skip

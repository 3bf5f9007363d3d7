"""Money that goes out to a customer by transfer: a task for the staff, once two people decided (rift/15.3, 17)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from contracts.models import Contract
from contracts.services.deadlines import last_instant
from upstage_console.kernel import due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.wording import money

TASK: Final = "contract_payout"


def open_task(row: Any, contract: Contract, amount: Decimal, *, clause: str, at: datetime) -> None:
    """Open the task to transfer an amount, in the caller's transaction."""
    last = last_instant("contract_payout_days", on=kst_date(at), at=at)
    ko, en = (money(amount, contract.currency, language) for language in ("ko", "en"))
    due.open_item(
        TASK, row, about=contract.customer, clause=clause, due_at=last, warn_at=last - timedelta(days=2), at=at,
        title_ko=f"고객에게 송금: {contract.title} {ko}", title_en=f"Transfer to a customer: {contract.title}, {en}",
    )  # fmt: skip

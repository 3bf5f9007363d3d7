"""An invoice that owes nothing any more is paid, whether by money or because nothing is insisted on (upstage/18.2).

One whose payment a bank took back is open again.
"""

from datetime import datetime
from typing import Any

from billing.enums import INVOICE_MOVES, InvoiceStatus
from billing.models import Invoice
from billing.queries.debts import debt_of
from billing.services import nonpayment
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.transitions import move


def close(invoice: Invoice, *, by: Any, at: datetime) -> bool:
    """Mark an invoice paid where nothing is owed on it, and give use back where that was all; whether it is so now."""
    require_transaction()
    if invoice.status != InvoiceStatus.ISSUED or debt_of(invoice, kst_date(at)).total:
        return False
    move(invoice, InvoiceStatus.PAID, allowed=INVOICE_MOVES, by=by, at=at, paid_at=at)
    nonpayment.restore(invoice.member_id, by=by, at=at)
    return True


def reopen(invoice: Invoice, *, at: datetime) -> None:
    """An invoice that owes something again is no longer paid; one that was never paid in full stays open."""
    require_transaction()
    if invoice.status == InvoiceStatus.PAID and debt_of(invoice, kst_date(at)).total:
        move(
            invoice, InvoiceStatus.ISSUED, allowed=INVOICE_MOVES, by=None, at=at, clauses=["upstage/18.2"], paid_at=None
        )

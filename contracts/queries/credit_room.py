"""What credit notes can still take off a contract's invoices after what its settlement gave back (rift/7.2, 15.3)."""

from decimal import Decimal

from billing.models import FirmInvoice
from billing.queries.firm_credits import charged_of, left_of_lines
from contracts.enums import ByTwoStatus
from contracts.models import Contract

NOTHING = Decimal(0)


def room_of(contract: Contract, invoice: FirmInvoice) -> Decimal:
    """What a credit note can take off an invoice, without tax: what neither earlier ones nor the settlement took."""
    left, back = charged_of(invoice).subtotal, _given_back(contract, invoice)
    if not back:
        return left
    of_lines = sum((one.charged for one in left_of_lines(invoice)), NOTHING)
    return max(min(left, of_lines - back), NOTHING)


def _given_back(contract: Contract, invoice: FirmInvoice) -> Decimal:
    """What the settlement gave back of an invoice; all of it where the statement does not say of which."""
    ended = contract.terminations.filter(status=ByTwoStatus.DONE, refund__gt=0).first()
    if ended is None:
        return NOTHING
    if "back" not in ended.statement:
        is_ahead = contract.billings.filter(invoice=invoice, fee__prepaid__isnull=False).exists()
        return ended.refund if is_ahead else NOTHING
    parts = [Decimal(one["amount"]) for one in ended.statement["back"] if one["invoice"] == invoice.public_id]
    return sum(parts, NOTHING)

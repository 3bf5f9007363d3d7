"""What a customer owes, as a review of credit counts it (rift/4.2)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from contracts.models import Customer
from contracts.rules.credit import Exposure

UNPAID: Final[list[Callable[[Customer], Decimal]]] = []
"""What is still unpaid of a customer's invoices; whoever issues invoices adds the sum of theirs."""


def exposure_of(customer: Customer, *, yearly_value: Decimal = Decimal(0)) -> Exposure:
    """What a customer owes now, and what a contract of this yearly value would add."""
    unpaid = sum((unpaid_of(customer) for unpaid_of in UNPAID), Decimal(0))
    return Exposure(customer.unpaid_before, unpaid, yearly_value, customer.credit_limit)

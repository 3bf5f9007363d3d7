"""What a customer owes, as a review of credit counts it (rift/4.2)."""

from decimal import Decimal

from billing.queries.firm_debts import unpaid_of
from contracts.models import Customer
from contracts.rules.credit import Exposure


def exposure_of(customer: Customer, *, yearly_value: Decimal = Decimal(0)) -> Exposure:
    """What a customer owes now, and what a contract of this yearly value would add."""
    return Exposure(customer.unpaid_before, unpaid_of(customer.firm), yearly_value, customer.credit_limit)

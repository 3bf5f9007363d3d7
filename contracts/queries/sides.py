"""On which side of a contract somebody acts."""

from typing import Any

from contracts.enums import Side
from contracts.models import Contract
from upstage_console.kernel import audit


def side_of(contract: Contract, by: Any) -> Side:
    """The customer's side for whoever has a seat under the contract, else the company's."""
    user = audit.actor(by)
    has_seat = user is not None and contract.seats.filter(user=user, until_at__isnull=True).exists()
    return Side.CUSTOMER if has_seat else Side.COMPANY

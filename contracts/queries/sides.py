"""On which side of a contract somebody acts."""

from datetime import datetime
from typing import Any

from contracts.enums import Side
from contracts.models import Contract
from upstage_console.kernel import audit


def side_of(contract: Contract, by: Any, *, at: datetime) -> Side:
    """The customer's side for whoever has or had a seat under the contract, else the company's; staff take none."""
    user = audit.actor(by)
    if user is None:
        return Side.COMPANY
    held = contract.seats.filter(user=user, from_at__lte=at)
    return Side.CUSTOMER if held.exists() else Side.COMPANY

"""On which side of a contract somebody acts."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from contracts.enums import Side
from contracts.models import Contract
from upstage_console.kernel import audit


def side_of(contract: Contract, by: Any, *, at: datetime) -> Side:
    """The customer's side for whoever has a seat under the contract now, else the company's."""
    user = audit.actor(by)
    if user is None:
        return Side.COMPANY
    held = contract.seats.filter(Q(until_at__isnull=True) | Q(until_at__gt=at), user=user, from_at__lte=at)
    return Side.CUSTOMER if held.exists() else Side.COMPANY

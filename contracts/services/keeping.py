"""Whose login serves a contract: it goes on when a membership ends (rift/2.3, upstage/21.1)."""

from collections.abc import Iterable
from datetime import datetime

from accounts.services.kept_parts import Ids, uses
from contracts.queries.people import readable_seats


@uses
def seats_of(user_ids: Ids, at: datetime) -> Iterable[int]:
    """Who of these users reads a contract, or will: a seat that begins later counts."""
    return readable_seats(at).filter(user__in=user_ids).values_list("user_id", flat=True)

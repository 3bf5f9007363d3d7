"""Whose login serves a contract: it goes on when a membership ends (rift/2.3, upstage/21.1)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.services.kept_parts import Ids, uses
from contracts.queries.former_people import keeping_seats
from upstage_console.kernel.calendars import kst_date


@uses
def seats_of(user_ids: Ids, at: datetime) -> Iterable[int]:
    """Who of these users has, or will have, a seat for which the login is not due yet to be destroyed.

    Without the membership it is a login for seats alone: it goes by its own batch, after its own days, and not at all
    while a legal hold is on over the customer's people.
    """
    yesterday = kst_date(at) - timedelta(days=1)
    return keeping_seats(yesterday).filter(user__in=user_ids).values_list("user_id", flat=True)

"""A member's holds with what they are for."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from credits import queries as credit_queries
from upstage_console.kernel.errors import NotFound

WITH_USE = ("member", "use__meter__service", "use__api_key")


def holds(member_id: int) -> QuerySet[Any]:
    """Every hold of a member with what it is for, the newest first."""
    return credit_queries.holds(member_id).select_related(*WITH_USE)


def live_holds(member_id: int, at: datetime, *, live: bool) -> QuerySet[Any]:
    """Those that hold something at `at`, or the others."""
    is_open = credit_queries.is_open(at)
    return holds(member_id).filter(is_open) if live else holds(member_id).exclude(is_open)


def hold(member_id: int, public_id: str) -> Any:
    """One hold of this member; a stranger's is `not_found`."""
    return _found(holds(member_id), public_id)


def hold_named(public_id: str) -> Any:
    """A hold with what it is for, whose ever it is. Refuses `not_found`."""
    return _found(credit_queries.every_hold().select_related(*WITH_USE), public_id)


def _found(rows: QuerySet[Any], public_id: str) -> Any:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found

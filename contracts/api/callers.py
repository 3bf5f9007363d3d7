"""What a key of a contract opens, and who is behind it."""

from rest_framework.request import Request

from accounts.api.callers import key_of
from accounts.models import User
from contracts.queries.keys import opened_by
from contracts.queries.people import Access
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.refusals import NotAuthenticated
from upstage_console.kernel.errors import NotFound


def opened(request: Request) -> Access:
    """What the key opens. Refuses `not_authenticated` once the seat it hangs on is gone."""
    found = opened_by(key_of(request), at=asked_at(request))
    if found is None:
        raise NotAuthenticated
    return found


def contract_of(request: Request, contract: str) -> Access:
    """The contract that the address names, if the key opens it. Refuses `not_found` for any other."""
    found = opened(request)
    if found.contract.public_id != contract:
        raise NotFound
    return found


def acting(access: Access) -> User:
    """The administrator whose key it is."""
    user: User = access.seat.user  # type: ignore[union-attr, assignment]
    return user

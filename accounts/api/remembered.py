"""Callers this process has authenticated a moment ago, for hot paths whose own statement looks at the key again.

What is remembered decides nothing: it says whose calls are counted, and whose a charge is. Whether the key is still
live and opens the operation, the statement that does the work asks in the same breath; where it is not, authentication
is gone through in full (authentication.py). The use of a key is noted once a minute, and no older is this memory.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.api.authentication import NOTED_EVERY
from accounts.api.callers import key_of
from accounts.models import ApiKey
from accounts.rules.keys import hash_secret
from upstage_console.kernel.api.moment import asked_at

MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """A key as it was when this process looked at it last, and when its use was noted."""

    key: ApiKey
    noted_at: datetime


_kept: dict[bytes, Remembered] = {}


def recall(request: Request) -> ApiKey | None:
    """The key that this call gives, as it was a moment ago; None where it has to be looked at first."""
    found = _kept.get(_given(request))
    if found is None or not timedelta(0) <= asked_at(request) - found.noted_at < NOTED_EVERY:
        return None
    return found.key


def remember(request: Request) -> None:
    """Keep the key of a call that was admitted."""
    key = key_of(request)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    noted = key.last_used_at
    at = asked_at(request)
    _kept[_given(request)] = Remembered(key, noted if noted and at - noted < NOTED_EVERY else at)


def forget(request: Request) -> None:
    """The key is not what it was."""
    _kept.pop(_given(request), None)


def _given(request: Request) -> bytes:
    """A hash of the header, so that no secret stays in memory."""
    http: HttpRequest = request._request
    return hash_secret(http.META.get("HTTP_AUTHORIZATION", ""))

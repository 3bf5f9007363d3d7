"""How often a key may call: a quota per scope in a fixed window, counted in the shared cache.

A process leases a hundredth of the quota at a time and counts in its own memory, so the cache is asked once in many
calls. A quota is therefore never exceeded, and at a window's end at most a lease per process goes unused. Where the
cache cannot be reached, calls pass: a limit protects the console, it does not decide anything.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache

from upstage_console.kernel.api.refusals import TooManyRequests

LEASES = 100
MOST_KEPT = 20_000

log = logging.getLogger("upstage_console.api")


@dataclass(slots=True)
class Lease:
    """What this process may still let through in a window, and how much of the quota all have leased."""

    window: int
    left: int
    leased: int


class Allowance(NamedTuple):
    """What a call is told about its limit (draft-ietf-httpapi-ratelimit-headers)."""

    scope: str
    quota: int
    seconds: int
    left: int
    resets_in: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.quota};w={self.seconds}',
            "RateLimit": f'"{self.scope}";r={self.left};t={self.resets_in}',
        }


_leases: dict[str, Lease] = {}


def take(scope: str, who: str, *, at: datetime) -> Allowance:
    """Count one call of `who`. Refuses `too_many_requests`."""
    quota, seconds = settings.API_LIMITS.get(scope, settings.API_LIMITS["default"])
    second = int(at.timestamp())
    window, resets_in = second // seconds, seconds - second % seconds
    lease = _lease(f"{scope} {who}", window, quota, seconds)
    if lease.left <= 0:
        raise TooManyRequests(facts={"scope": scope, "quota": quota, "seconds": seconds, "wait": resets_in})
    lease.left -= 1
    return Allowance(scope, quota, seconds, quota - lease.leased + lease.left, resets_in)


def _lease(name: str, window: int, quota: int, seconds: int) -> Lease:
    lease = _leases.get(name)
    if lease is None or lease.window != window or lease.left <= 0:
        if len(_leases) >= MOST_KEPT:
            _leases.clear()
        lease = _leases[name] = _renewed(f"limit:{name.replace(' ', ':')}:{window}", window, quota, seconds)
    return lease


def _renewed(key: str, window: int, quota: int, seconds: int) -> Lease:
    block = max(1, quota // LEASES)
    try:
        cache.add(key, 0, timeout=2 * seconds)
        leased = cache.incr(key, block)
    except Exception as error:  # whatever the cache's driver raises: the call passes
        log.warning("limits are not counted: %s", error)
        return Lease(window, 1, 1)
    return Lease(window, min(block, quota - leased + block), min(quota, leased))

"""May this key call this service now? Key, membership, restrictions, terms, price and balance, in one statement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from accounts.enums import MemberStatus
from accounts.errors import NotActive, Restricted, TermsNotAgreed
from accounts.rules.keys import hash_secret, is_well_formed
from billing.errors import NotAgreedToPay, SpendingLimitReached, UnknownKey, UnknownService, Unpriced
from credits.errors import InsufficientCredits
from upstage_console.kernel.calendars import billing_month, month_bounds
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import prepared
from upstage_console.kernel.errors import Refusal

SITUATION: Final = "SELECT billing_access(%(caller)s, %(sha256)s, %(service)s, %(scope)s, %(noted_since)s, %(at)s)"
YES: Final = "true"
CALLER, MAY_ASK = 0, 1


class Caller(NamedTuple):
    """Who asks: a key that has to be live, to open a scope, and to have had its use noted since an instant."""

    secret: str
    scope: str
    noted_since: datetime


class Situation(NamedTuple):
    """What is known of a key's member and of a service at one instant; `costs_credits` is None without a price.

    `lacks_agreement` is who has tried the service free to the end, and not agreed to pay for it yet.
    `closed` are the clauses and the end of the weightiest restriction that closes the service, as JSON.
    """

    member: str
    status: str
    currency: str
    lacks_consent: bool
    is_offered: bool
    costs_credits: bool | None
    lacks_agreement: bool
    is_prepaid: bool
    available: Decimal
    is_at_own_limit: bool
    closed: str | None


@dataclass(frozen=True, slots=True)
class Access:
    """The answer: allowed, or why not. What is told of the member is told only for a live key.

    `retry_at` is when a restriction ends by itself, as far as it does, or the month whose own limit is reached.
    """

    refusal: type[Refusal] | None
    member: str | None = None
    prepaid: bool | None = None
    available: Decimal | None = None
    currency: str | None = None
    clauses: Sequence[str] = ()
    retry_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether the call may run."""
        return self.refusal is None

    @property
    def code(self) -> str:
        """`allowed`, or the code of the refusal."""
        return self.refusal.code if self.refusal else "allowed"


def access(secret: str, service: str, *, at: datetime) -> Access:
    """Whether the bearer of a member's key may call a service at `at`; one statement, or none for what is no key."""
    found = _asked(Caller(secret, "", at), secret, service, at) if is_well_formed(secret) else None
    return Access(UnknownKey) if found is None else _access(found, at)


def access_for(caller: Caller, secret: str, service: str, *, at: datetime) -> tuple[str, Access] | None:
    """The name of the caller's key and the access of another; one statement. None unless the caller may ask."""
    found = _asked(caller, secret, service, at)
    if found is None or found[MAY_ASK] != YES:
        return None
    return found[CALLER], _access(found, at)


def _asked(caller: Caller, secret: str, service: str, at: datetime) -> Sequence[Any] | None:
    """What the database tells, or None where the caller's key is not live."""
    row = prepared(SITUATION, {
        "caller": hash_secret(caller.secret), "sha256": hash_secret(secret), "service": service,
        "scope": caller.scope, "noted_since": caller.noted_since, "at": at,
    })  # fmt: skip
    return row[0] if row else None


def _access(told: Sequence[Any], at: datetime) -> Access:
    _caller, _may_ask, member, status, currency, *more = told
    if member is None:
        return Access(UnknownKey)
    lacks, offered, costs, unpaid, prepaid, available, at_limit, closed = more
    found = Situation(
        member, status, currency, lacks == YES, offered == YES, None if costs is None else costs == YES, unpaid == YES,
        prepaid == YES, Decimal(available), at_limit == YES, closed,
    )  # fmt: skip
    refusal = refusal_of(found)
    clauses: Sequence[str] = refusal.rests_on if refusal else ()
    retry_at = None
    if refusal is Restricted:
        clauses, retry_at = _restriction(found)
    if refusal is SpendingLimitReached:
        retry_at = month_bounds(billing_month(at))[1]
    return Access(refusal, member, found.is_prepaid, found.available, currency, clauses, retry_at)


def _restriction(found: Situation) -> tuple[Sequence[str], datetime | None]:
    """The clauses of the restriction that closes the service, and when it ends by itself."""
    told = json.loads(found.closed or "{}")
    return tuple(told["clauses"]), told["until"] and datetime.fromisoformat(told["until"])


@enforces("upstage/3.1", "upstage/11.1", "upstage/15.3", "upstage/17.1", "upstage/17.3", "upstage/26.1")
def refusal_of(found: Situation) -> type[Refusal] | None:
    """Why a call may not run, the weightiest reason first; None where it may."""
    if found.status != MemberStatus.ACTIVE:
        return NotActive
    if found.closed is not None:
        return Restricted
    if found.lacks_consent:
        return TermsNotAgreed
    return _not_offered(found) or _not_paid(found)


def _not_offered(found: Situation) -> type[Refusal] | None:
    if not found.is_offered:
        return UnknownService
    if found.costs_credits is None:
        return Unpriced
    return NotAgreedToPay if found.lacks_agreement else None


def _not_paid(found: Situation) -> type[Refusal] | None:
    if found.costs_credits and found.is_prepaid and found.available <= 0:
        return InsufficientCredits
    if found.costs_credits and found.is_at_own_limit:
        return SpendingLimitReached
    return None

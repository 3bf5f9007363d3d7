"""May this key call this service now? Key, membership, restrictions, terms, price and balance, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.enums import MemberStatus
from accounts.errors import NotActive, Restricted, TermsNotAgreed
from accounts.models import ApiKey, Member
from accounts.rules.keys import hash_secret, is_well_formed
from billing.errors import NotAgreedToPay, SpendingLimitReached, UnknownKey, UnknownService, Unpriced
from billing.queries.limits import hard_limit_reached
from credits.errors import InsufficientCredits
from credits.queries import available_expression
from upstage_console.kernel.calendars import billing_month, kst_date, month_bounds
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import in_one_line, prepared
from upstage_console.kernel.errors import Refusal

# Which restriction closes the service, and which is the weightiest, has to come out as Standing.closing says it does.
# Agreement is to a document in any version (accounts.queries.missing_consents): silence extends it to the next (4.4).
SITUATION = f"""
SELECT
    member.public_id, member.status, member.currency,
    key.revoked_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > %(at)s) AS key_is_live,
    EXISTS (
        SELECT FROM accounts_version AS version JOIN accounts_document AS document ON document.id = version.document_id
        WHERE document.required_of = 'member' AND version.published_at <= %(at)s AND version.effective_on <= %(day)s
            AND NOT EXISTS (
                SELECT FROM accounts_consent AS consent
                JOIN accounts_version AS agreed ON agreed.id = consent.version_id
                WHERE consent.member_id = member.id AND agreed.document_id = document.id
                    AND consent.mode IN ('explicit', 'deemed') AND consent.at <= %(at)s
            )
    ) AS lacks_consent,
    coalesce(service.is_listed AND coalesce(service.offered_until >= %(day)s, true), false) AS is_offered,
    priced.costs_credits,
    coalesce(tried.state = 'over', false) AS lacks_agreement,
    NOT EXISTS (
        SELECT FROM billing_paymentagreement AS agreement
        WHERE agreement.member_id = member.id AND agreement.ended_at IS NULL AND agreement.mode = 'postpaid'
    ) AS is_prepaid,
    ({available_expression("member.id", "%(at)s")}) AS available,
    {hard_limit_reached("member.id", "date_trunc('month', %(day)s::date)::date", "%(at)s")} AS is_at_own_limit,
    closed.clauses IS NOT NULL AS is_restricted, coalesce(closed.clauses, '{{}}') AS restricted_by,
    closed.ends_at AS restricted_until
FROM accounts_apikey AS key
JOIN accounts_member AS member ON member.id = key.member_id
LEFT JOIN billing_service AS service ON service.code = %(service)s
CROSS JOIN LATERAL (
    SELECT CASE WHEN service.has_own_prices THEN billing_trial_state(service.id, member.id, %(at)s) END AS state
) AS tried
CROSS JOIN LATERAL (
    SELECT bool_or(newest.unit_price > 0 AND tried.state IS NULL) AS costs_credits FROM (
        SELECT DISTINCT ON (price.meter_id) price.unit_price
        FROM billing_meter AS meter JOIN billing_price AS price ON price.meter_id = meter.id
        WHERE meter.service_id = service.id AND price.currency = member.currency AND price.effective_on <= %(day)s
            AND price.base_id IS NULL
        ORDER BY price.meter_id, price.effective_on DESC
    ) AS newest
) AS priced
LEFT JOIN LATERAL (
    SELECT restriction.clauses, restriction.ends_at FROM accounts_restriction AS restriction
    WHERE restriction.member_id = member.id AND restriction.starts_at <= %(at)s
        AND (restriction.lifted_at IS NULL OR restriction.lifted_at > %(at)s)
        AND (restriction.ends_at IS NULL OR restriction.ends_at > %(at)s)
        AND (restriction.scope = 'all' OR priced.costs_credits)
    ORDER BY restriction.ends_at DESC NULLS FIRST, restriction.id DESC LIMIT 1
) AS closed ON true
WHERE key.sha256 = %(sha256)s
"""  # noqa: S608  # what is put in are the statements of queries


# The same for a caller with a key of its own, who is authenticated by the same statement.
SITUATION_FOR = in_one_line(f"""
SELECT caller.public_id, caller.scopes, caller.last_used_at, found.*
FROM accounts_apikey AS caller LEFT JOIN LATERAL ({SITUATION}) AS found ON true
WHERE caller.sha256 = %(caller)s AND caller.revoked_at IS NULL
    AND (caller.expires_at IS NULL OR caller.expires_at > %(at)s)
""")  # noqa: S608  # our own statement


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a live key, what it opens, and when its use was noted last."""

    public_id: str
    scopes: Sequence[str]
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a key's member and of a service at one instant; `costs_credits` is None without a price.

    `lacks_agreement` is who has tried the service free to the end, and not agreed to pay for it yet.

    `restricted_by` are the clauses of the weightiest restriction that closes the service.
    """

    member: UUID
    status: str
    currency: str
    key_is_live: bool
    lacks_consent: bool
    is_offered: bool
    costs_credits: bool | None
    lacks_agreement: bool
    is_prepaid: bool
    available: Decimal
    is_at_own_limit: bool
    is_restricted: bool
    restricted_by: Sequence[str]
    restricted_until: datetime | None


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
    row = prepared(SITUATION, _facts(secret, service, at)) if is_well_formed(secret) else None
    return _access(None if row is None else Situation(*row), at)


def access_for(caller: str, secret: str, service: str, *, at: datetime) -> tuple[Caller, Access] | None:
    """The caller behind one secret and the access of another, in one statement; None unless the caller is live."""
    if not (is_well_formed(caller) and is_well_formed(secret)):
        return None
    row = prepared(SITUATION_FOR, {**_facts(secret, service, at), "caller": hash_secret(caller)})
    if row is None:
        return None
    public_id, scopes, last_used_at, *found = row
    name = str(ApiKey._meta.get_field("public_id").from_db_value(public_id))
    return Caller(name, scopes, last_used_at), _access(None if found[0] is None else Situation(*found), at)


def _facts(secret: str, service: str, at: datetime) -> dict[str, Any]:
    return {"sha256": hash_secret(secret), "service": service, "at": at, "day": kst_date(at)}


def _access(found: Situation | None, at: datetime) -> Access:
    if found is None or not found.key_is_live:
        return Access(UnknownKey)
    name_of = Member._meta.get_field("public_id").from_db_value
    refusal = refusal_of(found)
    clauses: Sequence[str] = refusal.rests_on if refusal else ()
    retry_at = None
    if refusal is Restricted:
        clauses, retry_at = found.restricted_by, found.restricted_until
    if refusal is SpendingLimitReached:
        retry_at = month_bounds(billing_month(at))[1]
    member = name_of(found.member)
    return Access(refusal, member, found.is_prepaid, found.available, found.currency, clauses, retry_at)


@enforces("upstage/3.1", "upstage/11.1", "upstage/15.3", "upstage/17.1", "upstage/17.3", "upstage/26.1")
def refusal_of(found: Situation) -> type[Refusal] | None:
    """Why a call may not run, the weightiest reason first; None where it may."""
    if found.status != MemberStatus.ACTIVE:
        return NotActive
    if found.is_restricted:
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

"""API keys: made, shown once, revoked (upstage/8.2)."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.errors import TooManyKeys
from accounts.models import ApiKey, Member
from accounts.rules import keys as rules
from accounts.services import restrictions
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, Invalid


@enforces("upstage/8.2")
@transaction.atomic
def issue(
    *,
    member_id: int | None,
    name: str,
    scopes: Collection[str],
    by: Any,
    at: datetime,
    expires_at: datetime | None = None,
    reason: str = "",
) -> tuple[ApiKey, str]:
    """Make a key for a member, or with `member_id=None` a platform key; returns it with the secret, shown only now.

    Refuses with `not_active`, `restricted`, `too_many_keys` (upstage/8.2), and `invalid` for scopes the kind of key
    cannot have.
    """
    allowed = rules.PLATFORM_SCOPES if member_id is None else rules.MEMBER_SCOPES
    if not scopes or not set(scopes) <= allowed or not name.strip() or (expires_at and expires_at <= at):
        raise Invalid
    member = Member.objects.filter(pk=member_id).locked().get() if member_id else None
    if member is not None:
        restrictions.require_use(member, at=at, paid=False)
        if live_keys(member.pk, at=at) >= rules.MOST_LIVE_KEYS:
            raise TooManyKeys(facts={"limit": rules.MOST_LIVE_KEYS})
    secret = rules.make_secret(secrets.token_bytes(rules.SECRET_BYTES), sandbox=bool(member and member.is_sandbox))
    key = _kept(secret, member, name, scopes, by, at, expires_at)
    audit.record("key.issued", key, by=by, at=at, about=member or "", reason=reason, clauses=["upstage/8.2"])
    return key, secret


def issue_of_contract(
    *, name: str, scopes: Collection[str], by: Any, at: datetime, expires_at: datetime | None, about: Any
) -> tuple[ApiKey, str]:
    """Make a key for a firm's systems, in the caller's transaction, which writes down the contract that it opens.

    Refuses with `invalid` for scopes that such a key cannot have.
    """
    require_transaction()
    if not scopes or not set(scopes) <= rules.CONTRACT_SCOPES or not name.strip() or (expires_at and expires_at <= at):
        raise Invalid
    secret = rules.make_secret(secrets.token_bytes(rules.SECRET_BYTES), sandbox=False)
    key = _kept(secret, None, name, scopes, by, at, expires_at)
    audit.record("key.issued", key, by=by, at=at, about=about, clauses=["rift/6.2"])
    return key, secret


def _kept(
    secret: str, member: Member | None, name: str, scopes: Collection[str], by: Any, at: datetime,
    expires_at: datetime | None,
) -> ApiKey:  # fmt: skip
    """What is kept of a key: its hash, never itself."""
    key: ApiKey = ApiKey.objects.create(
        member=member, name=name.strip(), start=secret[: rules.SHOWN_LENGTH], sha256=rules.hash_secret(secret),
        scopes=sorted(scopes), issued_at=at, issued_by=by, expires_at=expires_at,
    )  # fmt: skip
    return key


def live_keys(member_id: int, *, at: datetime) -> int:
    """How many keys of the member still open something."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    return ApiKey.objects.filter(lasting, member_id=member_id, revoked_at__isnull=True).count()


@transaction.atomic
def revoke(key_id: str, *, member_id: int | None, by: Any, at: datetime, reason: str = "") -> ApiKey:
    """Close a key at once; refuses with `not_found` (also another member's key) and `already_done`."""
    key: ApiKey = ApiKey.objects.filter(member=member_id).locked().get_public(key_id)
    if key.revoked_at is not None:
        raise AlreadyDone
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    audit.record("key.revoked", key, by=by, at=at, about=key.member or "", reason=reason, clauses=["upstage/8.2"])
    return key


def revoke_all(member: Member, *, by: Any, at: datetime, reason: str, clauses: Sequence[str]) -> int:
    """Close every key of a member, in the caller's transaction, with `member` locked by it; returns how many."""
    require_transaction()
    open_keys = list(ApiKey.objects.filter(member=member, revoked_at__isnull=True).locked())
    for key in open_keys:
        key.revoked_at = at
        audit.record("key.revoked", key, by=by, at=at, about=member, reason=reason, clauses=clauses)
    ApiKey.objects.bulk_update(open_keys, ["revoked_at"])
    return len(open_keys)


@transaction.atomic
def revoke_of_firms(
    owners: Mapping[int, str], *, at: datetime, reason: str, clauses: Sequence[str], by: Any = None
) -> int:
    """Close keys of firms that nobody closed before, in a fixed number of statements; returns how many.

    `owners` says by the key's number whose it is, as history names them.
    """
    open_keys = list(ApiKey.objects.filter(pk__in=owners, member=None, revoked_at__isnull=True).locked())
    ApiKey.objects.filter(pk__in=[key.pk for key in open_keys]).update(revoked_at=at)
    deeds = [{"action": "key.revoked", "subject": key.public_id, "about": owners[key.pk]} for key in open_keys]
    audit.record_all([{**deed, "reason": reason, "clauses": clauses} for deed in deeds], by=by, at=at)
    return len(open_keys)


def reopen_all(member: Member, *, revoked_at: datetime, by: Any, at: datetime, clauses: Sequence[str]) -> int:
    """Open again the keys that one decision closed at `revoked_at`, where it was overturned; returns how many."""
    require_transaction()
    closed = list(ApiKey.objects.filter(member=member, revoked_at=revoked_at).locked())
    for key in closed:
        key.revoked_at = None
        audit.record("key.reopened", key, by=by, at=at, about=member, clauses=clauses)
    ApiKey.objects.bulk_update(closed, ["revoked_at"])
    return len(closed)

"""API keys: shown once, found by hash, closed at once (upstage/8.2)."""

from datetime import datetime, timedelta

import pytest

from accounts.errors import NotActive, TooManyKeys
from accounts.models import ApiKey, Member, User
from accounts.rules import keys as rules
from accounts.services import keys
from tests.conftest import MakeMember
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound
from upstage_console.kernel.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/8.2")]


def issue(member: Member, at: datetime, **given: object) -> tuple[ApiKey, str]:
    asked = {"name": "web", "scopes": ["usage:read"], "by": member.user, **given}
    return keys.issue(member_id=member.pk, at=at, **asked)  # type: ignore[arg-type]


def test_a_key_is_kept_as_a_hash(member: Member, at: datetime) -> None:
    key, secret = issue(member, at)
    assert secret.startswith("uc_live_")
    assert bytes(key.sha256) == rules.hash_secret(secret)
    assert key.start == secret[:14]
    assert secret not in str(ApiKey.objects.values())
    assert AuditEvent.objects.get().action == "key.issued"


def test_a_sandbox_member_gets_a_test_key(make_member: MakeMember, at: datetime) -> None:
    _key, secret = issue(make_member(is_sandbox=True), at)
    assert secret.startswith("uc_test_")


def test_a_leaked_key_is_recognised_and_a_typo_is_not(member: Member, at: datetime) -> None:
    _key, secret = issue(member, at)
    assert rules.is_well_formed(secret)
    assert not rules.is_well_formed(secret[:-1] + ("a" if secret[-1] != "a" else "b"))
    assert not rules.is_well_formed("uc_live_")


def test_keys_differ(member: Member, at: datetime) -> None:
    assert issue(member, at)[1] != issue(member, at)[1]


@pytest.mark.parametrize("change", [{"scopes": []}, {"scopes": ["usage:write"]}, {"name": " "}])
def test_nonsense_is_refused(member: Member, at: datetime, change: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        issue(member, at, **change)
    assert not ApiKey.objects.exists()


def test_a_key_cannot_end_before_it_begins(member: Member, at: datetime) -> None:
    with pytest.raises(Invalid):
        issue(member, at, expires_at=at)


def test_a_platform_key_has_scopes_of_its_own(amy: User, at: datetime) -> None:
    key, _secret = keys.issue(member_id=None, name="gateway", scopes=["access:check"], by=amy, at=at)
    assert key.member is None
    with pytest.raises(Invalid):
        keys.issue(member_id=None, name="gateway", scopes=["everything"], by=amy, at=at)


def test_who_is_not_active_gets_no_key(make_member: MakeMember, at: datetime) -> None:
    with pytest.raises(NotActive):
        issue(make_member(status="held", accepted_at=None), at)
    assert not ApiKey.objects.exists()


def test_there_is_a_limit_of_live_keys(member: Member, at: datetime) -> None:
    made = [issue(member, at)[0] for _ in range(rules.MOST_LIVE_KEYS)]
    with pytest.raises(TooManyKeys):
        issue(member, at)
    keys.revoke(made[0].public_id, member_id=member.pk, by=member.user, at=at)
    issue(member, at)


def test_an_expired_key_counts_no_more(member: Member, at: datetime) -> None:
    issue(member, at, expires_at=at + timedelta(days=1))
    assert keys.live_keys(member.pk, at=at) == 1
    assert keys.live_keys(member.pk, at=at + timedelta(days=1)) == 0


def test_a_key_is_revoked_once(member: Member, at: datetime) -> None:
    key, _secret = issue(member, at)
    assert keys.revoke(key.public_id, member_id=member.pk, by=member.user, at=at).revoked_at == at
    with pytest.raises(AlreadyDone):
        keys.revoke(key.public_id, member_id=member.pk, by=member.user, at=at + timedelta(days=1))
    assert ApiKey.objects.get().revoked_at == at


def test_a_strangers_key_is_not_there(member: Member, stranger: Member, at: datetime) -> None:
    key, _secret = issue(member, at)
    with pytest.raises(NotFound):
        keys.revoke(key.public_id, member_id=stranger.pk, by=stranger.user, at=at)
    assert ApiKey.objects.get().revoked_at is None

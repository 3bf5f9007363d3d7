"""Readings that two people may change, never backwards in time."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from upstage_console.kernel import policy
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound, SamePerson
from upstage_console.kernel.models import PolicySetting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_readings", {})
    policy.reading(
        "days",
        14,
        clause="upstage/18.2",
        why_ko="",
        why_en="",
        valid=lambda value: isinstance(value, int) and value > 0,
    )


def test_the_default_holds_until_something_is_approved(at: datetime, amy: User) -> None:
    policy.propose("days", 30, reason="asked", starts_at=at, by=amy, at=at)
    assert policy.value("days", at=at + timedelta(days=9)) == 14


def test_an_approved_value_holds_from_its_start(at: datetime, amy: User, ben: User) -> None:
    row = policy.propose("days", 30, reason="asked", starts_at=at + timedelta(days=2), by=amy, at=at)
    policy.approve(row.pk, by=ben, at=at)
    assert policy.value("days", at=at + timedelta(days=1)) == 14
    assert policy.value("days", at=at + timedelta(days=2)) == 30


def test_a_late_approval_never_changes_the_past(at: datetime, amy: User, ben: User) -> None:
    row = policy.propose("days", 30, reason="asked", starts_at=at, by=amy, at=at)
    policy.approve(row.pk, by=ben, at=at + timedelta(days=5))
    assert policy.value("days", at=at + timedelta(days=4)) == 14
    assert policy.value("days", at=at + timedelta(days=5)) == 30


def test_two_people_are_needed(at: datetime, amy: User) -> None:
    row = policy.propose("days", 30, reason="asked", starts_at=at, by=amy, at=at)
    with pytest.raises(SamePerson):
        policy.approve(row.pk, by=amy, at=at)
    assert PolicySetting.objects.get().approved_at is None


def test_approving_twice_is_refused(at: datetime, amy: User, ben: User) -> None:
    row = policy.propose("days", 30, reason="asked", starts_at=at, by=amy, at=at)
    policy.approve(row.pk, by=ben, at=at)
    with pytest.raises(AlreadyDone):
        policy.approve(row.pk, by=ben, at=at)


@pytest.mark.parametrize(("value", "reason"), [(0, "asked"), ("30", "asked"), (30, " ")])
def test_nonsense_is_refused(at: datetime, amy: User, value: object, reason: str) -> None:
    with pytest.raises(Invalid):
        policy.propose("days", value, reason=reason, starts_at=at, by=amy, at=at)
    assert not PolicySetting.objects.exists()


def test_an_unknown_setting_is_refused(at: datetime) -> None:
    with pytest.raises(NotFound):
        policy.value("nothing", at=at)

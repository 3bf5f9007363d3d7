"""A stolen account: closed at once, opened when its owner is known (upstage/6.4)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail

from accounts.enums import CaseKind, CaseStatus, RestrictionKind
from accounts.errors import LinkSpent, Restricted
from accounts.models import Case, Notice, Restriction
from accounts.queries import standing
from accounts.rules.keys import MEMBER_SCOPES
from accounts.services import keys, theft, theft_link
from upstage_console.kernel import outbox
from upstage_console.kernel.errors import AlreadyDone, Invalid
from upstage_console.kernel.models import DueItem, OutboxMessage

pytestmark = pytest.mark.clause("upstage/6.4")
HOW = "영상 통화로 신분증을 확인했습니다."


@pytest.fixture
def two_keys(member, at):
    return [keys.issue(member_id=member.pk, name=name, scopes=MEMBER_SCOPES, by=member.user, at=at)[0] for name in "ab"]


def test_report_closes_everything(member, two_keys, at):
    found = theft.report(member.pk, by=member.user, at=at, told="모르는 곳에서 로그인했습니다.")
    member.user.refresh_from_db()
    assert found.keys_revoked == 2
    assert keys.live_keys(member.pk, at=at) == 0
    assert not member.user.has_usable_password()
    assert [one.kind for one in standing(member, at=at).restrictions] == [RestrictionKind.LOCKED]


def test_report_opens_a_case_with_a_clock_and_tells_the_member(member, at):
    theft.report(member.pk, by=member.user, at=at)
    case = Case.objects.get(member=member)
    assert (case.kind, case.status) == (CaseKind.THEFT, CaseStatus.OPEN)
    assert DueItem.objects.filter(subject=case.public_id, state__in=DueItem.OPEN_STATES).count() == 1
    assert Notice.objects.get(member=member).about == "theft"


def test_second_report_ends_again_and_opens_no_second_case(member, at):
    theft.report(member.pk, by=member.user, at=at)
    theft.report(member.pk, by=member.user, at=at + timedelta(hours=1))
    assert Case.objects.filter(member=member).count() == 1
    assert Restriction.objects.filter(member=member).count() == 1


def test_verified_identity_opens_and_dead_keys_stay_dead(member, two_keys, at, amy):
    theft.report(member.pk, by=member.user, at=at)
    theft.verify_identity(member.pk, how=HOW, by=amy, at=at)
    assert standing(member, at=at).may_use
    assert keys.live_keys(member.pk, at=at) == 0
    case = Case.objects.get(member=member)
    assert (case.status, case.outcome, case.closed_by) == (CaseStatus.DECIDED, HOW, amy)
    assert not DueItem.objects.filter(about=member.public_id, state__in=DueItem.OPEN_STATES).exists()


def test_verifying_needs_a_word_on_how_it_was_checked(member, at, amy):
    theft.report(member.pk, by=member.user, at=at)
    with pytest.raises(Invalid):
        theft.verify_identity(member.pk, how=" ", by=amy, at=at)
    assert not standing(member, at=at).may_use


def test_verifying_what_is_not_locked_is_refused(member, at, amy):
    with pytest.raises(AlreadyDone):
        theft.verify_identity(member.pk, how=HOW, by=amy, at=at)
    assert not Notice.objects.filter(member=member).exists()


@pytest.mark.parametrize("drop", [True, False])
def test_second_factors_of_the_thief_can_be_removed(member, at, amy, drop):
    TOTP.activate(member.user, generate_totp_secret())
    theft.report(member.pk, by=member.user, at=at)
    theft.verify_identity(member.pk, how=HOW, by=amy, at=at, drop_second_factors=drop)
    assert Authenticator.objects.filter(user=member.user).exists() is not drop


def test_locked_account_is_refused_what_a_thief_would_change(member, at):
    theft.require_unlocked(member, at=at)
    theft.report(member.pk, by=member.user, at=at)
    with pytest.raises(Restricted):
        theft.require_unlocked(member, at=at)


def test_link_is_mailed_in_the_language_of_the_member(member, at):
    member.user.language = "en"
    member.user.save()
    theft_link.ask(member.user.email.upper(), at=at)
    outbox.deliver_due(at=at)
    assert [(one.to, one.subject) for one in mail.outbox] == [([member.user.email], "Close your stolen account")]


def test_unknown_address_is_mailed_nothing(db, at):
    theft_link.ask("nobody@member.example", at=at)
    assert not OutboxMessage.objects.exists()


def test_link_is_good_for_seven_days(member, at):
    token = _token(member, at)
    assert theft_link.member_of(token, at=at + theft_link.LINK_LASTS - timedelta(seconds=1)) == member
    with pytest.raises(LinkSpent):
        theft_link.member_of(token, at=at + theft_link.LINK_LASTS)


def test_link_is_good_for_one_report(member, at):
    token = _token(member, at)
    theft.report(member.pk, by=None, at=at + timedelta(minutes=1))
    with pytest.raises(LinkSpent):
        theft_link.member_of(token, at=at + timedelta(minutes=2))


@pytest.mark.parametrize("token", ["", "x", "a:b:c"])
def test_what_is_no_link_of_ours_is_refused(db, at, token):
    with pytest.raises(LinkSpent):
        theft_link.member_of(token, at=at)


def _token(member, at):
    return theft_link.address(member, at=at).rstrip("/").rpartition("/")[2]


def test_link_asked_for_while_locked_is_good_for_one_report_too(member, at):
    theft.report(member.pk, by=member.user, at=at)
    later = at + timedelta(hours=1)
    token = theft_link.address(member, at=later).rstrip("/").rpartition("/")[2]
    theft.report(theft_link.member_of(token, at=later).pk, by=member.user, at=later)
    with pytest.raises(LinkSpent):
        theft_link.member_of(token, at=later + timedelta(hours=1))

"""Who logs in already, for a contract, becomes a member with the same login; the two stay apart."""

from datetime import date, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.enums import MemberStatus
from accounts.errors import EmailTaken, MissingInformation, NotVerified, TermsNotAgreed, UnderFourteen
from accounts.models import Consent, Member, User
from accounts.services import joining, registration, terms
from accounts.services.members import Application
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.models import AuditEvent

EMAIL, PASSWORD = "seat@customer.example", "a long enough password"
SAID = {"name": "김하늘", "kind": "individual", "born_on": "1990-01-01", "country": "KR", "language": "ko"}
AGREED = {"agree_upstage": "on"}


@pytest.fixture
def login(db: None, at: datetime) -> User:
    """Somebody with a login and no membership."""
    terms.load_digests(by=None, at=at)
    user = User.objects.create_user(EMAIL, PASSWORD, name="하늘", date_joined=at)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


@pytest.fixture
def inside(login: User) -> Client:
    """Somebody who has just logged in, as allauth remembers it."""
    client = Client()
    client.force_login(login)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def said(**fields: Any) -> Application:
    given = {"email": "", "name": "김하늘", "born_on": date(1990, 1, 1), "agreed_to": ["upstage"]}
    return Application(**{**given, **fields})


@pytest.mark.clause("upstage/3.1")
def test_a_login_becomes_a_members_too(login: User, at: datetime) -> None:
    member = joining.join(login.pk, said(marketing=True), at=at, ip="203.0.113.9", user_agent="a browser")
    login.refresh_from_db()
    assert (member.user, member.status, member.name) == (login, MemberStatus.ACTIVE, "김하늘")
    assert (login.name, login.check_password(PASSWORD), User.objects.count()) == ("하늘", True, 1)
    assert Consent.objects.filter(member=member).values_list("ip", flat=True).first() == "203.0.113.9"
    assert AuditEvent.objects.filter(action="member.applied", actor=login).count() == 1


def test_while_registration_is_held_the_application_waits(login: User, amy: User, at: datetime) -> None:
    registration.hold(reason="facilities", by=amy, at=at)
    assert joining.join(login.pk, said(), at=at).status == MemberStatus.HELD


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"agreed_to": []}, TermsNotAgreed),
        ({"born_on": date(2020, 1, 1)}, UnderFourteen),
        ({"name": ""}, MissingInformation),
    ],
)
def test_what_is_refused_to_anybody_is_refused(
    login: User, at: datetime, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        joining.join(login.pk, said(language="en", **fields), at=at)
    login.refresh_from_db()
    assert (Member.objects.count(), Consent.objects.count(), login.language) == (0, 0, "ko")


def test_an_address_nobody_verified_is_refused(login: User, at: datetime) -> None:
    EmailAddress.objects.update(verified=False)
    with pytest.raises(NotVerified):
        joining.join(login.pk, said(), at=at)


def test_twice_is_refused(login: User, at: datetime) -> None:
    joining.join(login.pk, said(), at=at)
    with pytest.raises(AlreadyDone):
        joining.join(login.pk, said(), at=at)
    assert Member.objects.count() == 1


def test_staff_join_with_another_address(login: User, amy: User, at: datetime) -> None:
    EmailAddress.objects.create(user=amy, email=amy.email, verified=True, primary=True)
    with pytest.raises(EmailTaken):
        joining.join(amy.pk, said(), at=at)


# The page


def test_the_page_asks_for_what_a_membership_needs(inside: Client) -> None:
    page = inside.get(reverse("join")).content.decode()
    assert (EMAIL in page, 'name="agree_upstage"' in page, 'type="password"' in page) == (True, True, False)


def test_the_page_makes_a_member(inside: Client, login: User) -> None:
    answer = inside.post(reverse("join"), SAID | AGREED)
    assert (answer.status_code, answer["Location"]) == (302, reverse("overview"))
    assert Member.objects.get().user == login


def test_the_page_says_what_is_missing(inside: Client) -> None:
    answer = inside.post(reverse("join"), SAID)
    assert (answer.status_code, Member.objects.count()) == (200, 0)


def test_whoever_left_the_browser_open_proves_the_password(login: User) -> None:
    client = Client()
    client.force_login(login)
    assert reverse("account_reauthenticate") in client.get(reverse("join"))["Location"]


def test_who_is_a_member_already_is_led_on(inside: Client, login: User, at: datetime) -> None:
    joining.join(login.pk, said(), at=at)
    assert inside.get(reverse("join"))["Location"] == reverse("start")


def test_who_is_signed_out_logs_in_first(db: None) -> None:
    assert Client().get(reverse("join"))["Location"].startswith(reverse("account_login"))


def test_signing_up_with_that_address_mails_the_way(login: User) -> None:
    given = SAID | AGREED | {"email": EMAIL, "password1": PASSWORD}
    answer = Client().post(reverse("account_signup"), given)
    assert answer.status_code == 302
    assert (reverse("join") in mail.outbox[0].body, Member.objects.count()) == (True, 0)


def test_a_members_mail_says_nothing_of_applying(member: Member, at: datetime) -> None:
    terms.load_digests(by=None, at=at)
    given = SAID | AGREED | {"email": member.user.email, "password1": PASSWORD}
    Client().post(reverse("account_signup"), given)
    assert reverse("join") not in mail.outbox[0].body


@pytest.mark.parametrize("path", ["home", "security"])
def test_who_has_no_membership_is_shown_the_way(inside: Client, path: str) -> None:
    assert reverse("join") in inside.get(reverse(path)).content.decode()

"""Leaving on pages, and what stays open afterwards (upstage/3.2, 3.4, 3.5.1, 16.3)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.enums import MemberStatus
from accounts.models import Departure, Member, Objection, RejoinRequest, User
from accounts.services import leaving
from accounts.services.disqualification import disqualify
from accounts.services.statements import Finding
from billing.services import purchases
from credits.services import lots
from tests.billing.make import give_card
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db

FINDING = Finding("도용된 카드로 가입했습니다.", "Joined with a stolen card.")


@pytest.fixture
def sure(member: Member) -> Client:
    """Logged in, with the password said again a moment ago."""
    client = Client()
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    client.post("/accounts/reauthenticate/", {"password": "a long enough password"})
    return client


@pytest.fixture
def rich(member: Member, at: datetime) -> Member:
    give_card(member, at=at)
    purchases.buy(member_id=member.pk, amount=Decimal(10000), key="one", by=member.user, at=at)
    lots.grant(member_id=member.pk, amount=Decimal(500), expires_on=at.date() + timedelta(days=90), reason="event",
               by=None, at=at)  # fmt: skip
    return member


@pytest.mark.clause("upstage/16.3")
def test_three_steps_say_what_ends_and_what_is_refunded(sure: Client, rich: Member, at: datetime) -> None:
    with clock.fixed(at):
        first = sure.get("/account/leave/")
        second = sure.get("/account/leave/refund/")
        third = sure.get("/account/leave/confirm/")
    assert [page.status_code for page in (first, second, third)] == [200, 200, 200]
    assert ("₩10,500" in first.content.decode(), "18 Dec 2026" in first.content.decode()) == (True, True)
    assert ("₩11,000" in second.content.decode(), "Refundable" in second.content.decode()) == (True, True)


@pytest.mark.clause("upstage/3.2")
def test_leaving_needs_the_confirmation(sure: Client, member: Member, at: datetime) -> None:
    with clock.fixed(at):
        answer = sure.post("/account/leave/confirm/", {"reason": "x"})
    assert (answer.status_code, Departure.objects.exists()) == (200, False)


@pytest.mark.clause("upstage/3.2")
def test_who_confirms_has_left_and_may_come_back(sure: Client, rich: Member, at: datetime) -> None:
    with clock.fixed(at):
        answer = sure.post("/account/leave/confirm/", {"understood": "on", "reason": "too slow"})
        page = sure.get("/left/")
        asked = sure.post("/left/")
        again = sure.get("/left/").content.decode()
    rich.refresh_from_db()
    assert (answer.status_code, answer["Location"], rich.status) == (302, "/left/", MemberStatus.WITHDRAWN)
    assert ("Ask to come back" in page.content.decode(), asked["Location"]) == (True, "/left/")
    assert (RejoinRequest.objects.count(), "You asked on 18 Nov 2026" in again) == (1, True)


def test_leaving_asks_for_the_password_again(member: Member) -> None:
    client = Client()
    client.force_login(member.user)
    answer = client.post("/account/leave/confirm/", {"understood": "on"})
    assert (answer.status_code, "reauthenticate" in answer["Location"], Departure.objects.exists()) == (
        302,
        True,
        False,
    )


@pytest.mark.clause("upstage/3.5.1")
@pytest.mark.parametrize(
    ("path", "lands"),
    [
        ("/overview/", "/left/"),
        ("/keys/", "/left/"),
        ("/credits/buy/", "/left/"),
        ("/account/leave/", "/left/"),
        ("/invoices/", None),
        ("/notices/", None),
        ("/left/refund/", None),
        ("/account/data/", None),
        ("/standing/", None),
    ],
)
def test_who_left_sees_only_what_they_may(member: Member, at: datetime, path: str, lands: str | None) -> None:
    leaving.withdraw(member.pk, by=member.user, at=at)
    client = Client()
    client.force_login(member.user)
    answer = client.get(path)
    assert (answer.status_code, answer.headers.get("Location")) == ((302, lands) if lands else (200, None))


def test_after_the_window_the_page_says_so(member: Member, at: datetime) -> None:
    leaving.withdraw(member.pk, by=member.user, at=at)
    client = Client()
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    with clock.fixed(at + timedelta(days=40)):
        page = client.get("/left/").content.decode()
        refused = client.post("/left/")
    assert ("until the end of 18 Dec 2026" in page, refused.status_code) == (True, 200)
    assert not RejoinRequest.objects.exists()


@pytest.mark.parametrize("path", ["/account/leave/", "/account/leave/confirm/", "/left/", "/left/refund/", "/appeal/"])
def test_nobody_sees_these_without_logging_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)


@pytest.mark.parametrize("path", ["/left/", "/appeal/"])
def test_a_member_is_led_home_from_them(member: Member, path: str) -> None:
    client = Client()
    client.force_login(member.user)
    assert client.get(path)["Location"] == "/overview/"


@pytest.mark.clause("upstage/3.4")
def test_who_lost_the_membership_reads_why_and_answers_once(member: Member, amy: User, at: datetime) -> None:
    disqualify(member.pk, ground=5, finding=FINDING, by=amy, at=at)
    client = Client()
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    with clock.fixed(at):
        assert client.get("/overview/")["Location"] == "/appeal/"
        page = client.get("/appeal/").content.decode()
        sent = client.post("/appeal/", {"text": "It was my own card."})
        after = client.get("/appeal/").content.decode()
        again = client.post("/appeal/", {"text": "Once more"})
    assert (FINDING.facts_en in page, "18 Dec 2026" in page, sent.status_code) == (True, True, 302)
    assert ("It was my own card." in after, "Submit the statement" in after) == (True, False)
    assert (again.status_code, Objection.objects.count()) == (200, 1)


@pytest.mark.clause("upstage/3.6")
def test_a_barred_address_is_no_new_address(
    sure: Client, member: Member, stranger: Member, amy: User, at: datetime
) -> None:
    disqualify(stranger.pk, ground=5, finding=FINDING, by=amy, at=at)
    barred = stranger.user.email.replace("@", "+again@")
    with clock.fixed(at):
        page = sure.post("/accounts/email/", {"action_add": "", "email": barred})
        free = sure.post("/accounts/email/", {"action_add": "", "email": "free@member.example"})
    assert ("18 Nov 2028" in page.content.decode(), page.status_code, free.status_code) == (True, 200, 302)

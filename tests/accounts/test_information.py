"""Missing mandatory information closes paid services, and nothing else, until it is given (upstage/6.1)."""

from datetime import date, datetime

import pytest
from django.test import Client

from accounts.errors import MissingInformation, UnderFourteen
from accounts.models import Member, Notice, Restriction, User
from accounts.queries import standing
from accounts.services import information, profile
from upstage_console.kernel import clock
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound
from upstage_console.kernel.models import DueItem


@pytest.fixture
def asked(member: Member, amy: User, at: datetime) -> Restriction:
    return information.ask(member.pk, fields=["phone", "born_on"], reason="incomplete", by=amy, at=at)


@pytest.mark.clause("upstage/6.1")
def test_paid_services_alone_are_closed(member: Member, asked: Restriction, at: datetime) -> None:
    now = standing(member, at=at)
    assert (now.may_use, now.may_use_free, asked.clauses) == (False, True, ["upstage/6.1"])
    assert (Notice.objects.get().about, DueItem.objects.get().kind) == ("information", "information")
    assert ("전화번호, 생년월일" in asked.why_ko, "phone, date of birth" in asked.why_en) == (True, True)


@pytest.mark.clause("upstage/6.1")
def test_giving_it_opens_them_at_once(member: Member, asked: Restriction, at: datetime) -> None:
    values = {"phone": "010-1234-5678", "born_on": date(1990, 1, 1)}
    given = information.give(member.pk, values=values, by=member.user, at=at)
    assert (given.phone, given.born_on, standing(given, at=at).may_use) == (*values.values(), True)
    assert (DueItem.objects.get().state, Notice.objects.filter(about="restored").count()) == ("done", 1)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"phone": "010-1234-5678"}, MissingInformation),
        ({"phone": "010-1234-5678", "born_on": date(2013, 1, 1)}, UnderFourteen),
    ],
)
def test_what_is_refused_changes_nothing(
    member: Member, asked: Restriction, at: datetime, values: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        information.give(member.pk, values=values, by=member.user, at=at)
    member.refresh_from_db()
    assert (member.phone, standing(member, at=at).may_use) == ("", False)


def test_one_question_at_a_time(member: Member, asked: Restriction, amy: User, at: datetime) -> None:
    with pytest.raises(AlreadyDone):
        information.ask(member.pk, fields=["phone"], reason="x", by=amy, at=at)


@pytest.mark.parametrize("fields", [[], ["name"], ["business_number"]])
def test_only_what_is_missing_is_asked_for(member: Member, amy: User, at: datetime, fields: list[str]) -> None:
    with pytest.raises(Invalid):
        information.ask(member.pk, fields=fields, reason="x", by=amy, at=at)
    assert not Restriction.objects.exists()


def test_nobody_gives_what_was_not_asked_for(member: Member, at: datetime) -> None:
    with pytest.raises(NotFound):
        information.give(member.pk, values={"born_on": date(1980, 1, 1)}, by=member.user, at=at)


@pytest.mark.clause("upstage/6.1")
def test_the_profile_gives_a_phone_too(member: Member, amy: User, at: datetime) -> None:
    information.ask(member.pk, fields=["phone"], reason="x", by=amy, at=at)
    profile.change(member.pk, phone="010-1234-5678", language="ko", by=member.user, at=at)
    assert standing(member, at=at).may_use


def test_the_page_asks_for_it_and_leads_back(
    member: Member, stranger: Member, asked: Restriction, at: datetime
) -> None:
    client, other = Client(), Client()
    client.force_login(member.user)
    other.force_login(stranger.user)
    with clock.fixed(at):
        page = client.get("/account/information/")
        sent = client.post("/account/information/", {"phone": "010-1234-5678", "born_on": "1990-01-01"})
        assert (page.status_code, sent["Location"]) == (200, "/account/")
        assert other.get("/account/information/")["Location"] == "/account/"
        assert Client().get("/account/information/").status_code == 302
    assert standing(member, at=at).may_use

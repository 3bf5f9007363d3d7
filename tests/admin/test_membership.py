"""Staff answer withdrawals, requests to come back, whole queues; take memberships away and ask for information."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.enums import MemberStatus
from accounts.errors import UnderFourteen
from accounts.models import BarredIdentity, Departure, Member, Notice, RejoinRequest, Restriction, Sanction, User
from accounts.queries import registration_hold
from accounts.rules import identities
from accounts.services import leaving, registration, rejoining
from accounts.services.members import Application, apply
from tests.admin.verbs import everything, page_of, preview, use, verb_of
from tests.conftest import MakeMember

FACTS = {"facts_ko": "도용된 카드로 가입했습니다.", "facts_en": "Joined with a stolen card.", "source": "own"}


def on_list(verb: str) -> str:
    return reverse("admin:accounts_member_do_on_list", args=[verb])


@pytest.fixture
def queue(waiting: Member, at: datetime) -> list[Member]:
    """Three who wait; the last one was barred after applying."""
    made = [waiting]
    for number in (1, 2):
        told = Application(email=f"wait{number}@member.example", name=f"이대기{number}", born_on=date(1990, 1, 1))
        made.append(registration.email_verified(apply(told, password=None, at=at).pk, at=at))
    return made


@pytest.fixture
def one_is_barred(queue: list[Member], make_member: MakeMember, at: datetime) -> Member:

    culprit = make_member(status="disqualified", disqualified_at=at)
    loss = Sanction.objects.create(
        member=culprit, kind="loss", status="in_force", ground="upstage/3.3.5", decided_at=at, starts_at=at
    )
    barred = queue[-1]
    digests = identities.digests({"email": barred.user.email}, settings.IDENTITY_HASH_KEY)
    BarredIdentity.objects.create(sanction=loss, kind="email", digest=digests["email"], until=date(2028, 11, 18))
    return barred


@pytest.mark.clause("upstage/3.1")
def test_the_whole_queue_is_accepted_in_one_action(office: Client, queue: list[Member]) -> None:
    answer = use(office, on_list("accept-all"), whom="all")
    statuses = set(Member.objects.values_list("status", flat=True))
    assert (answer.status_code, statuses) == (302, {MemberStatus.ACTIVE})


def test_the_preview_is_short_and_leaves_nothing(office: Client, queue: list[Member]) -> None:
    before = everything()
    page = preview(office, on_list("accept-all"), whom="all")
    rows = {str(row.label): row.after for row in page.context["effect"].rows}
    assert (rows["Answered"], rows["Who"].count(",")) == ("3", 2)
    assert ("State" in rows, len(page.context["effect"].mails), everything() == before) == (False, 2, True)


@pytest.mark.clause("upstage/3.3")
def test_whom_a_rule_refuses_stays_and_is_named(office: Client, one_is_barred: Member) -> None:
    page = preview(office, on_list("accept-all"), whom="all")
    assert f"Stays: {one_is_barred.name}" in [str(row.label) for row in page.context["effect"].rows]
    use(office, on_list("accept-all"), whom="all")
    assert list(Member.objects.filter(status="held")) == [one_is_barred]


def test_some_are_chosen(office: Client, queue: list[Member]) -> None:
    use(office, on_list("accept-all"), whom="chosen", chosen=[queue[0].pk])
    assert [member.pk for member in Member.objects.filter(status="active")] == [queue[0].pk]


def test_choosing_nobody_is_said(office: Client, queue: list[Member]) -> None:
    answer = preview(office, on_list("accept-all"), whom="chosen")
    assert list(answer.context["form"].errors) == ["chosen"]


def test_the_queue_is_refused_on_a_ground(office: Client, queue: list[Member]) -> None:
    use(office, on_list("refuse-all"), whom="all", ground=6, reason="a test")
    told = Notice.objects.filter(key="rejected")
    assert (Member.objects.filter(status="rejected").count(), {tuple(one.clauses) for one in told}) == (
        3,
        {("upstage/3.3.6",)},
    )


@pytest.mark.clause("upstage/3.1")
@pytest.mark.parametrize(("fields", "active"), [({}, 0), ({"accept_all": "on"}, 3)])
def test_ending_the_hold_offers_to_accept_the_queue(
    office: Client, queue: list[Member], fields: dict[str, str], active: int
) -> None:
    use(office, on_list("resume"), **fields)
    assert (registration_hold(), Member.objects.filter(status="active").count()) == (None, active)


@pytest.mark.clause("upstage/3.3")
def test_the_day_of_application_decides_about_age(waiting: Member, amy: User, at: datetime) -> None:
    Member.objects.filter(pk=waiting.pk).update(born_on=date(2012, 11, 19))
    with pytest.raises(UnderFourteen):
        registration.accept_held(waiting.pk, by=amy, at=at.replace(year=2027))
    Member.objects.filter(pk=waiting.pk).update(born_on=date(2012, 11, 18))
    assert registration.accept_held(waiting.pk, by=amy, at=at).status == MemberStatus.ACTIVE


@pytest.fixture
def broken() -> Iterator[list[int]]:
    switch = [1]

    def work(member: Member, *, by: Any, at: datetime) -> None:
        if switch[0]:
            raise OSError("gone")

    leaving.step("broken", position=500)(work)
    yield switch
    del leaving._steps["broken"]


def test_a_withdrawal_that_stopped_is_taken_up(office: Client, member: Member, broken: list[int], at: datetime) -> None:
    departure = leaving.withdraw(member.pk, by=member.user, at=at)
    page = office.get(page_of(departure)).content.decode()
    broken[0] = 0
    use(office, verb_of(departure, "resume"))
    departure.refresh_from_db()
    assert ("OSError: gone" in page, departure.status) == (True, "completed")


@pytest.mark.parametrize(("verb", "status"), [("approve", "active"), ("decline", "withdrawn")])
def test_a_request_to_come_back_is_answered(
    office: Client, member: Member, at: datetime, verb: str, status: str
) -> None:
    leaving.withdraw(member.pk, by=member.user, at=at)
    request = rejoining.ask(member.pk, by=member.user, at=at)
    use(office, verb_of(request, verb), reason="because")
    member.refresh_from_db()
    assert (member.status, RejoinRequest.objects.get().answer) == (status, "because")


@pytest.mark.clause("upstage/3.3")
def test_a_membership_is_taken_away_as_previewed(office: Client, member: Member, amy: User) -> None:
    url = verb_of(member, "disqualify")
    page = preview(office, url, ground="upstage/3.3.5", **FACTS)
    rows = {str(row.label): row.after for row in page.context["effect"].rows}
    assert (rows["Last day of the statement"], rows["Data kept, and barred, until"]) == ("2026-12-18", "2028-11-18")
    use(office, url, ground="upstage/3.3.5", **FACTS)
    member.refresh_from_db()
    assert (member.status, Sanction.objects.get().decided_by) == (MemberStatus.DISQUALIFIED, amy)


@pytest.mark.clause("upstage/6.1")
def test_missing_information_is_asked_for(office: Client, member: Member) -> None:
    use(office, verb_of(member, "information"), fields_missing=["born_on"])
    row = Restriction.objects.get()
    assert (row.kind, row.scope, row.facts["missing"]) == ("information", "paid", ["born_on"])


@pytest.mark.parametrize("verb", ["disqualify", "information"])
def test_verbs_need_their_permission(clerk: Any, member: Member, verb: str) -> None:
    desk = clerk("accounts.view_member")
    assert desk.post(verb_of(member, verb), {}).status_code in (302, 403)
    assert not Departure.objects.exists()
    assert not Restriction.objects.exists()


def test_lists_and_files_open(office: Client, member: Member, at: datetime) -> None:
    leaving.withdraw(member.pk, by=member.user, at=at)
    rejoining.ask(member.pk, by=member.user, at=at)
    pages = [reverse("admin:accounts_departure_changelist"), reverse("admin:accounts_rejoinrequest_changelist"),
             page_of(member), page_of(Departure.objects.get()), page_of(RejoinRequest.objects.get())]  # fmt: skip
    assert [office.get(page).status_code for page in pages] == [200] * 5

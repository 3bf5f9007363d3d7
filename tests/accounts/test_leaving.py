"""Leaving, step by step, and coming back in time (upstage/3.2, 3.5.1, 12-2.5)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.enums import MemberStatus
from accounts.errors import AlreadyDecided, NotActive, RejoinWindowClosed
from accounts.models import ApiKey, Departure, Member, Notice, RejoinRequest, StoredData, User
from accounts.queries.leaving import ended_windows
from accounts.rules.keys import MEMBER_SCOPES
from accounts.rules.leaving import credits_kept_until
from accounts.services import keys, leaving, rejoining
from tests.conftest import MakeMember
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import DueItem

LAST_DAY = date(2026, 12, 18)


class Broken:
    """A step of another app that fails until it is mended."""

    def __init__(self) -> None:
        self.is_mended = False
        self.calls = 0

    def __call__(self, member: Member, *, by: Any, at: datetime) -> None:
        self.calls += 1
        if not self.is_mended:
            raise OSError("the store does not answer")


@pytest.fixture
def broken() -> Iterator[Broken]:
    work = Broken()
    leaving.step("broken", position=500)(work)
    yield work
    del leaving._steps["broken"]


def key_of(member: Member, at: datetime) -> ApiKey:
    return keys.issue(member_id=member.pk, name="key", scopes=MEMBER_SCOPES, by=member.user, at=at)[0]


@pytest.mark.clause("upstage/3.5.1")
@pytest.mark.parametrize(
    ("left", "until"),
    [
        (date(2027, 4, 6), date(2027, 5, 6)),
        (date(2027, 4, 5), date(2027, 5, 6)),
        (date(2027, 5, 17), date(2027, 6, 16)),
        (date(2026, 12, 2), date(2027, 1, 4)),
    ],
)
def test_credits_are_kept_thirty_days_and_over_a_holiday(left: date, until: date) -> None:
    assert credits_kept_until(left, Calendar()) == until


@pytest.mark.clause("upstage/3.2")
def test_leaving_ends_the_membership_with_its_notice(member: Member, at: datetime) -> None:
    departure = leaving.withdraw(member.pk, by=member.user, at=at)
    member.refresh_from_db()
    notice = Notice.objects.get(member=member)
    assert (departure.status, departure.completed_at, departure.kept_until) == ("completed", at, LAST_DAY)
    assert (member.status, member.withdrawn_at) == (MemberStatus.WITHDRAWN, at)
    assert (notice.about, notice.clauses) == ("withdrawal", ["upstage/3.2", "upstage/3.5.1"])


@pytest.mark.clause("upstage/3.2")
def test_leaving_closes_every_key(member: Member, stranger: Member, at: datetime) -> None:
    own, other = key_of(member, at), key_of(stranger, at)
    leaving.withdraw(member.pk, by=member.user, at=at)
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.revoked_at, other.revoked_at) == (at, None)


@pytest.mark.clause("upstage/12-2.5")
@pytest.mark.clause("upstage/22.6")
def test_leaving_marks_what_was_stored_for_destruction(member: Member, stranger: Member, at: datetime) -> None:
    ends = {"console": None, "async_output": at + timedelta(days=9), "async_input": at - timedelta(days=1)}
    for source, end in ends.items():
        StoredData.objects.create(member=member, source=source, stored_at=at, destroy_at=end)
    StoredData.objects.create(member=stranger, source="console", stored_at=at)
    leaving.withdraw(member.pk, by=member.user, at=at)
    marked = dict(StoredData.objects.filter(member=member).values_list("source", "destroy_at"))
    assert marked == {"console": at, "async_output": at, "async_input": at - timedelta(days=1)}
    assert StoredData.objects.get(member=stranger).destroy_at is None


def test_leaving_twice_is_refused(member: Member, at: datetime) -> None:
    leaving.withdraw(member.pk, by=member.user, at=at)
    with pytest.raises(AlreadyDone):
        leaving.withdraw(member.pk, by=member.user, at=at)
    assert (Departure.objects.count(), Notice.objects.count()) == (1, 1)


@pytest.mark.parametrize("status", ["held", "rejected", "disqualified"])
def test_who_is_no_member_cannot_leave(make_member: MakeMember, at: datetime, status: str) -> None:
    facts = {"rejected": {"rejected_at": at}, "disqualified": {"disqualified_at": at}}.get(status, {})
    member = make_member(status=status, **facts)
    with pytest.raises(NotActive):
        leaving.withdraw(member.pk, by=member.user, at=at)
    assert not Departure.objects.exists()


@pytest.mark.clause("upstage/3.2")
def test_a_step_that_fails_stops_the_rest_and_keeps_what_is_done(member: Member, broken: Broken, at: datetime) -> None:
    key = key_of(member, at)
    departure = leaving.withdraw(member.pk, by=member.user, at=at)
    member.refresh_from_db()
    key.refresh_from_db()
    steps = {row.name: (row.done_at, row.error) for row in departure.steps.all()}
    assert (departure.status, member.status, key.revoked_at) == ("errored", MemberStatus.ACTIVE, at)
    assert steps["broken"] == (None, "OSError: the store does not answer")
    assert (steps["data"][0], steps["complete"]) == (at, (None, ""))
    assert not Notice.objects.exists()


def test_the_job_goes_on_at_the_step_that_failed(member: Member, broken: Broken, at: datetime) -> None:
    departure = leaving.withdraw(member.pk, by=member.user, at=at)
    later = at + timedelta(hours=1)
    assert leaving.resume_all(at=later) == 0
    broken.is_mended = True
    assert leaving.resume_all(at=later) == 1
    departure.refresh_from_db()
    steps = {row.name: (row.done_at, row.attempts) for row in departure.steps.all()}
    assert (departure.status, departure.completed_at) == ("completed", later)
    assert (steps["keys"], steps["broken"]) == ((at, 1), (later, 3))
    assert leaving.resume_all(at=later) == 0


def test_staff_take_it_up_again_until_it_is_done(member: Member, broken: Broken, amy: User, at: datetime) -> None:
    departure = leaving.withdraw(member.pk, by=member.user, at=at)
    broken.is_mended = True
    assert leaving.resume(departure.pk, by=amy, at=at, reason="mended").status == "completed"
    with pytest.raises(AlreadyDone):
        leaving.resume(departure.pk, by=amy, at=at)


def test_asking_again_after_an_error_takes_it_up(member: Member, broken: Broken, at: datetime) -> None:
    leaving.withdraw(member.pk, by=member.user, at=at)
    broken.is_mended = True
    assert leaving.withdraw(member.pk, by=member.user, at=at).status == "completed"
    assert Departure.objects.count() == 1


@pytest.fixture
def left(member: Member, at: datetime) -> Member:
    leaving.withdraw(member.pk, by=member.user, at=at)
    member.refresh_from_db()
    return member


def instant(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=KST)


@pytest.mark.clause("upstage/3.5.1")
def test_coming_back_is_asked_for_until_the_end_of_the_last_day(left: Member, at: datetime) -> None:
    request = rejoining.ask(left.pk, by=left.user, at=instant(LAST_DAY, 23, 59))
    assert (request.status, DueItem.objects.get(kind="rejoin").about) == ("requested", left.public_id)


@pytest.mark.clause("upstage/3.5.1")
def test_a_minute_later_is_too_late(left: Member, at: datetime) -> None:
    with pytest.raises(RejoinWindowClosed) as refused:
        rejoining.ask(left.pk, by=left.user, at=instant(LAST_DAY + timedelta(days=1)))
    assert (refused.value.facts["until"], refused.value.clauses) == (LAST_DAY, ("upstage/3.5.1",))
    assert not RejoinRequest.objects.exists()


@pytest.mark.clause("upstage/3.5.1")
def test_the_approval_may_come_after_the_window(left: Member, amy: User, at: datetime) -> None:
    rejoining.ask(left.pk, by=left.user, at=at)
    much_later = instant(LAST_DAY + timedelta(days=20))
    assert rejoining.approve(left.pk, by=amy, at=much_later).status == MemberStatus.ACTIVE
    assert DueItem.objects.get(kind="rejoin").state == "done"
    assert list(Notice.objects.filter(about="rejoin").order_by("pk").values_list("stage", flat=True)) == [
        "asked",
        "approved",
    ]


def test_one_request_for_one_withdrawal(left: Member, amy: User, at: datetime) -> None:
    rejoining.ask(left.pk, by=left.user, at=at)
    with pytest.raises(AlreadyDone):
        rejoining.ask(left.pk, by=left.user, at=at)
    rejoining.decline(left.pk, by=amy, at=at, answer="no")
    with pytest.raises(AlreadyDecided):
        rejoining.ask(left.pk, by=left.user, at=at)


def test_what_is_answered_is_answered(left: Member, amy: User, at: datetime) -> None:
    rejoining.ask(left.pk, by=left.user, at=at)
    rejoining.decline(left.pk, by=amy, at=at, answer="no")
    with pytest.raises(AlreadyDone):
        rejoining.decline(left.pk, by=amy, at=at)
    with pytest.raises(AlreadyDecided):
        rejoining.approve(left.pk, by=amy, at=at)
    left.refresh_from_db()
    assert left.status == MemberStatus.WITHDRAWN


def test_nobody_comes_back_who_did_not_ask(left: Member, amy: User, at: datetime) -> None:
    with pytest.raises(NotFound):
        rejoining.approve(left.pk, by=amy, at=at)


def test_a_member_has_nothing_to_come_back_to(member: Member, at: datetime) -> None:
    with pytest.raises(AlreadyDone):
        rejoining.ask(member.pk, by=member.user, at=at)


def test_a_second_withdrawal_has_a_window_of_its_own(left: Member, amy: User, at: datetime) -> None:
    rejoining.ask(left.pk, by=left.user, at=at)
    rejoining.approve(left.pk, by=amy, at=at)
    again = instant(date(2027, 2, 1), 9)
    second = leaving.withdraw(left.pk, by=left.user, at=again)
    assert (second.kept_until, rejoining.ask(left.pk, by=left.user, at=again).departure_id) == (
        date(2027, 3, 3),
        second.pk,
    )


@pytest.mark.clause("upstage/3.5.1")
@pytest.mark.parametrize(
    ("asks", "answer", "is_over"),
    [(False, "", True), (True, "", False), (True, "approve", False), (True, "decline", True)],
)
def test_windows_that_are_over(left: Member, amy: User, at: datetime, asks: bool, answer: str, is_over: bool) -> None:
    if asks:
        rejoining.ask(left.pk, by=left.user, at=at)
    if answer:
        getattr(rejoining, answer)(left.pk, by=amy, at=at)
    assert not ended_windows(instant(LAST_DAY, 23, 59)).exists()
    assert ended_windows(instant(LAST_DAY + timedelta(days=1))).exists() is is_over


@pytest.mark.clause("upstage/3.2")
def test_leaving_logs_out_everywhere(member: Member, stranger: Member, at: datetime) -> None:
    clients = [Client(), Client(), Client()]
    for client, user in zip(clients, (member.user, member.user, stranger.user), strict=True):
        client.force_login(user)
        UserSession.objects.create(user=user, ip="127.0.0.1", session_key=client.session.session_key)
    leaving.withdraw(member.pk, by=member.user, at=at)
    assert [client.get("/account/").status_code for client in clients] == [302, 302, 200]

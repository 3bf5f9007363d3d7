"""Versions of APIs: how long the old form stays, how early an end is told, what its answers say (upstage/12-2)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.enums import ApiAudience
from accounts.errors import ApiNoticeTooShort, UnknownApiVersion
from accounts.models import Announcement, ApiKey, ApiVersion, Member, Notice, StoredData, User
from accounts.queries import api_versions as queries
from accounts.rules import api_versions as rules
from accounts.services import api_versions, keys, uploads
from tests.conftest import MakeMember
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_start
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, InvalidDates
from upstage_console.kernel.models import DueItem


@pytest.mark.clause("upstage/12-2.2")
@pytest.mark.parametrize(
    ("changed", "until"),
    [
        (date(2027, 3, 3), date(2027, 4, 2)),
        (date(2027, 1, 30), date(2027, 3, 1)),
        (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2027, 12, 31), date(2028, 1, 30)),
    ],
)
def test_the_old_form_stays_to_the_end_of_the_thirtieth_day(changed: date, until: date) -> None:
    assert rules.old_until(changed, is_beta=False) == until


@pytest.mark.clause("upstage/12-2.4")
@pytest.mark.parametrize(
    ("announced", "earliest"),
    [
        (date(2027, 3, 3), date(2027, 4, 3)),
        (date(2027, 1, 31), date(2027, 3, 3)),
        (date(2028, 1, 31), date(2028, 3, 2)),
        (date(2027, 12, 1), date(2028, 1, 1)),
    ],
)
def test_thirty_clear_days_lie_before_an_end(announced: date, earliest: date) -> None:
    assert rules.earliest_end(announced, is_beta=False) == earliest
    with pytest.raises(ApiNoticeTooShort) as refused:
        rules.require_notice(announced, earliest - timedelta(days=1), is_beta=False)
    assert refused.value.facts["earliest"] == earliest


@pytest.mark.clause("upstage/12-2.6")
def test_betas_need_no_notice_but_end_not_in_the_past() -> None:
    today = date(2027, 3, 3)
    assert rules.old_until(today, is_beta=True) is None
    assert rules.require_notice(today, today, is_beta=True) == today
    with pytest.raises(InvalidDates):
        rules.require_notice(today, date(2027, 3, 2), is_beta=True)


def ends_on(at: datetime, days: int = 31) -> date:
    return at.astimezone(KST).date() + timedelta(days=days)


def listed(amy: User, at: datetime, service: str = "solar", version: str = "v1", **more: bool) -> ApiVersion:
    return api_versions.record(service=service, version=version, by=amy, at=at, **more)


def end(amy: User, at: datetime, service: str = "solar", **more: object) -> ApiVersion:
    day = more.pop("ends_on", ends_on(at))
    return api_versions.end(service=service, version="v1", ends_on=day, by=amy, at=at, **more)


@pytest.mark.django_db
@pytest.mark.clause("upstage/12-2.1")
def test_a_change_is_told_to_members_and_on_the_board(member: Member, amy: User, at: datetime) -> None:
    row = api_versions.change(service="solar", version="v2", by=amy, at=at)
    notice, post, item = Notice.objects.get(), Announcement.objects.get(), DueItem.objects.get()
    assert (notice.member, notice.about) == (member, "api_version")
    assert (post.kind, post.api_version, post.published_at) == ("api_version", row, at)
    assert (item.kind, item.due_at) == ("old_specification", day_start(row.old_until + timedelta(days=1)))


@pytest.mark.django_db
@pytest.mark.clause("upstage/12-2.6")
def test_a_beta_stands_on_the_board_alone(member: Member, amy: User, at: datetime) -> None:
    row = api_versions.change(service="solar", version="v3-beta", is_beta=True, by=amy, at=at)
    assert (row.old_until, Announcement.objects.count()) == (None, 1)
    assert not Notice.objects.exists()
    assert not DueItem.objects.exists()


@pytest.mark.django_db
@pytest.mark.clause("upstage/12-2.4")
def test_an_end_is_told_to_members_and_on_the_board(member: Member, amy: User, at: datetime) -> None:
    listed(amy, at)
    row = end(amy, at, successor="v2")
    assert (row.ends_on, row.end_announced_at, row.successor) == (ends_on(at), at, "v2")
    assert (Notice.objects.get().member, Announcement.objects.get().api_version) == (member, row)
    assert DueItem.objects.get().kind == "api_version_end"
    with pytest.raises(AlreadyDone):
        end(amy, at)
    assert Notice.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.clause("upstage/12-2.4")
def test_too_little_notice_leaves_nothing_behind(member: Member, amy: User, at: datetime) -> None:
    listed(amy, at)
    with pytest.raises(ApiNoticeTooShort):
        end(amy, at, ends_on=ends_on(at, 30))
    assert not Announcement.objects.exists()
    assert ApiVersion.objects.get().ends_on is None


@pytest.mark.django_db
def test_what_nobody_listed_cannot_end(amy: User, at: datetime) -> None:
    with pytest.raises(UnknownApiVersion):
        end(amy, at)


@pytest.mark.django_db
def test_only_those_who_use_it_are_written_to_where_staff_say_so(
    make_member: MakeMember, amy: User, at: datetime
) -> None:
    user, former, _other = make_member(), make_member(), make_member()
    for member, used_at in ((user, at - timedelta(days=300)), (former, at - timedelta(days=400))):
        for name in ("a", "b"):
            keys.issue(member_id=member.pk, name=name, scopes={"account:read"}, by=member.user, at=at)
        ApiKey.objects.filter(member=member).update(last_used_at=used_at)
    listed(amy, at)
    end(amy, at, audience=ApiAudience.USERS)
    assert [notice.member for notice in Notice.objects.all()] == [user]


def ask(at: datetime, path: str = "status", language: str = "en") -> object:
    with clock.fixed(at):
        return Client().get(f"/api/v1/{path}", headers={"Accept-Language": language})


@pytest.mark.django_db
@pytest.mark.clause("upstage/12-2.4")
def test_answers_of_the_console_announce_its_end(amy: User, at: datetime) -> None:
    listed(amy, at, "console")
    end(amy, at, "console")
    answer = ask(at)
    assert answer.status_code == 200
    assert answer["Deprecation"] == f"@{int(at.timestamp())}"
    assert answer["Sunset"] == "Fri, 18 Dec 2026 15:00:00 GMT"
    assert 'rel="sunset"' in answer["Link"]
    assert "Deprecation" not in ask(at - timedelta(seconds=1)).headers


@pytest.mark.django_db
@pytest.mark.clause("upstage/12-2.4")
@pytest.mark.parametrize("path", ["status", "me", "nowhere"])
def test_an_ended_api_answers_410_with_a_pointer(amy: User, at: datetime, path: str) -> None:
    listed(amy, at, "console")
    end(amy, at, "console", successor="v2")
    last = day_start(ends_on(at))
    assert ask(last - timedelta(seconds=1), path).status_code != 410
    answer = ask(last, path)
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    assert (body["code"], body["status"], body["facts"]["successor"]) == ("api_version_ended", 410, "v2")
    assert answer["Sunset"]


@pytest.mark.django_db
def test_the_end_of_another_service_changes_no_answer(amy: User, at: datetime) -> None:
    listed(amy, at)
    end(amy, at)
    assert "Deprecation" not in ask(at).headers


@pytest.mark.django_db
def test_answers_ask_the_database_once_in_a_while(amy: User, at: datetime, django_assert_num_queries: object) -> None:
    queries.known.forget()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert queries.ending_of_console(at) is None
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert queries.ending_of_console(at) is None


def test_what_is_known_stays_while_the_database_is_busy(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    def busy() -> None:
        raise OperationalError("too many connections")

    ending = rules.Ending("v1", at, ends_on(at), "v2")
    queries.known.remember(ending)
    queries.known.forget()
    monkeypatch.setattr(queries, "_read_ending", busy)
    assert queries.ending_of_console(at) == ending


def stored(member: Member, at: datetime, service: str, source: str = "async_output") -> StoredData:
    until = None if source == "console" else at + timedelta(days=60)
    return StoredData.objects.create(member=member, source=source, service=service, stored_at=at, destroy_at=until)


@pytest.mark.django_db
@pytest.mark.clause("upstage/12-2.5")
def test_uploads_go_once_a_service_has_no_api_left(member: Member, amy: User, at: datetime) -> None:
    gone, stays, console = (
        stored(member, at, "solar"),
        stored(member, at, "ocr"),
        stored(member, at, "solar", "console"),
    )
    listed(amy, at)
    listed(amy, at, "ocr")
    api_versions.record(service="ocr", version="v2", by=amy, at=at)
    end(amy, at)
    end(amy, at, "ocr")
    over = day_start(ends_on(at))
    assert uploads.end_uploads_of_ended_apis(at=over - timedelta(seconds=1)) == 0
    assert uploads.end_uploads_of_ended_apis(at=over) == 1
    assert uploads.end_uploads_of_ended_apis(at=over) == 0
    for row in (gone, stays, console):
        row.refresh_from_db()
    assert (gone.destroy_at, stays.destroy_at, console.destroy_at) == (over, at + timedelta(days=60), None)

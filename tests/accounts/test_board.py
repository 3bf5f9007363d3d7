"""The notice board and the state of the services: what is published stays, and interruptions have a ground."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.enums import AnnouncementKind
from accounts.errors import NotAnnouncedBefore, NotBegun, NotPublished, Published
from accounts.models import Addition, Announcement, Member, Notice, User
from accounts.queries import board
from accounts.rules.interruptions import clauses_of
from accounts.services import announcements, interruptions
from accounts.services.announcements import Post
from accounts.services.interruptions import Interruption
from accounts.services.notices import Text
from upstage_console.kernel import clock
from upstage_console.kernel.errors import AlreadyDone, InvalidDates, NotFound
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TEXT = Text("정기 점검", "Regular maintenance", "서버를 점검합니다.", "We look after the servers.")
NEWS = Post(AnnouncementKind.NEWS, "소식", "News", "본문입니다.", "The body.", clauses=["upstage/8.4"])


def published(by: User, at: datetime, **more: bool) -> Announcement:
    row = announcements.draft(NEWS, by=by, at=at)
    return announcements.publish_draft(row.public_id, by=by, at=at, **more)


def maintenance(by: User, at: datetime, starts_at: datetime, hours: int = 2, **more: bool) -> Announcement:
    planned = Interruption(TEXT, 1, starts_at, starts_at + hours * HOUR, ["solar"])
    return interruptions.announce_maintenance(planned, by=by, at=at, **more)


def outage(by: User, at: datetime, starts_at: datetime, ends_at: datetime | None = None) -> Announcement:
    return interruptions.report_outage(Interruption(TEXT, 4, starts_at, ends_at), by=by, at=at)


def show(path: str, at: datetime, language: str = "ko") -> str:
    with clock.fixed(at):
        answer = Client(headers={"Accept-Language": language}).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.clause("upstage/8.4")
def test_a_draft_is_seen_by_nobody_until_it_is_published(amy: User, at: datetime) -> None:
    row = announcements.draft(NEWS, by=amy, at=at)
    assert list(board.posts()) == []
    assert Client().get(f"/board/{row.public_id}/").status_code == 404
    announcements.publish_draft(row.public_id, by=amy, at=at)
    assert list(board.posts()) == [row]
    assert "본문입니다." in show(f"/board/{row.public_id}/", at)
    assert "The body." in show(f"/board/{row.public_id}/", at, "en")


def test_publishing_tells_members_only_where_asked_and_once(member: Member, amy: User, at: datetime) -> None:
    row = published(amy, at)
    assert not Notice.objects.exists()
    told = published(amy, at, tell_members=True)
    notice = Notice.objects.get()
    assert (notice.member, notice.about, notice.subject_ko) == (member, "news", "소식")
    for one in (row, told):
        with pytest.raises(Published):
            announcements.publish_draft(one.public_id, by=amy, at=at, tell_members=True)
    assert Notice.objects.count() == 1


def test_what_is_published_is_never_changed(amy: User, at: datetime) -> None:
    row = published(amy, at)
    with pytest.raises(Published):
        announcements.change_draft(row.public_id, NEWS, by=amy, at=at)
    with pytest.raises(Published):
        announcements.drop_draft(row.public_id, by=amy, at=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        Announcement.objects.update(body_ko="다른 본문")
    with pytest.raises(DatabaseError), transaction.atomic():
        Announcement.objects.all().delete()
    row.refresh_from_db()
    assert row.body_ko == "본문입니다."


def test_a_draft_is_changed_and_thrown_away(amy: User, at: datetime) -> None:
    row = announcements.draft(NEWS, by=amy, at=at)
    other = Post(AnnouncementKind.NEWS, "다른 소식", "Other", "다른 본문", "Another body")
    assert announcements.change_draft(row.public_id, other, by=amy, at=at).title_ko == "다른 소식"
    announcements.drop_draft(row.public_id, by=amy, at=at)
    assert not Announcement.objects.exists()
    assert AuditEvent.objects.filter(action="announcement.dropped").count() == 1


def test_a_correction_stands_beside_what_it_corrects(amy: User, at: datetime) -> None:
    row = published(amy, at)
    announcements.add(row.public_id, text_ko="날짜를 고칩니다.", text_en="Another day.", by=amy, at=at + HOUR)
    page = show(f"/board/{row.public_id}/", at)
    assert "본문입니다." in page
    assert "날짜를 고칩니다." in page
    draft = announcements.draft(NEWS, by=amy, at=at)
    with pytest.raises(NotPublished):
        announcements.add(draft.public_id, text_ko="가", text_en="a", by=amy, at=at)
    assert Addition.objects.count() == 1


@pytest.mark.clause("upstage/12.2")
def test_maintenance_is_announced_before_it_begins(amy: User, at: datetime) -> None:
    with pytest.raises(NotAnnouncedBefore):
        maintenance(amy, at, at)
    with pytest.raises(InvalidDates):
        maintenance(amy, at, at + HOUR, hours=0)
    assert not Announcement.objects.exists()


@pytest.mark.clause("upstage/12.2")
def test_an_outage_is_reported_while_it_lasts_or_afterwards(amy: User, at: datetime) -> None:
    with pytest.raises(NotBegun):
        outage(amy, at, at + HOUR)
    with pytest.raises(InvalidDates):
        outage(amy, at, at - HOUR, at + HOUR)
    with pytest.raises(InvalidDates):
        outage(amy, at, at - HOUR, at - 2 * HOUR)
    assert not Announcement.objects.exists()
    assert outage(amy, at, at - 3 * HOUR, at - HOUR).published_at == at


@pytest.mark.clause(
    "upstage/12.1", "upstage/12.1.1", "upstage/12.1.2", "upstage/12.1.3", "upstage/12.1.4", "upstage/12.1.5",
    "upstage/12.1.6", "upstage/12.1.7",
)  # fmt: skip
@pytest.mark.parametrize("ground", range(1, 8))
def test_an_interruption_names_its_ground(amy: User, at: datetime, ground: int) -> None:
    row = interruptions.report_outage(Interruption(TEXT, ground, at - HOUR), by=amy, at=at)
    assert (row.ground, row.clauses[0]) == (ground, f"upstage/12.1.{ground}")


@pytest.mark.parametrize("ground", [0, 8])
def test_there_is_no_other_ground(ground: int) -> None:
    with pytest.raises(ValueError, match="no item"):
        clauses_of(ground)


def states(*moments: datetime) -> list[str]:
    return [str(board.status_at(moment).state) for moment in moments]


@pytest.mark.clause("upstage/12.1")
def test_the_state_follows_the_clock(amy: User, at: datetime) -> None:
    starts = at + HOUR
    row = maintenance(amy, at, starts)
    ends = starts + 2 * HOUR
    second = timedelta(seconds=1)
    assert states(at, starts, ends - second, ends) == ["in_order", "maintenance", "maintenance", "in_order"]
    assert board.status_at(at).planned == [row]
    assert list(board.past_interruptions(ends)) == [row]
    assert list(board.past_interruptions(ends - second)) == []


def test_an_outage_says_more_than_maintenance(amy: User, at: datetime) -> None:
    maintenance(amy, at, at + HOUR)
    row = outage(amy, at + 2 * HOUR, at + HOUR)
    assert states(at + 2 * HOUR) == ["outage"]
    interruptions.end_outage(row.public_id, ended_at=at + 2 * HOUR, by=amy, at=at + 2 * HOUR)
    assert states(at + 2 * HOUR) == ["maintenance"]


def test_an_outage_ends_once_and_in_the_open(amy: User, at: datetime) -> None:
    row = outage(amy, at, at - HOUR)
    for wrong in (at - 2 * HOUR, at + HOUR):
        with pytest.raises(InvalidDates):
            interruptions.end_outage(row.public_id, ended_at=wrong, by=amy, at=at)
    ended = interruptions.end_outage(row.public_id, ended_at=at, by=amy, at=at)
    assert (ended.ends_at, Addition.objects.get().announcement) == (at, row)
    with pytest.raises(AlreadyDone):
        interruptions.end_outage(row.public_id, ended_at=at, by=amy, at=at)
    assert "Added" in show(f"/board/{row.public_id}/", at, "en")


def test_maintenance_is_called_off_before_it_begins(amy: User, at: datetime) -> None:
    row, late = maintenance(amy, at, at + HOUR), maintenance(amy, at, at + HOUR)
    interruptions.call_off(row.public_id, by=amy, at=at)
    with pytest.raises(AlreadyDone):
        interruptions.call_off(row.public_id, by=amy, at=at)
    with pytest.raises(AlreadyDone):
        interruptions.call_off(late.public_id, by=amy, at=at + HOUR)
    assert [one.pk for one in board.status_at(at + HOUR).under_way] == [late.pk]
    assert list(board.past_interruptions(at + 9 * HOUR)) == [late]


def test_the_end_of_maintenance_is_moved_in_the_open(amy: User, at: datetime) -> None:
    row = maintenance(amy, at, at + HOUR)
    later = at + 5 * HOUR
    interruptions.move_end(row.public_id, ends_at=later, by=amy, at=at + 2 * HOUR)
    assert states(later - HOUR, later) == ["maintenance", "in_order"]
    assert Addition.objects.count() == 1
    with pytest.raises(InvalidDates):
        interruptions.move_end(row.public_id, ends_at=at + HOUR, by=amy, at=at + 2 * HOUR)
    with pytest.raises(AlreadyDone):
        interruptions.move_end(row.public_id, ends_at=later + HOUR, by=amy, at=later)


def test_news_is_neither_ended_nor_called_off(amy: User, at: datetime) -> None:
    row = published(amy, at)
    with pytest.raises(NotFound):
        interruptions.end_outage(row.public_id, ended_at=at, by=amy, at=at)
    with pytest.raises(NotFound):
        interruptions.call_off(row.public_id, by=amy, at=at)


@pytest.mark.parametrize("path", ["/board/", "/status/", "/board/api-versions/"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_are_there_before_anything_was_announced(at: datetime, path: str, language: str) -> None:
    assert "<h1>" in show(path, at, language)
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize("name", ["ann_x", "ann_" + "0" * 32, "mem_" + "0" * 32, "1"])
def test_a_post_that_is_not_there_is_not_found(name: str) -> None:
    assert Client().get(f"/board/{name}/").status_code == 404


def test_the_board_is_narrowed_by_kind(amy: User, at: datetime) -> None:
    published(amy, at)
    outage(amy, at, at - HOUR)
    assert show("/board/?kind=outage", at, "en").count("post-title") == 1
    assert show("/board/?kind=nonsense", at, "en").count("post-title") == 2


@pytest.mark.parametrize("path", ["/board/", "/status/"])
def test_pages_ask_as_much_for_three_as_for_one(
    amy: User, at: datetime, path: str, django_assert_num_queries: object
) -> None:
    def fill(number: int) -> None:
        for _number in range(number):
            published(amy, at)
            maintenance(amy, at, at + HOUR)
            outage(amy, at, at - HOUR)
            outage(amy, at, at - 2 * HOUR, at - HOUR)

    fill(1)
    wanted = 2 if path == "/board/" else 5
    with django_assert_num_queries(wanted):  # type: ignore[operator]
        show(path, at)
    fill(2)
    with django_assert_num_queries(wanted):  # type: ignore[operator]
        show(path, at)

"""Content of members: how long it is kept, destroyed in time, blocked with a word to the member (upstage/22)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import MemberStatus
from accounts.errors import NotActive, OnHold, OtherContent, TooLargeToStore
from accounts.models import Destruction, LegalHold, Member, Notice, StoredData, User
from accounts.rules.storage import MOST_BYTES, keeping
from accounts.services import blocking, destruction, stored_data
from accounts.services.stored_data import Content
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, Conflict, Invalid
from upstage_console.kernel.idempotency import IdempotencyRunning
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> InMemoryStorage:
    storage = InMemoryStorage()
    monkeypatch.setattr(default_storage, "_wrapped", storage)
    return storage


def put(member: Member, at: datetime, source: str = "async_output", data: bytes = b"text", **given: Any) -> StoredData:
    content = Content(source=source, file=ContentFile(data), since=given.pop("since", at), **given)
    row = stored_data.store(member.pk, content, by=None, at=at)
    assert row is not None
    return row


def kst(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=KST)  # type: ignore[arg-type, misc]


@pytest.mark.clause("upstage/22.5")
@pytest.mark.parametrize(
    ("source", "since", "gone"),
    [
        ("async_input", kst(2027, 4, 12, 8, 30), kst(2027, 4, 15, 8, 30)),
        ("async_output", kst(2027, 4, 12, 8, 45), kst(2027, 5, 13)),
        ("async_output", kst(2027, 4, 12), kst(2027, 5, 13)),
        ("async_output", kst(2027, 4, 12, 23, 59), kst(2027, 5, 13)),
        ("async_output", kst(2027, 4, 13), kst(2027, 5, 14)),
        ("async_output", kst(2027, 1, 30, 12), kst(2027, 3, 2)),
        ("async_output", datetime(2027, 4, 12, 15, tzinfo=UTC), kst(2027, 5, 14)),
    ],
)
def test_asynchronous_content_ends_by_the_clock_and_never_on_a_business_day(
    source: str, since: datetime, gone: datetime
) -> None:
    kept = keeping(source, since)
    assert (kept.stored, kept.destroy_at, kept.clause) == (True, gone, "upstage/22.5")


@pytest.mark.clause("upstage/22.6")
def test_console_data_lasts_as_long_as_the_account(at: datetime) -> None:
    kept = keeping("console", at)
    assert (kept.stored, kept.destroy_at, kept.clause) == (True, None, "upstage/22.6")


@pytest.mark.clause("upstage/22.4")
def test_nothing_of_a_synchronous_call_is_stored(member: Member, at: datetime, files: InMemoryStorage) -> None:
    content = Content(source="sync", file=ContentFile(b"secret"), since=at)
    assert stored_data.store(member.pk, content, by=None, at=at) is None
    assert not StoredData.objects.exists()
    assert not AuditEvent.objects.exists()
    assert files.listdir("") == ([], [])


def test_content_is_stored_with_its_hash_and_size(member: Member, at: datetime) -> None:
    row = put(member, at, data=b"abc" * 50_000, name="scan.txt", service="ocr")
    assert (row.size, row.name, row.service, len(row.sha256)) == (150_000, "scan.txt", "ocr", 64)
    with row.file.open("rb") as file:
        assert file.read() == b"abc" * 50_000
    assert AuditEvent.objects.get(action="data.stored").clauses == ["upstage/22.5"]


def test_too_much_leaves_nothing_behind(member: Member, at: datetime, files: InMemoryStorage) -> None:
    with pytest.raises(TooLargeToStore):
        put(member, at, data=b"x" * (MOST_BYTES + 1))
    assert not StoredData.objects.exists()
    assert not any(files.listdir(f"data/{at:%Y/%m/%d}")[1])


def test_what_comes_too_late_is_not_stored(member: Member, at: datetime) -> None:
    content = Content(source="async_input", file=ContentFile(b"x"), since=at - timedelta(hours=72))
    assert stored_data.store(member.pk, content, by=None, at=at) is None
    assert not StoredData.objects.exists()


def test_nothing_is_stored_of_the_future(member: Member, at: datetime) -> None:
    with pytest.raises(Invalid):
        put(member, at, since=at + timedelta(seconds=1))


def test_who_left_stores_nothing(make_member: Callable[..., Member], at: datetime) -> None:
    gone = make_member(status=MemberStatus.WITHDRAWN, withdrawn_at=at)
    with pytest.raises(NotActive):
        put(gone, at)
    assert not StoredData.objects.exists()


def test_the_same_key_is_stored_once(member: Member, at: datetime) -> None:
    first = put(member, at, key="a", data=b"one")
    assert put(member, at, key="a", data=b"one").pk == first.pk
    with pytest.raises(OtherContent):
        put(member, at, key="a", data=b"two")
    assert StoredData.objects.count() == 1


def test_a_key_under_way_waits_and_is_taken_over_after_an_hour(member: Member, at: datetime) -> None:
    left = put(member, at, key="a")
    left.file.storage.delete(left.file.name)
    StoredData.objects.update(sha256="", size=0)
    with pytest.raises(IdempotencyRunning):
        put(member, at + timedelta(minutes=59), key="a")
    again = put(member, at + timedelta(hours=1), key="a", data=b"whole")
    assert (again.pk, again.size) == (left.pk, 5)


@pytest.mark.clause("upstage/22.5")
def test_the_end_of_the_inference_destroys_the_input_at_once(
    member: Member, at: datetime, files: InMemoryStorage, django_capture_on_commit_callbacks: Any
) -> None:
    row = put(member, at, "async_input", name="passport.png")
    name = row.file.name
    with django_capture_on_commit_callbacks(execute=True):
        stored_data.inference_ended(row.public_id, by=None, at=at + timedelta(minutes=15))
    row.refresh_from_db()
    assert (row.destroyed_at, bool(row.file), row.name, row.sha256) == (at + timedelta(minutes=15), False, "", "")
    assert not files.exists(name)
    proof = Destruction.objects.get()
    assert (proof.what, proof.subject, proof.clauses) == ("stored_data", row.public_id, ["upstage/22.5"])


def test_an_inference_ends_once(member: Member, at: datetime) -> None:
    row = put(member, at, "async_input")
    stored_data.inference_ended(row.public_id, by=None, at=at)
    with pytest.raises(AlreadyDone):
        stored_data.inference_ended(row.public_id, by=None, at=at)


def test_output_has_no_inference_to_end(member: Member, at: datetime) -> None:
    row = put(member, at)
    with pytest.raises(Conflict):
        stored_data.inference_ended(row.public_id, by=None, at=at)


@pytest.mark.clause("upstage/22.5")
def test_what_is_due_is_destroyed_and_nothing_else(member: Member, at: datetime) -> None:
    due, later, console = put(member, at, "async_input"), put(member, at), put(member, at, "console")
    assert destruction.destroy_due(at=at + timedelta(hours=72, seconds=-1)) == 0
    assert destruction.destroy_due(at=at + timedelta(hours=72)) == 1
    assert destruction.destroy_due(at=at + timedelta(hours=72)) == 0
    kept = StoredData.objects.filter(destroyed_at__isnull=True)
    assert {row.pk for row in kept} == {later.pk, console.pk}
    assert Destruction.objects.get().subject == due.public_id


@pytest.mark.clause("upstage/22.6")
@pytest.mark.clause("upstage/12-2.5")
def test_leaving_destroys_everything(
    member: Member, stranger: Member, at: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    put(member, at)
    put(member, at, "console")
    other = put(stranger, at, "console")
    with django_capture_on_commit_callbacks(execute=True):
        assert stored_data.member_left(member.pk, at=at) == 2
    assert stored_data.member_left(member.pk, at=at) == 0
    assert list(StoredData.objects.filter(destroyed_at__isnull=True)) == [other]


@pytest.mark.clause("upstage/22.6")
def test_the_job_also_finds_who_left_unsaid(make_member: Callable[..., Member], member: Member, at: datetime) -> None:
    put(member, at, "console")
    Member.objects.filter(pk=member.pk).update(status=MemberStatus.WITHDRAWN, withdrawn_at=at)
    assert destruction.destroy_due(at=at) == 1


def test_what_is_held_by_law_is_not_destroyed(member: Member, amy: User, at: datetime) -> None:
    row = put(member, at)
    hold = LegalHold.objects.create(member=member, reason="a court asked", starts_at=at, placed_by=amy)
    later = at + timedelta(days=40)
    assert destruction.destroy_due(at=later) == 0
    with pytest.raises(OnHold):
        blocking.remove(row.public_id, why="x", clause="upstage/22.9", by=amy, at=at)
    LegalHold.objects.filter(pk=hold.pk).update(ends_at=later, released_by=amy)
    assert destruction.destroy_due(at=later) == 1


def test_a_run_killed_between_file_and_row_is_finished_by_the_next(member: Member, at: datetime) -> None:
    row = put(member, at, "async_input")
    row.file.storage.delete(row.file.name)
    assert destruction.destroy_due(at=at + timedelta(days=4)) == 1
    assert Destruction.objects.count() == 1


def test_a_file_that_cannot_be_deleted_is_seen_and_tried_again(
    member: Member, at: datetime, files: InMemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, fine = put(member, at, "async_input"), put(member, at, "async_input")
    delete, later = files.delete, at + timedelta(days=4)

    def refusing(name: str) -> None:
        if name == stuck.file.name:
            raise OSError("read-only")
        delete(name)

    with monkeypatch.context() as patched:
        patched.setattr(files, "delete", refusing)
        assert destruction.destroy_due(at=later) == 1
        assert destruction.destroy_due(at=later) == 0
    stuck.refresh_from_db()
    assert (stuck.destroyed_at, stuck.destroy_error) == (None, "OSError: read-only")
    assert Destruction.objects.get().subject == fine.public_id
    assert DueItem.objects.get(kind=destruction.TASK).subject == stuck.public_id
    assert destruction.destroy_due(at=later) == 1
    assert DueItem.objects.get(kind=destruction.TASK).state == "done"


def test_statements_grow_with_batches(make_member: Callable[..., Member], at: datetime) -> None:
    def statements(count: int) -> int:
        for _ in range(count):
            put(make_member(), at, "async_input")
        with CaptureQueriesContext(connection) as counted:
            destruction.destroy_due(at=at + timedelta(days=4))
        return len(counted)

    assert statements(1) == statements(3)


@pytest.mark.clause("upstage/22.9")
@pytest.mark.clause("upstage/7.4")
def test_a_blocked_item_is_told_with_why(member: Member, amy: User, at: datetime) -> None:
    row = put(member, at, name="poster.png")
    blocked = blocking.block(row.public_id, why="Somebody's work.", clause="upstage/22.9", by=amy, at=at)
    assert (blocked.blocked_at, blocked.blocked_why) == (at, "Somebody's work.")
    notice = Notice.objects.get()
    assert (notice.about, notice.clauses) == ("data", ["upstage/22.9"])
    assert "poster.png" in notice.body_en
    assert "Somebody's work." in notice.body_en
    with pytest.raises(AlreadyDone):
        blocking.block(row.public_id, why="again", clause="upstage/22.9", by=amy, at=at)
    assert blocking.unblock(row.public_id, why="A mistake.", by=amy, at=at).blocked_at is None
    with pytest.raises(AlreadyDone):
        blocking.unblock(row.public_id, why="A mistake.", by=amy, at=at)
    assert Notice.objects.count() == 2


@pytest.mark.clause("upstage/22.9")
def test_a_removed_item_is_told_and_destroyed(
    member: Member, amy: User, at: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    row = put(member, at, "console")
    with django_capture_on_commit_callbacks(execute=True):
        blocking.remove(row.public_id, why="Unlawful.", clause="upstage/7.4", by=amy, at=at)
    row.refresh_from_db()
    assert row.destroyed_at == at
    assert "Unlawful." in Notice.objects.get().body_en
    with pytest.raises(AlreadyDone):
        blocking.remove(row.public_id, why="Unlawful.", clause="upstage/7.4", by=amy, at=at)

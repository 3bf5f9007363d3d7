"""A member's own data as a file: complete, safe to open, made in the background, gone after its days (upstage/6.5)."""

import csv
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.storage import InMemoryStorage, default_storage

from accounts.enums import MemberStatus
from accounts.errors import ExportRunning, LinkExpired
from accounts.models import DataExport, Destruction, Member, Notice
from accounts.rules.exports import cell, value
from accounts.rules.keys import MEMBER_SCOPES
from accounts.services import exports, keys, marketing, own_data
from accounts.services.archives import write_archive
from accounts.services.own_data import Part
from tests.billing import make
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.models import AuditEvent
from upstage_console.scenarios.registry import discovered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/6.5")]
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> InMemoryStorage:
    discovered()  # as a worker does: the upper apps tell what they have
    storage = InMemoryStorage()
    monkeypatch.setattr(default_storage, "_wrapped", storage)
    return storage


def made(member: Member, at: datetime) -> DataExport:
    row = exports.ask(member.pk, by=member.user, at=at)
    assert exports.build_due(at=at) == 1
    row.refresh_from_db()
    return row


def tables(row: DataExport) -> dict[str, Any]:
    with row.file.open("rb") as file, ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(found: dict[str, Any], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found[f"{name}.csv"].decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+82", "'+82"),
        ("-2", "'-2"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),  # noqa: RUF001
        ("김하늘", "김하늘"),
        (Decimal("-12.500000"), "-12.5"),
        (-3, "-3"),
        (None, ""),
        (True, "True"),
        (["upstage/15.3", "upstage/15.5"], "upstage/15.3, upstage/15.5"),
        (["=cmd"], "'=cmd"),
        (datetime(2027, 4, 12, 15, 30, tzinfo=UTC), "2027-04-13T00:30:00+09:00"),
        (date(2027, 4, 12), "2027-04-12"),
    ],
)
def test_a_cell_never_runs(fact: object, shown: str) -> None:
    assert cell(fact) == shown


def test_json_keeps_what_was_written() -> None:
    assert [value("=1"), value(Decimal("1.500000")), value(None), value(["a"])] == ["=1", "1.5", None, ["a"]]


def test_an_export_holds_everything_of_the_member_and_of_nobody_else(at: datetime) -> None:
    make.price()
    kim, other = make.member(card="ok"), make.member(card="ok")
    for one in (kim, other):
        make.granted(one, "3000")
        make.bought(one, "10000")
        make.taken(make.event(one, quantity=100))
        keys.issue(member_id=one.pk, name="key", scopes=MEMBER_SCOPES, by=one.user, at=at)
        marketing.answer(one.pk, given=True, by=one.user, at=at)
    found = tables(made(kim, at))
    assert {f"{one.name}.{kind}" for one in own_data.parts() for kind in ("csv", "json")} | {"README.txt"} == {*found}
    for name in ("credits", "credit_entries", "usage_by_day", "charges", "purchases", "payments", "payment_methods",
                 "keys", "notices", "marketing_consents", "history"):  # fmt: skip
        assert rows_of(found, name), name
    whole = b"".join(found.values()).decode()
    assert kim.public_id in whole
    assert kim.user.email in whole
    assert other.public_id not in whole
    assert other.user.email not in whole
    assert "token" not in whole


def test_both_forms_say_the_same(member: Member, at: datetime) -> None:
    Member.objects.filter(pk=member.pk).update(name="=HYPERLINK(1)")
    found = tables(made(member, at))
    (row,), (told,) = rows_of(found, "profile"), json.loads(found["profile.json"])
    assert (row["name"], told["name"]) == ("'=HYPERLINK(1)", "=HYPERLINK(1)")
    assert (row["number"], told["number"]) == (member.public_id, member.public_id)
    assert json.loads(found["sanctions.json"]) == []
    assert found["profile.csv"].startswith(b"\xef\xbb\xbf")
    assert "한국어" in found["README.txt"].decode("utf-8-sig")


def test_the_export_is_ready_for_seven_days(member: Member, at: datetime) -> None:
    row = made(member, at)
    assert (row.status, row.parts_done, row.size > 0) == ("ready", len(own_data.parts()), True)
    assert row.expires_at == datetime(2026, 11, 26, tzinfo=KST)
    assert Notice.objects.get(about="export").member_id == member.pk


def test_one_at_a_time(member: Member, stranger: Member, at: datetime) -> None:
    exports.ask(member.pk, by=member.user, at=at)
    with pytest.raises(ExportRunning):
        exports.ask(member.pk, by=member.user, at=at)
    exports.ask(stranger.pk, by=stranger.user, at=at)
    assert DataExport.objects.count() == 2


def test_who_left_may_ask_too(make_member: Callable[..., Member], at: datetime) -> None:
    left = make_member(status=MemberStatus.WITHDRAWN, withdrawn_at=at)
    assert made(left, at).status == "ready"


def test_a_repeat_makes_nothing_twice(member: Member, at: datetime) -> None:
    row = made(member, at)
    assert (exports.build_due(at=at), exports.build(row.pk, at=at)) == (0, False)
    assert Notice.objects.filter(about="export").count() == 1


def test_a_killed_run_begins_again(member: Member, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    row = exports.ask(member.pk, by=member.user, at=at)

    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(exports, "write_archive", killed)
        with pytest.raises(SystemExit):
            exports.build(row.pk, at=at)
    row.refresh_from_db()
    assert row.status == "running"
    assert exports.build_due(at=at + timedelta(minutes=29)) == 0
    assert exports.build_due(at=at + timedelta(minutes=30)) == 1


def test_a_failure_is_kept_and_the_member_may_ask_again(
    member: Member, at: datetime, files: InMemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = exports.ask(member.pk, by=member.user, at=at)

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(exports, "write_archive", broken)
        assert exports.build_due(at=at) == 0
    row.refresh_from_db()
    assert (row.status, row.error, bool(row.file)) == ("failed", "OSError: disk full", False)
    assert made(member, at).status == "ready"


def test_a_run_that_another_overtook_changes_nothing(
    member: Member, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = exports.ask(member.pk, by=member.user, at=at)
    later = at + timedelta(hours=1)

    def slow(*given: Any, **named: Any) -> None:
        monkeypatch.setattr(exports, "write_archive", write_archive)
        assert exports.build(row.pk, at=later)
        write_archive(*given, **named)

    monkeypatch.setattr(exports, "write_archive", slow)
    assert exports.build(row.pk, at=at) is False
    row.refresh_from_db()
    assert (row.status, row.ready_at) == ("ready", later)


@pytest.mark.clause("upstage/21.1")
def test_after_its_days_the_file_is_destroyed(member: Member, at: datetime, files: InMemoryStorage) -> None:
    row = made(member, at)
    name, end = row.file.name, datetime(2026, 11, 26, tzinfo=KST)
    assert exports.expire_due(at=end - timedelta(seconds=1)) == 0
    assert exports.expire_due(at=end) == 1
    assert exports.expire_due(at=end) == 0
    row.refresh_from_db()
    assert (row.status, bool(row.file), files.exists(name)) == ("expired", False, False)
    proof = Destruction.objects.get()
    assert (proof.what, proof.subject) == ("data_export", row.public_id)


def test_a_file_that_cannot_be_deleted_is_tried_again(
    member: Member, at: datetime, files: InMemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made(member, at)

    def refusing(name: str) -> None:
        raise OSError("read-only")

    with monkeypatch.context() as patched:
        patched.setattr(files, "delete", refusing)
        assert exports.expire_due(at=at + 2 * WEEK) == 0
    row.refresh_from_db()
    assert (row.status, row.error) == ("ready", "OSError: read-only")
    assert exports.expire_due(at=at + 2 * WEEK) == 1


def test_only_the_owner_downloads_and_each_time_is_written_down(member: Member, stranger: Member, at: datetime) -> None:
    row = made(member, at)
    with pytest.raises(NotFound):
        exports.download(row.public_id, member_id=stranger.pk, by=stranger.user, at=at)
    assert exports.download(row.public_id, member_id=member.pk, by=member.user, at=at).pk == row.pk
    with pytest.raises(LinkExpired):
        exports.download(row.public_id, member_id=member.pk, by=member.user, at=at + 2 * WEEK)
    assert AuditEvent.objects.filter(action="export.downloaded").count() == 1


def test_memory_does_not_grow_with_the_rows(member: Member, at: datetime) -> None:
    def many(_: Member) -> Iterator[tuple[int, str]]:
        yield from ((number, "구매 10,000원") for number in range(100_000))

    part = Part("many", 1, "많음", "Many", ("number", "text"), many)
    tracemalloc.start()
    with TemporaryFile() as target:
        write_archive(target, member, [part], at=at, done=lambda _: None)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000

"""After a backup is restored, what had been destroyed since is destroyed again."""

import io
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import Destruction, KeptRecord, Member, User
from accounts.services import destruction_log, replaying, separation
from tests.accounts.leaving import destroyed, filled, morning, separated, withdrawn
from tests.credits.books import findings
from upstage_console.kernel import clock

DUE = morning(date(2031, 11, 19))


def exported() -> list[str]:
    out = io.StringIO()
    destruction_log.export(out)
    return out.getvalue().splitlines(keepends=True)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "destructions.jsonl"


@pytest.mark.clause("upstage/21.1")
@pytest.mark.parametrize("backup", ["active", "withdrawn", "separated", "destroyed"])
def test_a_backup_of_any_time_is_brought_up_to_date(
    backup: str, member: Member, amy: User, ben: User, at: datetime
) -> None:
    """The rows as a backup of an earlier time holds them, and the log of what came after it."""
    filled(member, at)
    lines = _what_the_log_would_say(member, at)
    if backup != "active":
        withdrawn(member, at)
    if backup in ("separated", "destroyed"):
        separation.separate_due(at=at + timedelta(days=31))
    if backup == "destroyed":
        destroyed(amy, ben, DUE)
    found = replaying.replay(lines, at=DUE)
    member.refresh_from_db()
    assert (found, separation.data_of(member)) == (
        {"active": 2, "withdrawn": 2, "separated": 2, "destroyed": 0}[backup], "destroyed",
    )  # fmt: skip
    assert (replaying.replay(lines, at=DUE), findings()) == (0, [])


def _what_the_log_would_say(member: Member, at: datetime) -> list[str]:
    subject, left = member.public_id, at.isoformat()
    return [
        f'{{"what": "live", "subject": "{subject}", "at": "2026-12-19T01:30:00+09:00", "left_at": "{left}"}}\n',
        f'{{"what": "contract:2031-11-18", "subject": "{subject}", "at": "2031-11-19T09:00:00+09:00"}}\n',
        f'{{"what": "erased", "subject": "{subject}", "at": "2031-11-19T09:00:00+09:00"}}\n',
    ]


def test_the_law_keeps_as_long_as_it_did_the_first_time(member: Member, at: datetime) -> None:
    filled(member, at)
    replaying.replay(_what_the_log_would_say(member, at)[:1], at=at + timedelta(days=40))
    member.refresh_from_db()
    assert (KeptRecord.objects.get().kept_until, separation.data_of(member)) == (date(2031, 11, 18), "kept")


def test_the_export_says_what_the_replay_needs(member: Member, amy: User, ben: User, at: datetime) -> None:
    separated(filled(member, at), at)
    destroyed(amy, ben, DUE)
    said = [(line["what"], line.get("left_at", "")[:10]) for line in destruction_log.read(exported())]
    assert said == [("live", "2026-11-18"), ("contract:2031-11-18", ""), ("erased", "")]
    assert "김하늘" not in "".join(exported())


def test_each_destruction_is_in_the_file_before_it_is_committed(
    member: Member, amy: User, ben: User, at: datetime, log: Path
) -> None:
    with override_settings(DESTRUCTION_LOG=str(log)):
        separated(filled(member, at), at)
        destroyed(amy, ben, DUE)
    assert log.read_text(encoding="utf-8").splitlines(keepends=True) == exported()


def test_what_others_destroyed_is_added_once(at: datetime, log: Path, db: None) -> None:
    with override_settings(DESTRUCTION_LOG=str(log)):
        Destruction.objects.create(what="stored_data", subject="dat_1", at=at)
        assert (destruction_log.catch_up(), destruction_log.catch_up()) == (1, 0)
        Destruction.objects.create(what="stored_data", subject="dat_2", at=at)
        assert destruction_log.catch_up() == 1
    assert log.read_text(encoding="utf-8").splitlines(keepends=True) == exported()


def test_without_a_file_nothing_is_written(at: datetime, db: None) -> None:
    Destruction.objects.create(what="stored_data", subject="dat_1", at=at)
    assert destruction_log.catch_up() == 0


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", '{"what": "live"}', '{"what": "payment:soon", "subject": "mem_1", "at": "2031-11-19T09:00:00Z"}'],
)
def test_a_line_that_says_nothing_is_passed_over(line: str, member: Member, at: datetime) -> None:
    assert replaying.replay([line], at=at) == 0


def test_somebody_the_backup_does_not_know(at: datetime, db: None) -> None:
    unknown = '{"what": "erased", "subject": "mem_' + "0" * 32 + '", "at": "2031-11-19T09:00:00+09:00"}'
    assert replaying.replay([unknown], at=at) == 0
    assert Destruction.objects.filter(what="erased").count() == 1


def test_the_commands(member: Member, amy: User, ben: User, at: datetime, log: Path) -> None:
    separated(filled(member, at), at)
    destroyed(amy, ben, DUE)
    call_command("export_destructions", str(log))
    with clock.fixed(DUE):
        call_command("replay_destructions", str(log))
    with pytest.raises(CommandError):
        call_command("replay_destructions", str(log.with_suffix(".none")))
    assert (log.read_text(encoding="utf-8"), findings()) == ("".join(exported()), [])

"""Old months of usage leave the table for files, and nothing is lost on the way."""

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from arro3.io import read_parquet
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from accounts.models import Destruction
from accounts.services import holds
from billing.enums import ArchiveStatus
from billing.errors import UsageArchived
from billing.models import UsageArchive, UsageDay, UsageEvent
from billing.queries import archives
from billing.services import archive_files, archiving, closing, partitions
from tests.billing import make
from tests.billing.archives import A_YEAR_LATER, FEBRUARY, files
from upstage_console.kernel import policy
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Gone
from upstage_console.kernel.models import AuditEvent, DueItem

__all__ = ["files"]
pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 1)


@pytest.fixture
def kim(db):
    make.price("12")
    holder = make.member(card="ok", postpaid=True)
    make.granted(holder, "500")
    nasty = ['say "hi", then', " leads and trails ", "=1+1", "\\.", "#hash", "한글", "comma, 'quote'"]
    make.taken(*[make.event(holder, name, quantity=number, dimensions={"a": f"{name}\"\\"})
                 for number, name in enumerate(nasty, start=1)])  # fmt: skip
    make.taken(make.event(holder, "march", at=datetime(2026, 3, 5, tzinfo=KST).isoformat()), at=make.later(days=25))
    closing.close_due(at=datetime(2026, 4, 1, 0, 10, tzinfo=KST))
    return holder


def archive():
    return UsageArchive.objects.get(month=FEBRUARY)


def rows_of(row):
    with row.file.open("rb") as file:
        columns = read_parquet(file).read_all()
        names = columns.schema.names
        return [dict(zip(names, row, strict=True))
                for row in zip(*(columns.column(name).to_pylist() for name in names), strict=True)]  # fmt: skip


def events():
    return sorted(UsageEvent.objects.filter(occurred_at__lt=datetime(2026, 3, 1, tzinfo=KST)).values_list(
        "event_id", "quantity", "amount", "occurred_at"))  # fmt: skip


@pytest.mark.clause("upstage/8.3")
def test_a_month_leaves_the_table_and_its_file_has_every_event(kim):
    before = events()
    assert archiving.archive_due(at=A_YEAR_LATER) == 1
    kept = sorted((row["event_id"], row["quantity"], row["amount"], row["occurred_at"]) for row in rows_of(archive()))
    assert kept == before
    assert UsageEvent.objects.values_list("event_id", flat=True).get() == "march"


def test_the_file_can_be_read_alone(kim):
    archiving.archive_due(at=A_YEAR_LATER)
    row = next(row for row in rows_of(archive()) if row["event_id"] == "한글")
    shown = {name: row[name] for name in ("member", "service", "meter", "currency", "unit_price", "dimensions")}
    assert shown == {"member": kim.public_id, "service": "ocr", "meter": "page", "currency": "KRW",
                     "unit_price": Decimal(12), "dimensions": '{"a": "한글\\"\\\\"}'}  # fmt: skip


def test_the_row_says_what_the_file_holds(kim, files):
    archiving.archive_due(at=A_YEAR_LATER)
    row = archive()
    with files.open(row.file.name) as file:
        content = file.read()
    assert (row.status, row.rows, row.members, row.size) == (ArchiveStatus.ARCHIVED, 7, 1, len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert [(line["service"], line["events"], line["quantity"], line["amount"]) for line in row.sums] == [
        ("ocr", 7, "28.000000", "336.000000")
    ]


def test_sums_stay_on_page_and_api(kim):
    before = list(UsageDay.objects.order_by("pk").values())
    archiving.archive_due(at=A_YEAR_LATER)
    assert list(UsageDay.objects.order_by("pk").values()) == before
    assert archives.last_archived() == FEBRUARY


def test_a_repeat_archives_nothing(kim):
    archiving.archive_due(at=A_YEAR_LATER)
    assert archiving.archive_due(at=A_YEAR_LATER) == 0
    assert AuditEvent.objects.filter(action="usage.archived").count() == 1


def test_the_last_day_of_the_setting_still_stands(kim):
    assert archiving.archive_due(at=datetime(2027, 3, 31, 23, tzinfo=KST)) == 0
    assert archiving.archive_due(at=datetime(2027, 4, 1, tzinfo=KST)) == 1


def test_the_setting_moves_the_limit(kim, amy, ben):
    at = datetime(2026, 6, 2, tzinfo=KST)
    proposed = policy.propose("usage_months_online", 2, reason="disk", starts_at=at, by=amy, at=at)
    policy.approve(proposed.pk, by=ben, at=at)
    assert archiving.archive_due(at=at) == 2


@pytest.mark.parametrize("months", [0, 1, 61, "13", True])
def test_the_setting_never_drops_what_may_still_come(months):
    known = next(one for one in policy.readings() if one.name == "usage_months_online")
    assert (known.valid(months), known.valid(2), known.valid(60)) == (False, True, True)


def test_a_month_that_is_not_closed_waits(kim):
    make.taken(make.event(kim, "april", at=datetime(2026, 4, 5, tzinfo=KST).isoformat()), at=make.later(days=60))
    later = datetime(2027, 6, 2, tzinfo=KST)
    assert archiving.archive_due(at=later) == 2  # February and March; April's invoices are not made yet


def test_an_empty_month_is_archived_like_any_other():
    partitions.ensure([FEBRUARY])
    assert archiving.archive_due(at=A_YEAR_LATER) == 1
    assert (archive().rows, archive().sums, rows_of(archive())) == (0, [], [])


# Killed anywhere


def test_killed_after_sealing_the_next_run_goes_on(kim):
    archiving.seal(FEBRUARY, at=A_YEAR_LATER)
    assert archiving.archive_due(at=A_YEAR_LATER) == 1


def test_half_a_file_is_written_anew(kim, files):
    archiving.seal(FEBRUARY, at=A_YEAR_LATER)
    files.save(archive().file.name, ContentFile(b"PAR1 half"))
    assert archiving.archive_due(at=A_YEAR_LATER) == 1
    assert len(rows_of(archive())) == 7
    assert files.listdir("usage/2026")[1] == ["usage-2026-02.parquet"]


def test_killed_after_the_export_the_month_is_dropped_by_the_next_run(kim):
    archiving.seal(FEBRUARY, at=A_YEAR_LATER)
    archiving.export(FEBRUARY, at=A_YEAR_LATER)
    written = archive().sha256
    assert archiving.archive_due(at=A_YEAR_LATER) == 1
    assert archive().sha256 == written


@pytest.mark.parametrize("harm", ["delete", "change"])
def test_a_file_that_is_not_what_was_written_costs_no_event(kim, files, harm):
    archiving.seal(FEBRUARY, at=A_YEAR_LATER)
    archiving.export(FEBRUARY, at=A_YEAR_LATER)
    files.delete(archive().file.name)
    if harm == "change":
        files.save(archive().file.name, ContentFile(b"something else"))
    assert archiving.archive_due(at=A_YEAR_LATER) == 0
    assert UsageEvent.objects.count() == 8
    assert archiving.archive_due(at=A_YEAR_LATER + timedelta(hours=1)) == 1
    assert len(rows_of(archive())) == 7


def test_a_storage_that_fails_leaves_the_month_and_tells_staff(kim, files, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(files, "save", full)
        assert archiving.archive_due(at=A_YEAR_LATER) == 0
    assert (archive().error, UsageEvent.objects.count()) == ("OSError: no space left", 8)
    assert DueItem.objects.get(kind=archiving.TASK).closed_at is None
    assert archiving.archive_due(at=A_YEAR_LATER) == 1
    assert DueItem.objects.get(kind=archiving.TASK).closed_at == A_YEAR_LATER


def test_sums_that_are_not_those_of_the_days_keep_the_month(kim):
    archiving.seal(FEBRUARY, at=A_YEAR_LATER)
    archiving.export(FEBRUARY, at=A_YEAR_LATER)
    sums = archive().sums
    sums[0]["events"] += 1
    UsageArchive.objects.update(sums=sums)
    with translation.override("en"):
        assert archiving.archive_due(at=A_YEAR_LATER) == 0
    assert archive().error.startswith("ArchiveDiffers: The file of 2026-02 does not hold what the table has")
    assert UsageEvent.objects.count() == 8


# Nothing comes after


def test_a_sealed_month_takes_nothing_whoever_asks(kim):
    archiving.seal(FEBRUARY, at=A_YEAR_LATER)
    insert = (
        "INSERT INTO billing_usageevent SELECT occurred_at, member_id, meter_id, price_id, api_key_id, batch_id, "
        "quantity, amount, 'again', dimensions FROM billing_usageevent WHERE event_id = '한글'"
    )
    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert)


@pytest.mark.parametrize("is_dropped", [False, True])
def test_events_of_an_archived_month_are_refused(kim, is_dropped):
    archiving.seal(FEBRUARY, at=A_YEAR_LATER)
    if is_dropped:
        archiving.archive_due(at=A_YEAR_LATER)
    with pytest.raises(UsageArchived) as refused:
        make.taken(make.event(kim, "late"), at=A_YEAR_LATER, late_limit=None)
    assert refused.value.facts == {"month": "2026-02"}


# Destroyed when the law no longer keeps it


@pytest.mark.clause("upstage/21.1")
def test_a_file_is_kept_five_years_from_its_last_invoice(kim, files):
    archiving.archive_due(at=A_YEAR_LATER)
    last = archive().kept_until
    assert last == date(2031, 4, 1)  # invoiced on 1 April 2026
    on_its_last_day = datetime(last.year, last.month, last.day, 23, tzinfo=KST)
    assert archive_files.destroy_due(at=on_its_last_day) == 0
    assert archive_files.destroy_due(at=on_its_last_day + timedelta(hours=1)) == 1
    assert archive_files.destroy_due(at=on_its_last_day + timedelta(days=1)) == 0
    assert (archive().status, archive().file.name, archive().rows) == (ArchiveStatus.DESTROYED, "", 7)
    assert files.listdir("usage/2026")[1] == []
    assert Destruction.objects.filter(what="usage_archive", subject=archive().public_id).exists()


def test_a_legal_hold_keeps_the_file(kim, amy):
    archiving.archive_due(at=A_YEAR_LATER)
    holds.place(kim.pk, reason="a court", by=amy, at=A_YEAR_LATER)
    later = datetime(2040, 1, 1, tzinfo=KST)
    assert archive_files.destroy_due(at=later) == 0
    holds.release(kim.pk, reason="over", by=amy, at=later)
    assert archive_files.destroy_due(at=later) == 1


def test_a_destroyed_file_is_not_opened(kim, amy):
    archiving.archive_due(at=A_YEAR_LATER)
    archive_files.destroy_due(at=datetime(2040, 1, 1, tzinfo=KST))
    with pytest.raises(Gone):
        archive_files.open_for_staff(archive().pk, purpose="a question", by=amy, at=A_YEAR_LATER)


def test_what_is_read_back_is_what_was_written(kim):
    archiving.archive_due(at=A_YEAR_LATER)
    with archive().file.open("rb") as file:
        copy = BytesIO(file.read())
    assert archiving.parquet.contents(copy) == archiving.parquet.Contents(7, archive().contents)

"""Content of members: stored as long as the terms keep it (upstage/22.4-22.6, 12-2.5).

The row comes first, then the file under the name that stands in it: whatever a killed process leaves behind is found
by its row and destroyed with it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.files import File
from django.db import transaction

from accounts.enums import DataSource
from accounts.errors import OtherContent, TooLargeToStore
from accounts.models import Member, StoredData
from accounts.rules import storage as rules
from accounts.services import destruction
from accounts.services.members import require_active
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Conflict, Invalid
from upstage_console.kernel.idempotency import IdempotencyRunning

UNFINISHED: Final = timedelta(hours=1)
"""How long a row waits for its file before a repeat of the key takes it over."""


@dataclass(frozen=True)
class Content:
    """What is to be stored; `since` is when the input was submitted or, of an output, when its inference ended."""

    source: str
    file: File  # type: ignore[type-arg]
    since: datetime
    service: str = ""
    name: str = ""
    key: str = ""


class Measured(File):  # type: ignore[type-arg]
    """A file that is hashed and counted while it is streamed; refuses `too_large_to_store` on the way."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.digest, self.length = hashlib.sha256(), 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for chunk in super().chunks(chunk_size):
            data = chunk.encode() if isinstance(chunk, str) else chunk
            self.length += len(data)
            if self.length > rules.MOST_BYTES:
                raise TooLargeToStore(facts={"most": rules.MOST_BYTES})
            self.digest.update(data)
            yield data


@enforces("upstage/22.4", "upstage/22.5", "upstage/22.6")
def store(member_id: int, content: Content, *, by: Any, at: datetime) -> StoredData | None:
    """Store content of a member; None where the terms keep nothing: a synchronous call (22.4), or its time is over.

    A repeat of the key returns the first row. Refuses `not_active`, `too_large_to_store`, `idempotency_mismatch`, and
    `idempotency_running` while the first is under way; of what is refused nothing stays.
    """
    if content.since > at:
        raise Invalid
    kept = rules.keeping(content.source, content.since)
    if not kept.stored or (kept.destroy_at is not None and kept.destroy_at <= at):
        return None
    row = _begin(member_id, content, kept, at=at)
    if row.sha256 or row.destroyed_at:
        return _same(row, content)
    try:
        return _fill(row, content, by=by, at=at, clause=kept.clause)
    except Exception:
        _take_back(row)
        raise


@transaction.atomic
def _begin(member_id: int, content: Content, kept: rules.Keeping, *, at: datetime) -> StoredData:
    member = Member.objects.filter(pk=member_id).locked().get()
    earlier = StoredData.objects.filter(member=member, key=content.key).first() if content.key else None
    if earlier is not None:
        if not earlier.sha256 and earlier.destroyed_at is None and at - earlier.stored_at < UNFINISHED:
            raise IdempotencyRunning
        return earlier
    require_active(member)
    row = StoredData(
        member=member, source=content.source, service=content.service, name=content.name, key=content.key,
        stored_at=at, destroy_at=kept.destroy_at,
        inference_ended_at=content.since if content.source == DataSource.ASYNC_OUTPUT else None,
    )  # fmt: skip
    row.file.name = f"data/{kst_date(at):%Y/%m/%d}/{row.public_id}"
    row.save()
    return row


def _same(row: StoredData, content: Content) -> StoredData:
    """The row that a repeat finds; the same key for something else is refused."""
    measured = Measured(content.file)
    for _chunk in measured.chunks():
        pass
    if row.source != content.source or row.sha256 not in ("", measured.digest.hexdigest()):
        raise OtherContent
    return row


def _fill(row: StoredData, content: Content, *, by: Any, at: datetime, clause: str) -> StoredData:
    measured = Measured(content.file)
    storage, name = row.file.storage, row.file.name or ""
    storage.delete(name)
    storage.save(name, measured)
    with transaction.atomic():
        row.size, row.sha256 = measured.length, measured.digest.hexdigest()
        row.save(update_fields=["size", "sha256"])
        facts = {"source": row.source, "size": row.size}
        audit.record("data.stored", row, by=by, at=at, about=row.member, clauses=[clause], facts=facts)
    return row


def _take_back(row: StoredData) -> None:
    row.file.storage.delete(row.file.name or "")
    StoredData.objects.filter(pk=row.pk, sha256="").delete()


@enforces("upstage/22.5")
@transaction.atomic
def inference_ended(data_id: str, *, by: Any, at: datetime) -> StoredData:
    """The inference of an asynchronous input has ended: the input is destroyed at once (after the commit).

    Refuses `already_done`, and `conflict` for what is no asynchronous input.
    """
    row: StoredData = StoredData.objects.select_related("member").locked().get_public(data_id)
    if row.source != DataSource.ASYNC_INPUT:
        raise Conflict
    if row.inference_ended_at is not None or row.destroyed_at is not None:
        raise AlreadyDone
    row.inference_ended_at = at
    row.destroy_at = min(at, row.destroy_at or at)
    row.save(update_fields=["inference_ended_at", "destroy_at"])
    audit.record("data.inference_ended", row, by=by, at=at, about=row.member, clauses=["upstage/22.5"])
    destruction.after_commit(row.pk, at=at)
    return row


@enforces("upstage/22.6", "upstage/12-2.5")
@transaction.atomic
def member_left(member_id: int, *, at: datetime) -> int:
    """The contract has ended: everything the member stored is destroyed; returns how many items. Safe to repeat."""
    mine = StoredData.objects.filter(member_id=member_id, destroyed_at__isnull=True)
    due = list(mine.exclude(destroy_at__lte=at).values_list("pk", flat=True))
    StoredData.objects.filter(pk__in=due).update(destroy_at=at)
    destruction.after_commit(*due, at=at)
    return len(due)

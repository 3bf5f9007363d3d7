"""Importing recorded usage from a file, through the same code as the API (upstage/2.7, 8.3).

The file's hash and the members its requests are shared out to are written down first; events are named by hash and row.
So the same file again changes nothing, and a run that was killed is finished by the next with the same books.
"""

import gzip
import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from django.db import transaction

from accounts.enums import MemberStatus
from accounts.models import ApiKey, Member
from billing.errors import NotUsageFile, TooFewMembers, UsageArchived
from billing.models import Service, UsageImport
from billing.queries.archives import archived_among
from billing.rules import traces
from billing.rules.columns import Columns
from billing.rules.traces import Request
from billing.services import usage
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.errors import NotFound

REQUESTS_A_BATCH = 5000
METERS = ("input-token", "output-token")


@dataclass(frozen=True)
class Imported:
    """What one run did with a file."""

    name: str
    requests: int
    members: int
    accepted: int
    duplicate: int


def import_file(
    path: Path, *, service: str, by: Any, at: datetime, members: int | None = None, with_keys: bool = False
) -> Imported:
    """Take the requests of a trace as usage of `service`, shared out to the first `members` active members (or all).

    Each request is one event for its input and one for its output tokens. The whole file is read before anything is
    taken: a malformed one leaves nothing. `with_keys` names each member's oldest key. What is taken counts at once, and
    the next settlement charges it. Refuses `not_usage`,
    `too_few_members`, `not_found` (the service), `usage_archived` (use of a month that lies in a file).
    """
    sha256, requests, months = _survey(path, at)
    archived = archived_among(months)
    if archived:
        raise UsageArchived(facts={"month": f"{archived[0]:%Y-%m}"})
    run = _begin(path, sha256, requests, service, members, by, at)
    owners = _owners(run, with_keys)
    accepted = duplicate = 0
    with _opened(path) as lines:
        for batch in _batches(traces.read(lines, until=at)):
            columns = _columns(batch, service, sha256, owners)
            taken = usage.take_columns(columns, batch_key=f"import:{path.name}", at=at)
            if taken.rejected:
                raise NotUsageFile(facts={"why": taken.rejected[0].detail})
            accepted, duplicate = accepted + taken.accepted, duplicate + taken.duplicate
    UsageImport.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=at)
    return Imported(path.name, requests, len(run.members), accepted, duplicate)


def _survey(path: Path, at: datetime) -> tuple[str, int, set[date]]:
    """Read the whole file once: its hash, how many requests it holds, and of which months."""
    try:
        with path.open("rb") as raw:
            sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
        with _opened(path) as lines:
            months = Counter(month_of(kst_date(request.at)) for request in traces.read(lines, until=at))
        return sha256, months.total(), set(months)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise NotUsageFile(facts={"why": str(error)}) from error


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        yield lines


@transaction.atomic
def _begin(
    path: Path, sha256: str, requests: int, service: str, members: int | None, by: Any, at: datetime
) -> UsageImport:
    """The run that this file began, or a new one with the members of this moment."""
    row = Service.objects.filter(code=service).locked().first()
    if row is None:
        raise NotFound(facts={"service": service})
    run = UsageImport.objects.filter(sha256=sha256, service=row).first()
    if run is not None:
        return run
    active = list(Member.objects.filter(status=MemberStatus.ACTIVE).order_by("pk").values_list("pk", flat=True))
    chosen = active[:members]
    if not chosen or (members and len(chosen) < members):
        raise TooFewMembers(facts={"active": len(active), "wanted": members or 1})
    run = UsageImport.objects.create(
        sha256=sha256, service=row, name=path.name[:200], members=chosen, requests=requests, started_at=at
    )
    audit.record("usage.imported", run, by=by, at=at, facts={"file": path.name, "requests": requests})
    return run


def _owners(run: UsageImport, with_keys: bool) -> list[tuple[str, str | None]]:
    """The members of a run in their order, with their oldest key where it is wanted."""
    names = dict(Member.objects.filter(pk__in=run.members).values_list("pk", "public_id"))
    keys: dict[int, str] = {}
    if with_keys:
        rows = ApiKey.objects.filter(member__in=run.members).order_by("-pk")
        keys = dict(rows.values_list("member_id", "public_id"))
    return [(names[member], keys.get(member)) for member in run.members]


def _batches(requests: Iterator[Request]) -> Iterator[list[Request]]:
    while batch := list(islice(requests, REQUESTS_A_BATCH)):
        yield batch


def _columns(
    requests: Sequence[Request], service: str, sha256: str, owners: Sequence[tuple[str, str | None]]
) -> Columns:
    """Two events of each request. Who it belongs to follows from the file and the row alone."""
    owned = [owners[_share(sha256, one.row) % len(owners)] for one in requests]
    keys = [key for _member, key in owned for _meter in METERS]
    return Columns(
        ids=[f"{sha256[:16]}:{one.row}:{meter}" for one in requests for meter in METERS],
        instants=[instant for one in requests for instant in [one.at.isoformat()] * len(METERS)],
        quantities=[str(tokens) for one in requests for tokens in (one.context, one.generated)],
        services=[service] * (len(METERS) * len(requests)),
        meters=METERS * len(requests),
        members=[member for member, _key in owned for _meter in METERS],
        keys=keys if any(keys) else None,
        dimensions=None,
    )


def _share(sha256: str, row: int) -> int:
    digest = hashlib.blake2b(f"{sha256}:{row}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")

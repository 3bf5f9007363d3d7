"""Events that are there already, by few statements; what settling and importing take."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection

from accounts.models import Member
from benchmarks.bulk import copying, without_indexes
from benchmarks.seeding import METER, SERVICE
from billing.models import UsageBatch, UsageEvent
from billing.rules.events import Event
from billing.services import importing, partitions, settlement, usage
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date, month_bounds, month_of

# Spread over the time from `begun` to `ended`, the members in turn.
COPIES = """
WITH someone AS MATERIALIZED (
    SELECT array_agg(id ORDER BY id) AS ids, count(*) AS many
    FROM (SELECT id FROM accounts_member ORDER BY id LIMIT %(members)s) AS chosen
)
INSERT INTO billing_usageevent (occurred_at, member_id, event_id, {others})
SELECT %(begun)s::timestamptz + (%(ended)s::timestamptz - %(begun)s::timestamptz) * ((number - 1)::float8 / %(events)s),
    someone.ids[1 + number %% someone.many], 'old-' || number, {templates}
FROM someone CROSS JOIN generate_series(1, %(events)s) AS number
CROSS JOIN (SELECT * FROM billing_usageevent WHERE event_id = %(template)s) AS template
"""
TEMPLATE = "template"
AT_A_TIME = 5_000


@dataclass(frozen=True)
class Span:
    """So many events between two instants of one month, of the first `members` (or all) in turn."""

    count: int
    begun: datetime
    ended: datetime
    members: int | None = None

    @property
    def template(self) -> str:
        """The id of the event of which the others are copies."""
        return f"{TEMPLATE} {self.begun}"


def events_this_month(first: Member, count: int) -> None:
    """So many events from the first of the month until now."""
    now = clock.now()
    events(first, [Span(count, month_bounds(kst_date(now))[0], now)])


def events(first: Member, spans: Sequence[Span]) -> None:
    """Events that are there already, of several months at once.

    They are copies of one that was taken and settled, belong to its batch, and stand in no sum.
    """
    partitions.ensure(month_of(kst_date(at)) for span in spans for at in (span.begun, span.ended))
    for span in spans:
        one = Event(span.template, span.begun, SERVICE, METER, Decimal(3), first.public_id)
        usage.take([one], batch_key="bench", at=span.ended, late_limit=None)
        settlement.settle(at=span.ended)
    with without_indexes("billing_usageevent"), copying():
        for span in spans:
            _copies(span)


def _copies(span: Span) -> None:
    same = [
        str(field.column)
        for field in UsageEvent._meta.concrete_fields
        if field.column and field.column not in ("occurred_at", "member_id", "event_id")
    ]
    statement = COPIES.format(others=", ".join(same), templates=", ".join(f"template.{name}" for name in same))
    values: dict[str, Any] = {
        "begun": span.begun, "ended": span.ended, "events": span.count, "template": span.template,
        "members": span.members,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def unsettled(count: int, at: datetime, members: int) -> None:
    """So many events that were taken at `at` and wait for their settlement."""
    names = list(Member.objects.order_by("pk").values_list("public_id", flat=True)[:members])
    numbers = iter(range(count))
    while some := list(islice(numbers, AT_A_TIME)):
        taken = [Event(f"late-{number}", at, SERVICE, METER, Decimal(3), names[number % len(names)]) for number in some]
        usage.take(taken, batch_key="bench", at=at, late_limit=None)


def settled() -> tuple[int, float]:
    """Settle everything that is waiting: how many events, in how many seconds."""
    waiting = sum(UsageBatch.objects.filter(settlement__isnull=True).values_list("events", flat=True))
    begun = time.perf_counter()
    settlement.settle(at=clock.now())
    return waiting, time.perf_counter() - begun


def imported(path: Path, *, members: int) -> int:
    """Import a file for so many members; how many events were taken."""
    done = importing.import_file(path, service=SERVICE, by=None, at=clock.now(), members=members)
    assert done.duplicate == 0
    return done.accepted

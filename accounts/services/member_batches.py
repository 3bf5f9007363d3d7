"""Doing something for all members, a few thousand of them per statement, each time in a transaction of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, transaction

from accounts.enums import MemberStatus
from accounts.models import Member

BATCH = 5_000
"""Members per statement."""


def active_members() -> Iterator[Any]:
    """The active members as querysets of a batch each, in the order of their keys."""
    members = Member.objects.filter(status=MemberStatus.ACTIVE).order_by("pk")
    after = 0
    while (last := _last(members.filter(pk__gt=after))) is not None:
        yield members.filter(pk__gt=after, pk__lte=last)
        after = last


def _last(members: Any) -> int | None:
    """The key of the last member of the first batch."""
    keys = list(members.values_list("pk", flat=True)[:BATCH])
    return keys[-1] if keys else None


def in_batches(statement: str, asked: Mapping[str, Any]) -> int:
    """Run a statement over all members, `%(size)s` of them `%(after)s` the last at a time.

    It answers with the last member of the batch and with how many it did something for; the sum of these is returned.
    """
    after, count = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, {**asked, "after": after, "size": BATCH})
            last, new = cursor.fetchone()
        count += new
        if last is None:
            return count
        after = last

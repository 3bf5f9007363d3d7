"""Legal holds: a duty of law that goes before destruction (upstage/21.1)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import LegalHold, Member
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound


@enforces("upstage/21.1")
@transaction.atomic
def place(member_id: int, *, reason: str, by: Any, at: datetime) -> LegalHold:
    """From now on nothing of this member is taken apart or destroyed; refuses `already_done` where a hold is on."""
    member = Member.objects.filter(pk=member_id).locked().get()
    if LegalHold.objects.filter(member=member, ends_at__isnull=True).exists():
        raise AlreadyDone
    hold: LegalHold = LegalHold.objects.create(member=member, reason=reason, starts_at=at, placed_by=by)
    audit.record("hold.placed", hold, by=by, at=at, about=member, reason=reason, clauses=["upstage/21.1"])
    return hold


@transaction.atomic
def release(member_id: int, *, reason: str, by: Any, at: datetime) -> LegalHold:
    """What is due goes again from the next run on; refuses `not_found` where no hold is on."""
    member = Member.objects.filter(pk=member_id).locked().get()
    hold: LegalHold | None = LegalHold.objects.filter(member=member, ends_at__isnull=True).locked().first()
    if hold is None:
        raise NotFound
    hold.ends_at, hold.released_by = at, by
    hold.save(update_fields=["ends_at", "released_by"])
    audit.record("hold.released", hold, by=by, at=at, about=member, reason=reason, clauses=["upstage/21.1"])
    return hold

"""Posting a new refund policy: added with a later day, never changed (upstage/20.5)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from billing.models import RefundPolicy
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed

CLAUSE = "upstage/20.5"


@dataclass(frozen=True)
class Text:
    """What is posted, in both languages; the Korean text binds (upstage/27)."""

    ko: str
    en: str


@enforces(CLAUSE)
@transaction.atomic
def post(*, text: Text, effective_on: date, by: Any, at: datetime, reason: str = "") -> RefundPolicy:
    """Post a new version of the refund policy, in force from 00:00 of a later KST day on.

    What was bought or agreed before keeps its version. Refuses `day_has_passed` for today and before – nobody is shown
    one text and held to another – and `already_done` for a second version of one day.
    """
    if effective_on <= kst_date(at):
        raise DayHasPassed(clauses=[CLAUSE])
    given = {
        "version": effective_on.isoformat(), "text_ko": text.ko, "text_en": text.en, "posted_at": at,
        "posted_by": audit.actor(by), "reason": reason,
    }  # fmt: skip
    row, is_new = RefundPolicy.objects.get_or_create(effective_on=effective_on, defaults=given)
    if not is_new:
        raise AlreadyDone(clauses=[CLAUSE])
    facts = {"version": row.version, "effective_on": effective_on}
    audit.record("refund_policy.posted", row, by=by, at=at, reason=reason, clauses=[CLAUSE], facts=facts)
    return row

"""Telling members before credits expire, and once they have (upstage/15.6)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus
from accounts.services import notices
from accounts.services.notices import Letter
from credits.enums import EntryKind, LotKind
from credits.models import Entry, Lot
from credits.rules.expiry import NOTICE_STAGES, notice_stage
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces

CLAUSES = ("upstage/15.6",)
LETTERS_AT_A_TIME = 1000
LOOKED_BACK = timedelta(days=35)
"""How long after an expiry a run that comes late still tells of it."""


@enforces("upstage/15.6")
def tell_of_expiries(*, at: datetime) -> int:
    """Tell of every lot that expires soon, once for each stage, and of every lot that has expired, once.

    A late run tells the stage that holds by then. Returns how many were told; a repeat tells nobody.
    """
    return sum(_send(batch, at) for letters in (_coming(at), _past(at)) for batch in _batches(letters))


@transaction.atomic
def _send(letters: list[Letter], at: datetime) -> int:
    return notices.notify_all(letters, at=at)


def _batches(letters: Iterator[Letter]) -> Iterator[list[Letter]]:
    while batch := list(islice(letters, LETTERS_AT_A_TIME)):
        yield batch


def _coming(at: datetime) -> Iterator[Letter]:
    today = kst_date(at)
    horizon = day_end(today + timedelta(days=max(NOTICE_STAGES)))
    lots = Lot.objects.live(at).filter(expires_at__lte=horizon)
    for lot in lots.filter(member__status=MemberStatus.ACTIVE).order_by("id").iterator():
        stage = notice_stage(kst_date(lot.granted_at), lot.expires_on, today)
        if stage is not None:
            yield _before(lot, stage)


def _past(at: datetime) -> Iterator[Letter]:
    expired = Entry.objects.filter(kind=EntryKind.EXPIRY, at__gt=at - LOOKED_BACK, at__lte=at)
    for entry in expired.filter(member__status=MemberStatus.ACTIVE).select_related("lot").order_by("pk").iterator():
        yield _after(entry)


def _before(lot: Lot, stage: int) -> Letter:
    text = notices.compose(
        _("%(amount)s credits expire on %(day)s"),
        _("%(amount)s %(kind)s credits can be used to the end of %(day)s. What is left then expires."),
        **_facts(lot, lot.remaining, lot.expires_on),
    )
    return Letter(lot.member_id, "credit_expiry", text, f"credit_expiry:{lot.public_id}:{stage}", stage, CLAUSES)


def _after(entry: Entry) -> Letter:
    text = notices.compose(
        _("%(amount)s credits have expired"),
        _("%(amount)s %(kind)s credits could be used to the end of %(day)s and have expired."),
        **_facts(entry.lot, -entry.amount, entry.lot.expires_on),
    )
    return Letter(entry.member_id, "credit_expired", text, f"credit_expired:{entry.lot.public_id}", "", CLAUSES)


def _facts(lot: Lot, amount: Decimal, day: date) -> dict[str, object]:
    return {
        "amount": amount,
        "kind": LotKind(lot.kind).label,
        "day": day,
    }

"""A member's ledger: every movement, and why it was written."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from credits.enums import EntryKind
from credits.models import Entry, Lot
from credits.rules import ledger
from upstage_console.kernel.clauses import Reason


def entries(member_id: int) -> QuerySet[Entry]:
    """A member's ledger with its lots, the newest first; slice it or page it by `sequence`."""
    rows: QuerySet[Entry] = Entry.objects.filter(member_id=member_id).select_related("lot").order_by("-sequence")
    return rows


def entries_of_charge(member_id: int, charge: UUID) -> list[Entry]:
    """Which lots, and so which purchases, paid for a charge."""
    return list(entries(member_id).filter(charge=charge).order_by("sequence"))


def entries_of_lot(lot: Lot) -> QuerySet[Entry]:
    """A lot's whole life, the newest first."""
    rows: QuerySet[Entry] = Entry.objects.filter(lot=lot, member_id=lot.member_id).select_related("lot")
    return rows.order_by("-sequence")


def movements_but_uses(member_id: int, before: datetime) -> QuerySet[Entry]:
    """What came in or expired before an instant, the newest first."""
    rows = entries(member_id).exclude(kind=EntryKind.USE).filter(at__lt=before)
    return rows.select_related("lot", "by").order_by("-at", "-sequence")


def explained(entry: Entry) -> Reason:
    """Why an entry was written, with its arithmetic; the entry comes with its lot."""
    return ledger.explained(
        ledger.Movement(
            kind=entry.kind,
            amount=entry.amount,
            balance_before=entry.balance_before,
            balance=entry.balance,
            lot_kind=entry.lot.kind,
            lot_remaining=entry.lot_remaining,
            expires_on=entry.lot.expires_on,
            clauses=tuple(entry.clauses),
            note=entry.note,
            purchase=entry.lot.purchase,
            net=entry.lot.net,
            tax=entry.lot.tax,
            is_late=entry.kind == EntryKind.EXPIRY and entry.at > entry.lot.expires_at,
        )
    )

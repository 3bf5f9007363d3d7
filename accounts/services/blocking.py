"""Content that infringes a right or breaks the terms: blocked or deleted, told, objected to (upstage/22.9, 7.4)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.enums import CaseKind, CaseStatus
from accounts.errors import DataBlocked, DataGone
from accounts.models import Case, StoredData
from accounts.queries.personal_data import there_at
from accounts.services import cases, destruction, notices
from accounts.services.cases import Told
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid

CLAUSES = ("upstage/22.9", "upstage/7.4")
"""What a measure against content can rest on: somebody's right, or an unlawful output."""


@enforces("upstage/22.9", "upstage/7.4")
@transaction.atomic
def block(data_id: str, *, why: str, clause: str, by: Any, at: datetime) -> StoredData:
    """Close an item that infringes a right (22.9) or breaks the terms (7.4), and tell the member why and what helps.

    Refuses `already_done` where it is blocked or gone.
    """
    row: StoredData = StoredData.objects.select_related("member").locked().get_public(data_id)
    if row.blocked_at is not None or row.destroyed_at is not None:
        raise AlreadyDone
    row.blocked_at, row.blocked_why = at, why
    row.save(update_fields=["blocked_at", "blocked_why"])
    audit.record("data.blocked", row, by=by, at=at, about=row.member, reason=why, clauses=[clause])
    text = notices.compose(
        _("Access to one of your files is blocked"),
        _(
            "We blocked access to “%(item)s” (%(number)s). The reason: %(why)s\n\nIf you think this is wrong, object "
            "on your page “Your data”; nobody who decided this will look at it alone. Everything else works as before."
        ),
        item=row.name or row.get_source_display(),
        number=row.public_id,
        why=why,
    )
    _tell(row, text, "blocked", clause, at)
    return row


@transaction.atomic
def unblock(data_id: str, *, why: str, by: Any, at: datetime) -> StoredData:
    """Open a blocked item again, and tell the member; refuses `already_done`."""
    row: StoredData = StoredData.objects.select_related("member").locked().get_public(data_id)
    if row.blocked_at is None or row.destroyed_at is not None:
        raise AlreadyDone
    row.blocked_at, row.blocked_why = None, ""
    row.save(update_fields=["blocked_at", "blocked_why"])
    audit.record("data.unblocked", row, by=by, at=at, about=row.member, reason=why, clauses=["upstage/22.9"])
    text = notices.compose(
        _("Access to one of your files is open again"),
        _("“%(item)s” (%(number)s) can be opened again. %(why)s"),
        item=row.name or row.get_source_display(),
        number=row.public_id,
        why=why,
    )
    _tell(row, text, "unblocked", "upstage/22.9", at)
    return row


@enforces("upstage/22.9", "upstage/7.4")
@transaction.atomic
def remove(data_id: str, *, why: str, clause: str, by: Any, at: datetime) -> StoredData:
    """Destroy an item before its time because of what it is, and tell the member; refuses `already_done`, `on_hold`."""
    row: StoredData = StoredData.objects.select_related("member").locked().get_public(data_id)
    if row.destroyed_at is not None or (row.destroy_at is not None and row.destroy_at <= at):
        raise AlreadyDone
    destruction.require_no_hold(row.member_id)
    row.destroy_at = at
    row.blocked_at, row.blocked_why = row.blocked_at or at, why  # what was done and why stays, to object to
    row.save(update_fields=["destroy_at", "blocked_at", "blocked_why"])
    audit.record("data.removed", row, by=by, at=at, about=row.member, reason=why, clauses=[clause])
    text = notices.compose(
        _("One of your files was deleted"),
        _(
            "We deleted “%(item)s” (%(number)s). The reason: %(why)s\n\nIf you think this is wrong, object on "
            "your page “Your data”."
        ),
        item=row.name or row.get_source_display(),
        number=row.public_id,
        why=why,
    )
    _tell(row, text, "removed", clause, at)
    destruction.after_commit(row.pk, at=at)
    return row


def _tell(row: StoredData, text: notices.Text, stage: str, clause: str, at: datetime) -> None:
    key = f"data:{row.public_id}:{stage}:{at.isoformat()}"
    notices.notify(member_id=row.member_id, about="data", text=text, key=key, at=at, stage=stage, clauses=[clause])


@enforces("upstage/22.9")
@transaction.atomic
def object_to(data_id: str, *, member_id: int, text: str, by: Any, at: datetime) -> Case:
    """The member objects to what was done to an item: it becomes a case with a clock.

    Refuses `not_found`, `invalid` without a text, and `already_done` where nothing was done or an objection waits.
    """
    row: StoredData = (
        StoredData.objects.filter(member_id=member_id).select_related("member").locked().get_public(data_id)
    )
    if not text.strip():
        raise Invalid
    if row.blocked_at is None or waiting_objection(row.public_id) is not None:
        raise AlreadyDone
    told = Told(ground="upstage/22.9", text=text, item=row.public_id, reporter=row.member)
    return cases.open_case(CaseKind.RIGHTS, told, member=row.member, by=by, at=at)


def waiting_objection(data_id: str) -> Case | None:
    """The open case about a member's objection to a block, if there is one."""
    found = Case.objects.filter(kind=CaseKind.RIGHTS, status=CaseStatus.OPEN)
    return found.filter(reports__item=data_id, reports__reporter=F("member")).first()


@transaction.atomic
def read_own(data_id: str, *, member_id: int, by: Any, at: datetime, ip: str = "") -> StoredData:
    """The member's own item, to be read; each reading is written down.

    Refuses `not_found`, `data_gone` once its time is over, and `data_blocked`.
    """
    row: StoredData = StoredData.objects.filter(member_id=member_id).select_related("member").get_public(data_id)
    if not StoredData.objects.filter(there_at(at), pk=row.pk).exists():
        raise DataGone
    if row.blocked_at is not None:
        raise DataBlocked(facts={"why": row.blocked_why})
    audit.record("data.downloaded", row, by=by, at=at, about=row.member, clauses=["upstage/6.5"], facts={"from": ip})
    return row

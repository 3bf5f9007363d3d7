"""Members ask, staff answer: changes of what only staff can change (upstage/6.5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import CHANGE_MOVES, ChangeStatus
from accounts.models import ChangeRequest, Member
from accounts.services import corrections, notices
from accounts.services.theft import require_unlocked
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

CLAUSES: Final = ("upstage/6.5",)
KIND: Final = "change_request"
ANSWER_WITHIN_BUSINESS_DAYS: Final = 7
"""The terms name no time for the answer; this is the console's own."""


@enforces("upstage/6.5")
@transaction.atomic
def ask(member_id: int, *, field: str, value: str, reason: str, by: Any, at: datetime) -> ChangeRequest:
    """Ask staff to change one field. What they could never approve is refused at once, as by `corrections.correct`.

    Refuses `restricted` while the account is locked, `already_done` where such a request is open.
    """
    member: Member = Member.objects.filter(pk=member_id).locked().select_related("user").get()
    require_unlocked(member, at=at)
    if not reason.strip():
        raise Invalid
    if ChangeRequest.objects.filter(member=member, field=field, status=ChangeStatus.REQUESTED).exists():
        raise AlreadyDone
    if field != ChangeRequest.Field.KIND:  # the other kind needs information that is given with the answer
        corrections.checked(member, {field: value}, on=kst_date(at))
    row = ChangeRequest.objects.create(
        member=member, field=field, value=value.strip(), reason=reason.strip(), requested_at=at
    )  # fmt: skip
    audit.record("change.requested", row, by=by, at=at, about=member, reason=reason, clauses=CLAUSES)
    _ask_staff(row, member, at)
    return row


def _ask_staff(row: ChangeRequest, member: Member, at: datetime) -> None:
    last = Holiday.objects.calendar().business_days_after(kst_date(at), ANSWER_WITHIN_BUSINESS_DAYS)
    due.open_item(
        KIND,
        row,
        title_ko=f"정보 변경 요청 답변: {member.name}",
        title_en=f"Answer the request for a change of {member.name}",
        clause=CLAUSES[0],
        due_at=day_end(last),
        warn_at=day_start(last),
        at=at,
        about=member,
    )


@enforces("upstage/6.5")
@transaction.atomic
def approve(
    request_id: int, *, answer: str, by: Any, at: datetime, more: Mapping[str, str] | None = None
) -> ChangeRequest:
    """Make the change that was asked for, with the checks of `corrections.correct`; `more` is what it needs besides."""
    row = _answered(request_id, ChangeStatus.APPROVED, answer, by, at)
    changes = {row.field: row.value, **(more or {})}
    corrections.correct(row.member_id, changes, reason=answer, by=by, at=at)
    return row


@transaction.atomic
def decline(request_id: int, *, answer: str, by: Any, at: datetime) -> ChangeRequest:
    """Leave it as it is, and tell the member why. Refuses `invalid` without a word, `already_done`, `not_allowed`."""
    row = _answered(request_id, ChangeStatus.DECLINED, answer, by, at)
    text = notices.compose(
        _("We did not change your information"),
        _("You asked us to change: %(field)s. We left it as it is. %(answer)s"),
        field=row.get_field_display(),
        answer=answer,
    )
    key = f"change:{row.public_id}"
    notices.notify(member_id=row.member_id, about="profile", text=text, key=key, at=at, clauses=CLAUSES)
    return row


def _answered(request_id: int, to: ChangeStatus, answer: str, by: Any, at: datetime) -> ChangeRequest:
    row: ChangeRequest | None = ChangeRequest.objects.filter(pk=request_id).select_related("member").first()
    if row is None:
        raise NotFound
    if not answer.strip():
        raise Invalid
    Member.objects.filter(pk=row.member_id).locked().get()
    move(
        row, to, allowed=CHANGE_MOVES, by=by, at=at, reason=answer, clauses=CLAUSES, answered_at=at,
        answered_by=audit.actor(by), answer=answer,
    )  # fmt: skip
    audit.record(f"change.{to}", row, by=by, at=at, about=row.member, reason=answer, clauses=CLAUSES)
    due.close_item(KIND, row.public_id, by=by, at=at, outcome=to)
    return row

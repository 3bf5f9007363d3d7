"""Coming back within the grace period (upstage/3.5.1)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MEMBER_MOVES, REJOIN_MOVES, MemberStatus, RejoinStatus
from accounts.errors import AlreadyDecided, NotActive, RejoinWindowClosed
from accounts.models import Departure, Member, RejoinRequest
from accounts.queries.leaving import last_departure
from accounts.services import notices, telling
from accounts.services.registration import ANSWER_WITHIN_BUSINESS_DAYS
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/3.5.1",)
KIND = "rejoin"
DECLINED = _(
    "Your request to come back was declined. %(answer)s Paid credits can be refunded as Article 16 says, to the end of "
    "%(until)s; after that day all credits are void."
)
DECLINED_LATE = _("Your request to come back was declined. %(answer)s The 30 days are over, so the credits are void.")


@enforces("upstage/3.5.1")
@transaction.atomic
def ask(member_id: int, *, by: Any, at: datetime) -> RejoinRequest:
    """Ask to come back; the request must fall inside the window, the answer may come later.

    Refuses `rejoin_window_closed`, `already_done` (asked before, or a member), `already_decided`, `not_active`.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    departure = _left(member)
    _require_unasked(departure)
    if departure.kept_until is None or kst_date(at) > departure.kept_until:
        raise RejoinWindowClosed(facts={"until": departure.kept_until})
    request = RejoinRequest.objects.create(departure=departure, requested_at=at)
    audit.record("rejoin.requested", request, by=by, at=at, about=member, clauses=CLAUSES)
    _ask_staff(request, member, at)
    text = notices.compose(
        _("We have your request to come back"),
        _("Your credits stay as they are until we answer, also where the answer comes after the 30 days."),
    )
    _tell(member, request, text, "asked", at)
    return request


def _left(member: Member) -> Departure:
    if member.status == MemberStatus.ACTIVE:
        raise AlreadyDone(clauses=CLAUSES)
    departure = last_departure(member.pk) if member.status == MemberStatus.WITHDRAWN else None
    if departure is None:
        raise NotActive(facts={"status": member.get_status_display()})
    return Departure.objects.filter(pk=departure.pk).locked().get()


def _require_unasked(departure: Departure) -> None:
    asked = RejoinRequest.objects.filter(departure=departure).first()
    if asked is not None:
        raise AlreadyDone if asked.status == RejoinStatus.REQUESTED else AlreadyDecided(clauses=CLAUSES)


@enforces("upstage/3.5.1")
@transaction.atomic
def approve(member_id: int, *, by: Any, at: datetime, answer: str = "") -> Member:
    """Let somebody come back: every credit is there again with its own last day; what expired meanwhile stays expired.

    Refuses `not_found` where nobody asked, `already_done`, `already_decided`.
    """
    member, request = _asked(member_id)
    _answer(request, member, RejoinStatus.APPROVED, by=by, at=at, answer=answer)
    move(member, MemberStatus.ACTIVE, allowed=MEMBER_MOVES, by=by, at=at, reason=answer, clauses=CLAUSES)
    text = notices.compose(
        _("You are a member again"),
        _(
            "We approved your request to come back. Your credits are yours again, each with the last day it had; what "
            "expired meanwhile stays expired. API keys do not come back: make new ones."
        ),
    )
    _tell(member, request, text, "approved", at)
    telling.tell_newcomer(member, at=at)
    return member


@transaction.atomic
def decline(member_id: int, *, by: Any, at: datetime, answer: str = "") -> Member:
    """Decline a request to come back, with the reason that is told; once the window is over the credits are void."""
    member, request = _asked(member_id)
    _answer(request, member, RejoinStatus.DECLINED, by=by, at=at, answer=answer)
    until = request.departure.kept_until
    is_over = until is None or until < kst_date(at)
    text = notices.compose(
        _("We could not take you back"), DECLINED_LATE if is_over else DECLINED, answer=answer, until=until
    )
    _tell(member, request, text, "declined", at)
    return member


def _asked(member_id: int) -> tuple[Member, RejoinRequest]:
    member = Member.objects.filter(pk=member_id).locked().get()
    departure = last_departure(member_id)
    rows = RejoinRequest.objects.filter(departure=departure).select_related("departure")
    request = rows.locked().first() if departure is not None else None
    if request is None:
        raise NotFound
    return member, request


def _answer(request: RejoinRequest, member: Member, to: RejoinStatus, *, by: Any, at: datetime, answer: str) -> None:
    if request.status not in (RejoinStatus.REQUESTED, to):
        raise AlreadyDecided(clauses=CLAUSES)
    facts = {"answered_at": at, "answered_by": by, "answer": answer}
    move(request, to, allowed=REJOIN_MOVES, by=by, at=at, reason=answer, clauses=CLAUSES, **facts)
    audit.record(f"rejoin.{to.value}", request, by=by, at=at, about=member, reason=answer, clauses=CLAUSES)
    due.close_item(KIND, request.public_id, by=by, at=at, outcome=to.value)


def _ask_staff(request: RejoinRequest, member: Member, at: datetime) -> None:
    last = Holiday.objects.calendar().business_days_after(kst_date(at), ANSWER_WITHIN_BUSINESS_DAYS)
    due.open_item(
        KIND,
        request,
        title_ko=f"재가입 승인 여부 결정: {member.name}",
        title_en=f"Answer the request of {member.name} to come back",
        clause=CLAUSES[0],
        due_at=day_end(last),
        warn_at=day_end(kst_date(at)),
        at=at,
        about=member,
    )


def _tell(member: Member, request: RejoinRequest, text: notices.Text, stage: str, at: datetime) -> None:
    key = f"{stage}:{request.public_id}"
    notices.notify(member_id=member.pk, about=KIND, stage=stage, text=text, key=key, at=at, clauses=CLAUSES)

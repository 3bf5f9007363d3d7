"""Objections to measures, and the statement after a loss of membership (upstage/3.4, 11.2, 26.4)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import LADDER, OBJECTION_MOVES, ObjectionStatus, SanctionKind
from accounts.errors import AlreadyAppealed, AlreadyDecided, AppealWindowClosed
from accounts.models import Member, Objection, Sanction
from accounts.queries import sanctions_of_member, standing
from accounts.rules.objections import clause_of
from accounts.rules.statements import NAMES, written_day
from accounts.services import notices, restoring
from accounts.services.notices import Text
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import Invalid, NotFound, SamePerson
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

LONGEST_TEXT = 5000

Undo = Callable[[Sanction, Any, datetime], None]
"""What else has to be put back when an objection to a kind of measure is upheld, in the same transaction."""
_undo: dict[str, Undo] = {kind: lambda sanction, by, at: None for kind in (*LADDER, SanctionKind.STOP)}


def undoes(kind: SanctionKind) -> Callable[[Undo], Undo]:
    """Name what else an upheld objection to this kind puts back, such as the membership itself (upstage/3.4)."""

    def register(function: Undo) -> Undo:
        _undo[kind] = function
        return function

    return register


@transaction.atomic
@enforces("upstage/26.4", "upstage/11.2", "upstage/3.4")
def object(*, member_id: int, sanction_id: str, text: str, by: Any, at: datetime) -> Objection:
    """Object to a measure against oneself, once, in whatever state the membership is; staff get a task with a deadline.

    `sanction_id` is the public id. Refuses `not_found` (also for another member's), `invalid` without a text or with
    one longer than 5,000 characters, `already_appealed`, `appeal_window_closed`.
    """
    member = _locked_member(member_id)
    sanction: Sanction = sanctions_of_member(member.pk).get_public(sanction_id)
    clause = clause_of(sanction.kind)
    _require_open(sanction, text, clause, at)
    objection = Objection.objects.create(sanction=sanction, member=member, text=text.strip(), submitted_at=at)
    audit.record("objection.submitted", objection, by=by, at=at, about=member, clauses=[clause])
    _ask_staff(objection, clause, at)
    _confirm(objection, clause, at)
    return objection


def _require_open(sanction: Sanction, text: str, clause: str, at: datetime) -> None:
    if Objection.objects.filter(sanction=sanction).exists():
        raise AlreadyAppealed(clauses=[clause])
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Invalid
    until = sanction.object_until
    if until is not None and kst_date(at) > until:
        raise AppealWindowClosed(facts={"until": until}, clauses=[clause])


@transaction.atomic
def take_back(*, member_id: int, objection_id: str, by: Any, at: datetime) -> Objection:
    """Take an objection back before it is decided; refuses `not_found`, `already_decided`, `already_done`."""
    member = _locked_member(member_id)
    objection: Objection = Objection.objects.filter(member=member).select_related("sanction").get_public(objection_id)
    if objection.status in (ObjectionStatus.UPHELD, ObjectionStatus.REJECTED):
        raise AlreadyDecided(clauses=[clause_of(objection.sanction.kind)])
    clause = clause_of(objection.sanction.kind)
    move(
        objection, ObjectionStatus.WITHDRAWN, allowed=OBJECTION_MOVES, by=by, at=at, clauses=[clause], decided_at=at
    )  # fmt: skip
    _close_item(objection, by=by, at=at, outcome="withdrawn")
    audit.record("objection.withdrawn", objection, by=by, at=at, about=member, clauses=[clause])
    return objection


@transaction.atomic
@enforces("upstage/26.4", "upstage/11.2", "upstage/3.4")
def decide(objection_id: int, *, uphold: bool, answer: str, by: Any, at: datetime) -> Objection:
    """Decide an objection, by somebody who neither imposed nor approved the measure, with an answer for the member.

    Upheld, the measure is overturned and what it closed is open again in the same transaction, as if it had not been.
    Refuses `not_found`, `already_decided`, `same_person`, `invalid` without an answer.
    """
    objection = _locked(objection_id)
    sanction = objection.sanction
    clause = clause_of(sanction.kind)
    _require_decider(objection, answer, clause, by)
    to = ObjectionStatus.UPHELD if uphold else ObjectionStatus.REJECTED
    move(
        objection, to, allowed=OBJECTION_MOVES, by=by, at=at, reason=answer, clauses=[clause], decided_at=at,
        decided_by=by, answer=answer.strip(),
    )  # fmt: skip
    if uphold:
        restoring.overturn(sanction.pk, why=answer, by=by, at=at)
        _undo[sanction.kind](sanction, by, at)
    audit.record(f"objection.{to}", objection, by=by, at=at, about=objection.member, reason=answer, clauses=[clause])
    _close_item(objection, by=by, at=at, outcome=to)
    _answer(objection, clause, at)
    return objection


def _require_decider(objection: Objection, answer: str, clause: str, by: Any) -> None:
    if objection.status != ObjectionStatus.SUBMITTED:
        raise AlreadyDecided(clauses=[clause])
    sanction = objection.sanction
    if by is None or by in (sanction.decided_by, sanction.approved_by):
        raise SamePerson(clauses=[clause])
    if not answer.strip():
        raise Invalid


def _locked_member(member_id: int) -> Member:
    member: Member | None = Member.objects.filter(pk=member_id).locked().first()
    if member is None:
        raise NotFound
    return member


def _locked(objection_id: int) -> Objection:
    member_id = Objection.objects.filter(pk=objection_id).values_list("member", flat=True).first()
    if member_id is None:
        raise NotFound
    _locked_member(member_id)
    found = Objection.objects.filter(pk=objection_id).locked()
    objection: Objection = found.select_related("member", "sanction__decided_by", "sanction__approved_by").get()
    return objection


def _ask_staff(objection: Objection, clause: str, at: datetime) -> None:
    days = policy.value("objection_decision_days", at=at)
    last = Holiday.objects.calendar().business_days_after(kst_date(at), days)
    name, member = NAMES[SanctionKind(objection.sanction.kind)], objection.member
    due.open_item(
        kind_of_item(objection.sanction.kind),
        objection,
        title_ko=f"이의신청 결정: {member.name} ({name.ko})",
        title_en=f"Decide an objection: {member.name} ({name.en})",
        clause=clause,
        due_at=day_end(last),
        warn_at=day_start(last),
        at=at,
        about=member,
    )


def kind_of_item(kind: str) -> str:
    """The kind of the task: the statement of 3.4 is an appeal, all else an objection."""
    return "appeal" if kind == SanctionKind.LOSS else "objection"


def _close_item(objection: Objection, *, by: Any, at: datetime, outcome: str) -> None:
    due.close_item(kind_of_item(objection.sanction.kind), objection.public_id, by=by, at=at, outcome=outcome)


def _confirm(objection: Objection, clause: str, at: datetime) -> None:
    """Tell the member that the objection has arrived, and by when it is decided."""
    days = policy.value("objection_decision_days", at=at)
    last = written_day(Holiday.objects.calendar().business_days_after(kst_date(at), days))
    text = Text(
        subject_ko="이의신청을 받았습니다",
        subject_en="We have received your objection",
        body_ko=f"이 조치를 정하지 않은 다른 직원이 {last.ko}까지 결정하고 답을 보내 드립니다.",
        body_en=f"Somebody who did not take part in the measure decides by {last.en} and sends you the answer.",
    )
    _tell(objection, "objection", text, "received", clause, at)


def _answer(objection: Objection, clause: str, at: datetime) -> None:
    if objection.status == ObjectionStatus.REJECTED:
        text = notices.compose(
            _("Your objection was not upheld"),
            _("We have looked at your objection again. The measure stands. %(answer)s"),
            answer=objection.answer,
        )
        return _tell(objection, "objection", text, "rejected", clause, at)
    return _tell(objection, "restored", _upheld(objection, at), "upheld", clause, at)


def _upheld(objection: Objection, at: datetime) -> Text:
    subject = _("Your objection was upheld")
    if standing(objection.member, at=at).restrictions:
        body = _("The measure is undone as if it had not been. Another restriction still holds. %(answer)s")
    else:
        body = _("The measure is undone as if it had not been. %(answer)s")
    return notices.compose(subject, body, answer=objection.answer)


def _tell(objection: Objection, about: str, text: Text, stage: str, clause: str, at: datetime) -> None:
    key = f"objection:{objection.public_id}:{stage}"
    notices.notify(
        member_id=objection.member_id, about=about, text=text, key=key, at=at, stage=stage, clauses=[clause]
    )  # fmt: skip

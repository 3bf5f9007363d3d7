"""Measures against members: the ladder of 26.1 and the stop of 11.1, each with its statement of reasons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import LADDER, SANCTION_MOVES, CaseStatus, RestrictionKind, SanctionKind, SanctionStatus
from accounts.errors import (
    NobodyKnown,
    NotAGround,
    NoticeRequired,
    SecondPersonNeeded,
    StageSkipped,
)
from accounts.models import Case, Member, Sanction, Statement, User
from accounts.rules import sanctions as rules
from accounts.rules.statements import NAMES
from accounts.services import cases, debts, notices, restrictions, statements
from accounts.services.members import require_active
from accounts.services.restrictions import Limit
from accounts.services.statements import Finding
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound, SamePerson
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

APPROVE_WITHIN_BUSINESS_DAYS = 1
"""The terms name no time for the second person; this is the console's own."""
CLOSES = {
    SanctionKind.SUSPENSION: RestrictionKind.SUSPENSION,
    SanctionKind.TERMINATION: RestrictionKind.TERMINATION,
    SanctionKind.STOP: RestrictionKind.STOP,
}
"""What each measure closes; a warning closes nothing."""
ABOUT = {SanctionKind.STOP: "suspension"}


@dataclass(frozen=True)
class Measure:
    """What shall be done: the kind, the clause it rests on, how long, what was found, and why a stage is skipped."""

    kind: SanctionKind
    ground: str
    finding: Finding
    days: int | None = None
    skip_reason: str = ""
    case: Case | None = None


@transaction.atomic
@enforces("upstage/26.1", "upstage/26.3", "upstage/11.1", "upstage/11.2")
def impose(member_id: int, measure: Measure, *, by: Any, at: datetime, approver: User | None = None) -> Sanction:
    """Take a measure that holds from this instant, with its statement of reasons, and tell the member the whole of it.

    A stage of the ladder is skipped only with a reason and an `approver` who is somebody else; a stop needs no stage.
    Refuses `not_found`, `not_active`, `unknown_ground`, `notice_required` (unpaid fees without an earlier notice),
    `already_done` (a termination that holds), `stage_skipped`, `second_person_needed`, `same_person`,
    `statement_incomplete`; then nothing is left behind.
    """
    member = _checked(member_id, measure, at)
    skips = left_out(member, measure.kind) is not None
    if skips and approver is None:
        raise SecondPersonNeeded(clauses=["upstage/26.1"])
    if skips and approver == by:
        raise SamePerson(clauses=["upstage/26.1"])
    _require_complete(measure)
    sanction = _create(member, measure, by=by, at=at, skips=skips)
    if skips:
        sanction.approved_by, sanction.approved_at = approver, at
    return _put_in_force(sanction, measure.finding, by=by, at=at)


@transaction.atomic
def propose(member_id: int, measure: Measure, *, by: Any, at: datetime) -> Sanction:
    """Propose a measure that skips a stage; it restricts nothing until a second person approves it.

    Refuses like `impose`, and `already_done` where no stage is skipped: then it needs no second person.
    """
    member = _checked(member_id, measure, at)
    if left_out(member, measure.kind) is None:
        raise AlreadyDone
    _require_complete(measure)
    sanction = _create(member, measure, by=by, at=at, skips=True)
    sanction.draft = measure.finding.as_json()
    sanction.save(update_fields=["draft"])
    audit.record(
        "sanction.proposed", sanction, by=by, at=at, about=member, reason=measure.skip_reason, clauses=sanction.clauses
    )
    _ask_second_person(sanction, member, at)
    return sanction


@transaction.atomic
@enforces("upstage/26.1")
def approve(sanction_id: int, *, by: Any, at: datetime, reason: str = "") -> Sanction:
    """Approve a proposed measure as the second person; it holds, and its days count, from this instant.

    Refuses `not_found`, `already_done`, `not_allowed`, `not_active`, and `same_person` for who proposed it.
    """
    sanction = _locked(sanction_id)
    if sanction.decided_by == by:
        raise SamePerson(clauses=["upstage/26.1"])
    if sanction.status == SanctionStatus.PROPOSED:
        require_active(sanction.member)
    finding = Finding(**sanction.draft) if sanction.draft else Finding("", "")
    move(
        sanction, SanctionStatus.IN_FORCE, allowed=SANCTION_MOVES, by=by, at=at, reason=reason,
        clauses=sanction.clauses, approved_by=by, approved_at=at, draft={}, **_times(sanction.days, at),
    )  # fmt: skip
    _close_item(sanction, by=by, at=at, outcome="approved")
    audit.record("sanction.approved", sanction, by=by, at=at, about=sanction.member, reason=reason)
    return _take_effect(sanction, finding, by=by, at=at)


@transaction.atomic
def drop(sanction_id: int, *, reason: str, by: Any, at: datetime) -> Sanction:
    """Do not go on with a proposed measure; nothing of it reaches the member. Refuses `not_found`, `already_done`,
    `not_allowed`."""
    sanction = _locked(sanction_id)
    move(
        sanction, SanctionStatus.DROPPED, allowed=SANCTION_MOVES, by=by, at=at, reason=reason, closed_at=at, draft={}
    )  # fmt: skip
    _close_item(sanction, by=by, at=at, outcome="dropped")
    audit.record("sanction.dropped", sanction, by=by, at=at, about=sanction.member, reason=reason)
    return sanction


def left_out(member: Member, kind: str) -> SanctionKind | None:
    """The stage that this measure would skip, or None; only the ladder has stages."""
    if kind not in LADDER:
        return None
    gone_through = (SanctionStatus.IN_FORCE, SanctionStatus.ENDED, SanctionStatus.LIFTED)
    taken = set(Sanction.objects.filter(member=member, status__in=gone_through).values_list("kind", flat=True))
    return rules.stage_left_out(kind, taken)


def _checked(member_id: int, measure: Measure, at: datetime) -> Member:
    """The member, locked; refuses what stands against the measure itself."""
    member: Member | None = Member.objects.filter(pk=member_id).locked().first()
    if member is None:
        raise NotFound
    require_active(member)
    if measure.case is not None and cases.accused(measure.case) != member:
        raise NobodyKnown
    _require_ground(member, measure, at)
    if measure.kind == SanctionKind.TERMINATION and _has(member, SanctionKind.TERMINATION):
        raise AlreadyDone
    before = left_out(member, measure.kind)
    if before is not None and not measure.skip_reason.strip():
        raise StageSkipped(facts={"stage": measure.kind.label, "before": before.label})
    return member


def _require_ground(member: Member, measure: Measure, at: datetime) -> None:
    is_stop = measure.kind == SanctionKind.STOP
    if not (rules.is_ground_of_stop if is_stop else rules.is_ground_of_ladder)(measure.ground):
        raise NotAGround(facts={"ground": measure.ground}, clauses=["upstage/11.1"] if is_stop else None)
    if measure.ground in rules.UNPAID and measure.kind != SanctionKind.WARNING:
        first = debts.told_at(member, at=at)
        if not rules.may_suspend_unpaid(kst_date(first) if first else None, kst_date(at)):
            raise NoticeRequired


def _require_complete(measure: Measure) -> None:
    statements.require_complete(measure.kind, ground=measure.ground, days=measure.days, finding=measure.finding)


def _has(member: Member, kind: SanctionKind) -> bool:
    return Sanction.objects.filter(member=member, kind=kind, status=SanctionStatus.IN_FORCE).exists()


def _times(days: int | None, at: datetime) -> dict[str, Any]:
    ends_at = day_end(rules.last_day(kst_date(at), days)) if days else None
    return {"starts_at": at, "ends_at": ends_at}


def _create(member: Member, measure: Measure, *, by: Any, at: datetime, skips: bool) -> Sanction:
    has_end = measure.kind in (SanctionKind.SUSPENSION, SanctionKind.STOP)
    days = min(measure.days, rules.MOST_DAYS) if has_end and measure.days else None
    told = "upstage/11.2" if measure.kind == SanctionKind.STOP else "upstage/26.3"
    rests_on = [measure.ground, *(["upstage/26.1"] if measure.kind in LADDER else []), told]
    return Sanction.objects.create(
        member=member,
        kind=measure.kind,
        ground=measure.ground,
        clauses=list(dict.fromkeys(rests_on)),
        case=measure.case,
        days=days,
        skip_reason=measure.skip_reason.strip() if skips else "",
        decided_by=audit.actor(by),
        decided_at=at,
        **_times(days, at),
    )


def _put_in_force(sanction: Sanction, finding: Finding, *, by: Any, at: datetime) -> Sanction:
    approval: dict[str, Any] = {"approved_by": sanction.approved_by, "approved_at": sanction.approved_at}
    reason = sanction.skip_reason
    move(
        sanction, SanctionStatus.IN_FORCE, allowed=SANCTION_MOVES, by=by, at=at, reason=reason,
        clauses=sanction.clauses, **approval,
    )  # fmt: skip
    return _take_effect(sanction, finding, by=by, at=at)


def _take_effect(sanction: Sanction, finding: Finding, *, by: Any, at: datetime) -> Sanction:
    """Statement, notice, restriction and history of a measure that holds now."""
    member = sanction.member
    sanction.object_until = statements.objection_until(sanction.kind, kst_date(at), at=at)
    statement = statements.write(sanction, finding, at=at)
    sanction.notice = notices.notify(
        member_id=member.pk,
        about=ABOUT.get(SanctionKind(sanction.kind), "sanction"),
        text=statements.letter(statement, at=at),
        key=f"sanction:{sanction.public_id}",
        at=at,
        stage=sanction.kind,
        clauses=sanction.clauses,
    )
    sanction.save(update_fields=["object_until", "notice"])
    audit.record(
        "sanction.imposed", sanction, by=by, at=at, about=member, reason=statement.measure_ko, clauses=sanction.clauses
    )
    _close(sanction, statement, by=by, at=at)
    if sanction.case is not None and sanction.case.status == CaseStatus.OPEN:
        cases.decide(sanction.case.pk, outcome=statement.measure_ko, by=by, at=at)
    return sanction


def _close(sanction: Sanction, statement: Statement, *, by: Any, at: datetime) -> None:
    """Lay the restriction of the measure, if it closes anything."""
    kind = CLOSES.get(SanctionKind(sanction.kind))
    if kind is None:
        return
    limit = Limit(
        kind=kind,
        clauses=sanction.clauses,
        why_ko=statement.measure_ko,
        why_en=statement.measure_en,
        starts_at=sanction.starts_at,
        ends_at=sanction.ends_at,
        sanction=sanction,
        facts={"sanction": sanction.public_id, "object_until": str(sanction.object_until)},
    )
    restrictions.lay(sanction.member, limit, by=by, at=at)


def _ask_second_person(sanction: Sanction, member: Member, at: datetime) -> None:
    last = Holiday.objects.calendar().business_days_after(kst_date(at), APPROVE_WITHIN_BUSINESS_DAYS)
    name = NAMES[SanctionKind(sanction.kind)]
    due.open_item(
        "sanction_approval",
        sanction,
        title_ko=f"단계를 건너뛴 {name.ko} 승인: {member.name}",
        title_en=f"Approve a {name.en} that skips a stage: {member.name}",
        clause="upstage/26.1",
        due_at=day_end(last),
        warn_at=day_start(last),
        at=at,
        about=member,
    )


def _close_item(sanction: Sanction, *, by: Any, at: datetime, outcome: str) -> None:
    due.close_item("sanction_approval", sanction.public_id, by=by, at=at, outcome=outcome)


def _locked(sanction_id: int) -> Sanction:
    """The sanction with its member, the member locked first."""
    member_id = Sanction.objects.filter(pk=sanction_id).values_list("member", flat=True).first()
    if member_id is None:
        raise NotFound
    Member.objects.filter(pk=member_id).locked().get()
    sanction: Sanction = Sanction.objects.filter(pk=sanction_id).select_related("member", "case").locked().get()
    return sanction

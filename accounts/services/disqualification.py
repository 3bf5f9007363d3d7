"""Taking a membership away, and giving it back where the statement is upheld (upstage/3.3 to 3.6)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import (
    MEMBER_MOVES,
    SANCTION_MOVES,
    MemberStatus,
    RecordType,
    RestrictionKind,
    SanctionKind,
    SanctionStatus,
)
from accounts.errors import NotActive, UnknownGround
from accounts.models import Member, Restriction, Sanction
from accounts.rules.membership import GROUNDS_OF_REFUSAL
from accounts.rules.retention import kept_until
from accounts.services import barring, keys, notices, objections, statements, telling
from accounts.services.statements import Finding
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/3.4", "upstage/3.5.2", "upstage/3.6")
ABOUT = "disqualification"


@enforces(
    "upstage/3.3", "upstage/3.3.4", "upstage/3.3.5", "upstage/3.3.6", "upstage/3.5.2", "upstage/3.6.2", "upstage/9.1"
)
@transaction.atomic
def disqualify(member_id: int, *, ground: int, finding: Finding, by: Any, at: datetime) -> Sanction:
    """Take the membership away on a ground of 3.3 (an item, 1 to 6): final on the day of the notice (3.5.2).

    Credits freeze and are not voided; keys close; who it was is barred, and the data kept, for two years (3.6).
    Refuses `unknown_ground`, `statement_incomplete`, `already_done`, `not_active`.
    """
    if ground not in GROUNDS_OF_REFUSAL:
        raise UnknownGround(facts={"ground": ground})
    clause = f"upstage/3.3.{ground}"
    statements.require_complete(SanctionKind.LOSS, ground=clause, days=None, finding=finding)
    member = Member.objects.filter(pk=member_id).locked().select_related("user").get()
    _require_member(member)
    sanction = _decide(member, clause, by=by, at=at)
    told = [clause, *CLAUSES]
    move(
        member, MemberStatus.DISQUALIFIED, allowed=MEMBER_MOVES, by=by, at=at, reason=finding.facts_ko, clauses=told,
        disqualified_at=at,
    )  # fmt: skip
    keys.revoke_all(member, by=by, at=at, reason=finding.facts_ko, clauses=told)
    if sanction.kept_until is not None:
        barring.bar(sanction, until=sanction.kept_until)
    _tell(sanction, finding, at=at)
    facts = {"object_until": sanction.object_until, "kept_until": sanction.kept_until}
    audit.record(
        "member.disqualified", sanction, by=by, at=at, about=member, reason=finding.facts_ko, clauses=told, facts=facts
    )
    return sanction


def _require_member(member: Member) -> None:
    if member.status == MemberStatus.DISQUALIFIED:
        raise AlreadyDone(clauses=CLAUSES)
    if member.status != MemberStatus.ACTIVE:
        raise NotActive(facts={"status": member.get_status_display()})


def _decide(member: Member, clause: str, *, by: Any, at: datetime) -> Sanction:
    day = kst_date(at)
    sanction = Sanction.objects.create(
        member=member,
        kind=SanctionKind.LOSS,
        ground=clause,
        clauses=[clause, *CLAUSES],
        decided_by=audit.actor(by),
        decided_at=at,
        starts_at=at,
        object_until=statements.objection_until(SanctionKind.LOSS, day, at=at),
        kept_until=kept_until(RecordType.MEMBERSHIP, day),
    )
    move(sanction, SanctionStatus.IN_FORCE, allowed=SANCTION_MOVES, by=by, at=at, clauses=sanction.clauses)
    return sanction


def _tell(sanction: Sanction, finding: Finding, *, at: datetime) -> None:
    statement = statements.write(sanction, finding, at=at)
    sanction.notice = notices.notify(
        member_id=sanction.member_id,
        about=ABOUT,
        text=statements.letter(statement, at=at),
        key=f"sanction:{sanction.public_id}",
        at=at,
        clauses=sanction.clauses,
    )
    sanction.save(update_fields=["notice"])


@enforces("upstage/3.4")
@objections.undoes(SanctionKind.LOSS)
def give_back(sanction: Sanction, by: Any, at: datetime) -> None:
    """A statement was upheld: the membership, the keys and every credit are as they were, and nobody is barred.

    Where the account was reported as stolen meanwhile the keys stay closed: a thief may have them (upstage/6.4).
    """
    member = Member.objects.get(pk=sanction.member_id)
    move(member, MemberStatus.ACTIVE, allowed=MEMBER_MOVES, by=by, at=at, clauses=["upstage/3.4"])
    if not _stolen_since(member, sanction.decided_at):
        keys.reopen_all(member, revoked_at=sanction.decided_at, by=by, at=at, clauses=["upstage/3.4"])
    barring.lift(sanction, at=at)
    telling.tell_newcomer(member, at=at)
    audit.record("member.reinstated", member, by=by, at=at, about=member, clauses=["upstage/3.4"])


def _stolen_since(member: Member, begun: datetime) -> bool:
    locks = Restriction.objects.filter(member=member, kind=RestrictionKind.LOCKED)
    return locks.filter(starts_at__gte=begun).exists()

"""Laying restrictions over a membership, and taking them off again (rules.md, sections 1 and 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.enums import RestrictionKind, RestrictionScope
from accounts.errors import NotActive, Restricted
from accounts.models import Member, Restriction, Sanction
from accounts.queries.standing import Standing, restrictions_of, standing
from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.inserting import insert_missing


@dataclass(frozen=True)
class Limit:
    """What shall be closed, from when to when, and the sentence that says why, in both languages."""

    kind: RestrictionKind
    clauses: Sequence[str]
    why_ko: str
    why_en: str
    starts_at: datetime
    ends_at: datetime | None = None
    scope: RestrictionScope = RestrictionScope.ALL
    sanction: Sanction | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def lay(member: Member, limit: Limit, *, by: Any, at: datetime) -> Restriction:
    """Lay a restriction over a membership, in the caller's transaction, with `member` locked by it.

    Of the kinds that hold at most once (dormant, locked, unpaid, information, paid_ended) a second is `already_done`.
    """
    require_transaction()
    alone = limit.sanction is None
    if alone and Restriction.objects.filter(member=member, kind=limit.kind, lifted_at__isnull=True).exists():
        raise AlreadyDone
    row = _row(member, limit)
    row.save()
    audit.record(**_deed(row, member, limit), by=by, at=at)
    return row


def lay_all(members: Sequence[Member], limit: Limit, *, by: Any, at: datetime) -> int:
    """Lay the same restriction over many memberships, locked by the caller, in a fixed number of statements.

    Who has one of its kind already keeps that one alone. Returns how many were laid.
    """
    require_transaction()
    rows = [_row(member, limit) for member in members]
    insert_missing(rows)
    kept = set(Restriction.objects.filter(public_id__in=[row.public_id for row in rows]).values_list("public_id"))
    new = [row for row in rows if (row.public_id,) in kept]
    audit.record_all([_deed(row, row.member, limit) for row in new], by=by, at=at)
    return len(new)


def _row(member: Member, limit: Limit) -> Restriction:
    return Restriction(
        member=member,
        kind=limit.kind,
        scope=limit.scope,
        clauses=list(limit.clauses),
        why_ko=limit.why_ko,
        why_en=limit.why_en,
        sanction=limit.sanction,
        starts_at=limit.starts_at,
        ends_at=limit.ends_at,
        facts=dict(limit.facts),
    )


def _deed(row: Restriction, member: Member, limit: Limit) -> dict[str, Any]:
    """The line of history about a restriction."""
    facts = {"kind": limit.kind, "starts_at": limit.starts_at.isoformat()}
    told = {"action": "member.restricted", "reason": limit.why_ko, "clauses": limit.clauses}
    return {**told, "subject": row, "about": member, "facts": facts}


def lift(restriction: Restriction, *, why: str, clauses: Sequence[str], by: Any, at: datetime) -> Restriction:
    """Take a restriction off at once, in the caller's transaction; refuses with `already_done`."""
    require_transaction()
    row: Restriction = Restriction.objects.filter(pk=restriction.pk).locked().select_related("member").get()
    if row.lifted_at is not None or (row.ends_at is not None and row.ends_at <= at):
        raise AlreadyDone
    row.lifted_at, row.lifted_by, row.lifted_why = at, by, why
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    audit.record("member.restored", row, by=by, at=at, about=row.member, reason=why, clauses=clauses)
    return row


def lift_kind(member: Member, kind: RestrictionKind, *, why: str, clauses: Sequence[str], by: Any, at: datetime) -> int:
    """Take off every restriction of a kind that holds; returns how many (0: there was none)."""
    held = list(restrictions_of(member.pk, at=at).filter(kind=kind))
    for restriction in held:
        lift(restriction, why=why, clauses=clauses, by=by, at=at)
    return len(held)


def require_use(member: Member, *, at: datetime, paid: bool = True) -> Standing:
    """Refuse `not_active` or `restricted` where the member may not use a service; `paid`: one that costs something."""
    found = standing(member, at=at)
    if not found.is_active:
        raise NotActive(facts={"status": member.get_status_display()})
    require_open(found, paid=paid)
    return found


def require_open(found: Standing, *, paid: bool) -> None:
    """Refuse `restricted` where a service is closed to an active member, with the clauses of what closes it."""
    closing = found.closing(paid=paid)
    if closing:
        raise Restricted(facts={"restrictions": named(closing)}, clauses=clauses_of(closing))


def named(restrictions: Sequence[Restriction]) -> str:
    """What limits the member, in the language that is active now."""
    return ", ".join(str(RestrictionKind(one.kind).label) for one in restrictions)


def clauses_of(restrictions: Sequence[Restriction]) -> list[str]:
    """The clauses of all of them, each once."""
    return list(dict.fromkeys(clause for one in restrictions for clause in one.clauses))

"""Giving use back: a measure lifted or overturned by people, or ended by its own time (upstage/11.2, 26.4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import SANCTION_MOVES, MemberStatus, SanctionKind, SanctionStatus
from accounts.models import Member, Restriction, Sanction
from accounts.queries import restrictions_at, standing
from accounts.services import notices, restrictions
from accounts.services.notices import Letter, Text
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, NotFound
from upstage_console.kernel.transitions import move, move_all

RESTRICTIONS_AT_A_TIME = 1000
READ = ("public_id", "sanction", "clauses", "member__status")


@transaction.atomic
@enforces("upstage/11.2")
def lift(sanction_id: int, *, why: str, by: Any, at: datetime) -> Sanction:
    """End a measure before its time, such as when its ground is gone; use is restored in the same transaction.

    Refuses `not_found`, `already_done` (also where its time is over) and `not_allowed`.
    """
    sanction = _end(sanction_id, SanctionStatus.LIFTED, why=why, by=by, at=at)
    if sanction.kind != SanctionKind.WARNING and sanction.member.status == MemberStatus.ACTIVE:
        text = _again(_is_closed(sanction.member, at))
        notices.notify(
            member_id=sanction.member_id, about="restored", text=text, key=f"restored:{sanction.public_id}", at=at,
            clauses=_clauses(sanction),
        )  # fmt: skip
    return sanction


@transaction.atomic
@enforces("upstage/26.4", "upstage/11.2")
def overturn(sanction_id: int, *, why: str, by: Any, at: datetime) -> Sanction:
    """Undo a measure that was wrong: what it closed is open again in the same transaction; the caller tells the member.

    Refuses `not_found`, `already_done` and `not_allowed`.
    """
    return _end(sanction_id, SanctionStatus.OVERTURNED, why=why, by=by, at=at)


def _end(sanction_id: int, to: SanctionStatus, *, why: str, by: Any, at: datetime) -> Sanction:
    member_id = Sanction.objects.filter(pk=sanction_id).values_list("member", flat=True).first()
    if member_id is None:
        raise NotFound
    Member.objects.filter(pk=member_id).locked().get()
    sanction: Sanction = Sanction.objects.select_related("member").get(pk=sanction_id)
    if to == SanctionStatus.LIFTED:
        _require_liftable(sanction, at)
    clauses = _clauses(sanction)
    held = restrictions_at(at).filter(sanction=sanction).first()
    if held is not None:
        restrictions.lift(held, why=why, clauses=clauses, by=by, at=at)
    move(sanction, to, allowed=SANCTION_MOVES, by=by, at=at, reason=why, clauses=clauses, closed_at=at)
    audit.record(f"sanction.{to}", sanction, by=by, at=at, about=sanction.member, reason=why, clauses=clauses)
    return sanction


def _require_liftable(sanction: Sanction, at: datetime) -> None:
    """What is over needs no lifting; a lost membership comes back by its own statement alone (upstage/3.4)."""
    if sanction.kind == SanctionKind.LOSS:
        states = {"from_state": sanction.get_status_display(), "to_state": SanctionStatus.LIFTED.label}
        raise IllegalMove(facts=states, clauses=["upstage/3.4"])
    if sanction.ends_at is not None and sanction.ends_at <= at:
        raise AlreadyDone


def _clauses(sanction: Sanction) -> list[str]:
    return ["upstage/11.2"] if sanction.kind == SanctionKind.STOP else ["upstage/26.4"]


def _is_closed(member: Member, at: datetime) -> bool:
    return bool(standing(member, at=at).restrictions)


def _again(still_closed: bool) -> Text:
    """That a restriction is over; where another one still holds, that use stays closed for that reason."""
    if still_closed:
        return notices.compose(
            _("A restriction of your account has ended"),
            _("One restriction has ended. Another one still holds; under “Standing” you see which, and until when."),
        )
    return notices.compose(
        _("You can use the services again"),
        _("The restriction of your account has ended. You can use all services and buy credits again."),
    )


@enforces("upstage/26.1")
def note_ended(*, at: datetime) -> int:
    """Note every restriction whose time is over, end its measure, and tell the member once; returns how many.

    Nothing waits for it: a restriction ends at its own instant, noted or not. A batch is one transaction with a fixed
    number of statements; a repeat finds nothing, a late run catches up. A member about whom somebody decides at this
    moment is left to the next run: whoever decides has locked the member first, and neither waits for the other.
    """
    noted = 0
    while batch := _note_batch(at):
        noted += batch
    return noted


@transaction.atomic
def _note_batch(at: datetime) -> int:
    over = Restriction.objects.filter(ends_at__lte=at, lifted_at__isnull=True, end_noted_at__isnull=True)
    locked = over.select_related("member").select_for_update(of=("self", "member"), skip_locked=True, no_key=True)
    rows = list(locked.only(*READ).order_by("pk")[:RESTRICTIONS_AT_A_TIME])
    if not rows:
        return 0
    Restriction.objects.filter(pk__in=[row.pk for row in rows]).update(end_noted_at=at)
    ended = Sanction.objects.filter(pk__in=[row.sanction_id for row in rows if row.sanction_id])
    move_all(
        ended.filter(status=SanctionStatus.IN_FORCE), SanctionStatus.ENDED, allowed=SANCTION_MOVES, at=at, closed_at=at
    )  # fmt: skip
    notices.notify_all(_letters(rows, at), at=at)
    return len(rows)


def _letters(rows: Sequence[Restriction], at: datetime) -> list[Letter]:
    members = [row.member_id for row in rows]
    closed = set(restrictions_at(at).filter(member__in=members).values_list("member", flat=True))
    texts = {still_closed: _again(still_closed) for still_closed in (True, False)}
    return [
        Letter(row.member_id, "restored", texts[row.member_id in closed], f"ended:{row.public_id}", "", row.clauses)
        for row in rows
        if row.member.status == MemberStatus.ACTIVE
    ]

"""Staff give a promotion to many members, a few thousand of them at a time; a killed run is taken up again.

Whom a handout gives nothing is written down with the reason. Each batch, with how far the handout has come and what its
members are told, is one transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.enums import MemberStatus
from accounts.models import Member
from accounts.services import broadcasts
from credits.enums import HANDOUT_MOVES, HandoutStatus
from credits.errors import HandoutRuns, NobodyToGive, PromotionUsedUp
from credits.models import Handout, Promotion, PromotionGrant
from credits.queries.promotions import promise_of
from credits.rules import promotions as rules
from credits.services import joining
from credits.services.promotions import CLAUSES, locked
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.transitions import move

MEMBERS_AT_A_TIME = 2_000
HAND_OUT = "SELECT * FROM credits_hand_out(%s, %s, %s, %s, %s)"


@transaction.atomic
def begin(promotion_id: str, *, members: Iterable[int] | None, reason: str, by: Any, at: datetime) -> Handout:
    """Begin to give a promotion to these members; without any, to every active member with its currency.

    The job goes through them. Refuses `promotion_closed`, `promotion_used_up`, `handout_runs`, `nobody_to_give`.
    """
    promotion = locked(promotion_id)
    joining.require_running(promotion, at=at)
    if promise_of(promotion).members_left < 1:
        raise PromotionUsedUp(facts={"name": promotion.name})
    if promotion.handouts.filter(status=HandoutStatus.RUNNING).exists():
        raise HandoutRuns(facts={"name": promotion.name})
    named = sorted(set(members or ()))
    expected = len(named) if members is not None else everybody(promotion).count()
    if not expected:
        raise NobodyToGive
    row = Handout.objects.create(
        promotion=promotion, to_everybody=members is None, members=named, expected=expected, reason=reason,
        begun_by=audit.actor(by), begun_at=at,
    )  # fmt: skip
    facts = {"promotion": promotion.public_id, "members": expected}
    audit.record("promotion.handout_begun", row, by=by, at=at, about=promotion, reason=reason, clauses=CLAUSES,
                 facts=facts)  # fmt: skip
    return row


@transaction.atomic
def stop(handout_id: str, *, reason: str, by: Any, at: datetime) -> Handout:
    """Give it to nobody more; what was given stays given. Refuses what the states do not allow."""
    row: Handout = Handout.objects.locked().get_public(handout_id)
    move(row, HandoutStatus.STOPPED, allowed=HANDOUT_MOVES, by=by, at=at, reason=reason, ended_at=at)
    audit.record("promotion.handout_stopped", row, by=by, at=at, about=row.promotion, reason=reason, clauses=CLAUSES)
    return row


@enforces("upstage/2.8")
def hand_out(*, at: datetime) -> int:
    """Go on with every handout, batch by batch; returns to how many members it gave. A repeat gives to nobody twice."""
    running = Handout.objects.filter(status=HandoutStatus.RUNNING).order_by("pk").values_list("pk", flat=True)
    given = 0
    for handout_id in list(running):
        while (batch := _batch(handout_id, at)) is not None:
            given += batch
    return given


def everybody(promotion: Promotion) -> Any:
    """Whom a handout to everybody means, in the order it comes to them."""
    return Member.objects.filter(status=MemberStatus.ACTIVE, currency=promotion.currency).order_by("pk")


@transaction.atomic
def _batch(handout_id: int, at: datetime) -> int | None:
    """One batch, or None at the end, or where another run has this handout."""
    rows = Handout.objects.filter(pk=handout_id, status=HandoutStatus.RUNNING).select_related("promotion")
    row: Handout | None = rows.order_by("pk").select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    members = _next(row)
    if not members:
        _finish(row, at)
        return None
    became = _give(row, members, at)
    if became is None:
        move(row, HandoutStatus.STOPPED, allowed=HANDOUT_MOVES, by=None, at=at, ended_at=at)
        return None
    given, refused = became
    row.given, row.refused, row.reached = row.given + given, row.refused + refused, members[-1]
    row.save(update_fields=["given", "refused", "reached"])
    return given


def _next(row: Handout) -> list[int]:
    means = everybody(row.promotion) if row.to_everybody else Member.objects.filter(pk__in=row.members).order_by("pk")
    return list(means.filter(pk__gt=row.reached).values_list("pk", flat=True)[:MEMBERS_AT_A_TIME])


def _give(row: Handout, members: list[int], at: datetime) -> tuple[int, int] | None:
    """To how many it gave, and how many it refused; None where the promotion has ended or its period is over."""
    promise = promise_of(row.promotion)
    if not rules.runs(promise, at):
        return None
    until = rules.usable_until(promise, at)
    with connection.cursor() as cursor:
        cursor.execute(HAND_OUT, [row.pk, members, at, until, list(rules.GIVEN)])
        became: tuple[int, int] | None = cursor.fetchone()
    received = PromotionGrant.objects.filter(handout=row, member__gte=members[0], member__lte=members[-1])
    broadcasts.tell_all(
        Member.objects.filter(pk__in=received.values("member")), about="promotion",
        text=joining.letter(row.promotion, at, joined=False), key=joining.key_of(row.promotion), at=at,
        clauses=rules.GIVEN,
    )  # fmt: skip
    return became


def _finish(row: Handout, at: datetime) -> None:
    move(row, HandoutStatus.DONE, allowed=HANDOUT_MOVES, by=None, at=at, ended_at=at)
    facts = {"given": row.given, "refused": row.refused}
    audit.record("promotion.handout_done", row, by=None, at=at, about=row.promotion, clauses=CLAUSES, facts=facts)

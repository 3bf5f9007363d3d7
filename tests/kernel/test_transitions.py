"""One writer of states, tried over the whole state × move matrix."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from accounts.enums import MEMBER_MOVES, MemberStatus
from accounts.models import Member, User
from tests.conftest import MakeMember
from upstage_console.kernel.errors import AlreadyDone, IllegalMove
from upstage_console.kernel.models import Transition
from upstage_console.kernel.transitions import move

FACTS = {
    MemberStatus.ACTIVE: "accepted_at",
    MemberStatus.REJECTED: "rejected_at",
    MemberStatus.WITHDRAWN: "withdrawn_at",
    MemberStatus.DISQUALIFIED: "disqualified_at",
    MemberStatus.ERASED: "separated_at",
}
PAIRS = [(before, after) for before in MemberStatus for after in MemberStatus]


def facts_of(state: str, at: object) -> dict[str, object]:
    return {FACTS[state]: at} if state in FACTS else {}  # type: ignore[index]


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=lambda state: state.value)
def test_member_moves_only_as_allowed(make_member: MakeMember, at: object, before: str, after: str) -> None:
    member = make_member(**{"status": before, "accepted_at": at, **facts_of(before, at)})
    facts = {} if before == MemberStatus.REJECTED else facts_of(after, at)
    legal = after in MEMBER_MOVES.get(before, frozenset())
    if legal:
        move(member, after, allowed=MEMBER_MOVES, by=None, at=at, **facts)
    else:
        with pytest.raises(AlreadyDone if before == after else IllegalMove):
            move(member, after, allowed=MEMBER_MOVES, by=None, at=at, **facts)
    assert Member.objects.get(pk=member.pk).status == (after if legal else before)
    assert Transition.objects.count() == (1 if legal else 0)


def test_move_writes_its_history(member: Member, amy: User, at: object) -> None:
    move(
        member,
        "withdrawn",
        allowed=MEMBER_MOVES,
        by=amy,
        at=at,
        reason="leaves",
        clauses=["upstage/3.2"],
        withdrawn_at=at,
    )
    (row,) = Transition.objects.all()
    assert (row.subject, row.from_state, row.to_state) == (member.public_id, "active", "withdrawn")
    assert (row.actor, row.at, row.reason, row.clauses) == (amy, at, "leaves", ["upstage/3.2"])


def test_move_decides_on_the_fresh_row(member: Member, at: object) -> None:
    stale = Member.objects.get(pk=member.pk)
    move(member, "withdrawn", allowed=MEMBER_MOVES, by=None, at=at, withdrawn_at=at)
    with pytest.raises(AlreadyDone):
        move(stale, "withdrawn", allowed=MEMBER_MOVES, by=None, at=at, withdrawn_at=at)


@pytest.mark.parametrize("statement", ["UPDATE kernel_transition SET reason = 'x'", "DELETE FROM kernel_transition"])
def test_history_is_refused_to_change(member: Member, at: object, statement: str) -> None:
    move(member, "withdrawn", allowed=MEMBER_MOVES, by=None, at=at, withdrawn_at=at)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Transition.objects.get().reason == ""


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        ("active", "accepted_at"),
        ("rejected", "rejected_at"),
        ("withdrawn", "withdrawn_at"),
        ("disqualified", "disqualified_at"),
    ],
)
def test_a_state_needs_its_facts(make_member: MakeMember, state: str, missing: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        make_member(status=state, **{missing: None})


def test_a_korean_firm_needs_its_number(make_member: MakeMember) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        make_member(kind="firm", business_number="")


def test_refused_move_names_the_states_in_words(member: Member, at: object) -> None:
    with transaction.atomic(), pytest.raises(IllegalMove) as refused:
        move(member, MemberStatus.HELD, allowed=MEMBER_MOVES, by=None, at=at)  # type: ignore[arg-type]
    with translation.override("en"):
        assert str(refused.value) == "No step leads from “active” to “held”."
    with translation.override("ko"):
        assert f"“{MemberStatus.ACTIVE.label}”" in str(refused.value)
        assert "active" not in str(refused.value)

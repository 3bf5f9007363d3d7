"""Minutes of meetings: both sides confirm them, and they amend nothing (rift/2.4, 9.2)."""

from collections.abc import Collection
from typing import Final

from contracts.enums import MinutesStatus, Side
from upstage_console.kernel.clauses import Reason, enforces

CLAUSE: Final = "rift/9.2"

AMENDS_NOTHING: Final = Reason(
    ("rift/2.4", CLAUSE),
    "회의록은 협의한 내용의 기록이며 계약을 변경하지 않습니다. 계약은 양 당사자가 합의한 문서로만 변경합니다.",
    "Minutes record what was said and change nothing of the contract. That takes a document that both sides agree to.",
)
"""What every page and letter about minutes says."""


@enforces(CLAUSE)
def standing(confirmed: Collection[Side], objected: Collection[Side]) -> MinutesStatus:
    """How minutes stand by what the sides said: confirmed by both, objected to by one, else still open."""
    if objected:
        return MinutesStatus.OBJECTED
    return MinutesStatus.CONFIRMED if set(confirmed) == set(Side) else MinutesStatus.PROPOSED


def other(side: Side) -> Side:
    """The other side."""
    return Side.CUSTOMER if side == Side.COMPANY else Side.COMPANY

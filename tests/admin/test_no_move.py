"""Why a verb cannot be used now is said in the words of the row's own states."""

import pytest

from contracts.enums import MEETING_MOVES, MeetingStatus
from upstage_console.kernel.admin.verbs import no_move
from upstage_console.kernel.errors import AlreadyDone


def test_states_are_called_what_their_own_table_calls_them() -> None:
    refusal = no_move("held", MeetingStatus.CALLED_OFF, MEETING_MOVES)
    assert refusal is not None
    assert {str(fact) for fact in refusal.facts.values()} == {"개최됨", "취소됨"}


@pytest.mark.parametrize(("state", "kind"), [("called_off", AlreadyDone), ("planned", type(None))])
def test_what_was_done_or_may_be_done_is_told_apart(state: str, kind: type) -> None:
    assert type(no_move(state, MeetingStatus.CALLED_OFF, MEETING_MOVES)) is kind

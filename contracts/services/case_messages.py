"""What a customer writes in an answered case waits for another answer: a task, until the company speaks (rift/9.1)."""

from datetime import datetime
from typing import Any, Final

from contracts.enums import CaseEventKind
from contracts.models import CaseEvent
from contracts.queries.cases import is_answered
from contracts.services.case_clocks import LONGEST_SUBJECT
from contracts.services.deadlines import last_instant
from upstage_console.kernel import due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.models import DueItem

TASK: Final = "case_message"
CLAUSE: Final = "rift/9.1"
WRITTEN: Final = (CaseEventKind.MESSAGE, CaseEventKind.REOPEN)
SPOKEN: Final = (CaseEventKind.MESSAGE, CaseEventKind.RESPOND, CaseEventKind.PAUSE)


@enforces(CLAUSE)
def follow(event: CaseEvent, *, by: Any, at: datetime) -> None:
    """Open or close the task after an event, in its transaction; until the first answer that clock has its own task.

    One task waits at a time, however much is written; a fix ends it, too.
    """
    if event.is_of_customer and event.kind in WRITTEN:
        if is_answered(event.case) and not _waiting(event).exists():
            _open(event, at)
    elif event.kind == CaseEventKind.RESOLVE or event.kind in SPOKEN and not event.is_internal:
        for key in list(_waiting(event).values_list("key", flat=True)):
            due.close_item(TASK, key, by=by, at=at, outcome=event.kind)


def _waiting(event: CaseEvent) -> Any:
    return DueItem.objects.filter(kind=TASK, subject=event.case.public_id, closed_at__isnull=True)


def _open(event: CaseEvent, at: datetime) -> None:
    case, subject = event.case, event.case.subject[:LONGEST_SUBJECT]
    last = last_instant("case_message_days", on=kst_date(at), at=at)
    due.open_item(
        TASK, case, key=f"{case.public_id}:{event.position}", about=case.customer, clause=CLAUSE, due_at=last,
        warn_at=at, at=at, title_ko=f"고객이 쓴 글에 답변: {subject}",
        title_en=f"Answer what a customer wrote: {subject}",
    )  # fmt: skip

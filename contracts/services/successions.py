"""The company's own succession: it needs no consent, but every customer is told beforehand (rift/19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import ContractStatus, SuccessionKind
from contracts.errors import SuccessionTooSoon
from contracts.models import Contract, Succession
from contracts.services import permission_letters
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import ONE_DAY, kst_date
from upstage_console.kernel.clauses import enforces

CLAUSE: Final = "rift/19"


@dataclass(frozen=True)
class Plan:
    """Who takes the company's place, by what, from when."""

    kind: SuccessionKind
    successor: str
    effective_on: date


@enforces(CLAUSE)
@transaction.atomic
def announce(plan: Plan, *, by: Any, at: datetime, reason: str = "") -> Succession:
    """Tell every customer with a contract that is not over. Refuses `notice_too_short` for a day that has begun."""
    today = kst_date(at)
    if plan.effective_on <= today:
        raise SuccessionTooSoon(facts={"earliest": today + ONE_DAY})
    row: Succession = Succession.objects.create(
        kind=plan.kind, successor=plan.successor.strip(), effective_on=plan.effective_on, announced_on=today,
        announced_by=audit.actor(by), announced_at=at,
    )  # fmt: skip
    running = Contract.objects.filter(status__in=(ContractStatus.CONCLUDED, ContractStatus.SUSPENDED))
    told = permission_letters.succession(row, list(running.filter(ends_on__gte=today).order_by("pk")), at=at)
    audit.record("succession.announced", row, by=by, at=at, reason=reason, clauses=[CLAUSE],
                 facts={"name": row.successor, "effective_on": row.effective_on, "told": told})  # fmt: skip
    return row

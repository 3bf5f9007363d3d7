"""What a contract promises about availability: entered in versions, never changed (rift/5.2, 8.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from contracts.models import Contract, ServiceLevel
from contracts.rules.service_credits import Ladder, Step
from contracts.services.drafting import locked
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidDates

CLAUSES: Final = ["rift/5.2", "rift/8.1"]
MAINTENANCE_NOTICE_HOURS: Final = 48
"""How long ahead maintenance is announced where a contract does not say (rift/8.2 says only: beforehand)."""


@dataclass(frozen=True)
class Agreed:
    """What was agreed: the target in percent, its ladder, notice of maintenance in hours, the minimum in minutes."""

    target: Decimal
    ladder: Sequence[Step] = ()
    cap_percent: Decimal = Decimal(100)
    notice_hours: int = MAINTENANCE_NOTICE_HOURS
    minimum_minutes: int = 0
    excludes_third_party: bool = False
    claim_days: int | None = None


@enforces("rift/5.2", "rift/8.1")
@transaction.atomic
def agree(
    contract_id: str, agreed: Agreed, *, by: Any, at: datetime, effective_on: date | None = None, reason: str = ""
) -> ServiceLevel:
    """Enter what was agreed about availability, as the next version; it holds for whole months from a first on.

    Without a day it holds from the beginning. Refuses `not_found`, `invalid_ladder`, and `invalid_dates` for a day that
    is no first of a month, or one in the past where the contract has a promise already: what was measured stays.
    """
    contract = locked(contract_id)
    ladder = Ladder(tuple(agreed.ladder), agreed.cap_percent)
    latest = contract.service_levels.order_by("-version").first()
    first = effective_on or _beginning(contract, at)
    if first.day != 1 or (latest is not None and contract.concluded_at is not None and first < month_of(kst_date(at))):
        raise InvalidDates(facts={"starts_on": first, "ends_on": kst_date(at)}, clauses=CLAUSES)
    level = ServiceLevel.objects.create(
        customer_id=contract.customer_id, contract=contract, version=latest.version + 1 if latest else 1,
        effective_on=first, target=agreed.target, cap_percent=agreed.cap_percent, notice_hours=agreed.notice_hours,
        ladder=[{"below": f"{step.below:f}", "percent": f"{step.percent:f}"} for step in ladder.steps],
        minimum_minutes=agreed.minimum_minutes, excludes_third_party=agreed.excludes_third_party,
        claim_days=agreed.claim_days, agreed_by=audit.actor(by), agreed_at=at,
    )  # fmt: skip
    facts = {"version": level.version, "target": level.target, "from": first}
    audit.record("service_level.agreed", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=CLAUSES, facts=facts)  # fmt: skip
    return level


def _beginning(contract: Contract, at: datetime) -> date:
    today = kst_date(at)
    return month_of(min(contract.starts_on or today, today))

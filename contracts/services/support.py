"""What was agreed about support: entered in versions, never changed (rift/8.1, 9.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import Severity, SupportDays
from contracts.errors.cases import InvalidHours, NothingAgreed
from contracts.models import SupportPolicy, SupportTarget
from contracts.rules.calendars import SupportCalendar, Window
from contracts.services.drafting import locked
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount

CLAUSES: Final = ["rift/8.1", "rift/9.1"]


@dataclass(frozen=True)
class Target:
    """Until when a case is answered and fixed, in minutes of the support calendar."""

    respond: int
    resolve: int


@dataclass(frozen=True)
class Agreed:
    """When support is open, and its targets by severity; `exceptions` are days with hours of their own, or none."""

    hours: Sequence[str]
    days: SupportDays
    targets: Mapping[Severity, Target]
    exceptions: Mapping[date, Sequence[str]] = field(default_factory=dict)


@enforces("rift/8.1", "rift/9.1")
@transaction.atomic
def agree(contract_id: str, agreed: Agreed, *, by: Any, at: datetime, reason: str = "") -> SupportPolicy:
    """Enter what was agreed about support, as the next version: cases opened from now on keep it.

    Refuses `not_found`, `invalid_hours`, `nothing_agreed` without a target, `invalid_amount` for one of no minutes.
    """
    contract = locked(contract_id)
    _check(agreed)
    latest = contract.support_policies.order_by("-version").first()
    policy: SupportPolicy = SupportPolicy.objects.create(
        customer_id=contract.customer_id, contract=contract, version=latest.version + 1 if latest else 1,
        hours=list(agreed.hours), days=agreed.days, agreed_by=audit.actor(by), agreed_at=at,
        exceptions={day.isoformat(): list(hours) for day, hours in agreed.exceptions.items()},
    )  # fmt: skip
    SupportTarget.objects.bulk_create(
        SupportTarget(customer_id=contract.customer_id, policy=policy, severity=severity, respond=target.respond,
                      resolve=target.resolve)
        for severity, target in agreed.targets.items()
    )  # fmt: skip
    audit.record("support.agreed", contract, by=by, at=at, about=contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"version": policy.version, "hours": ", ".join(agreed.hours)})  # fmt: skip
    return policy


def _check(agreed: Agreed) -> None:
    own = {day: tuple(Window.parse(text) for text in hours) for day, hours in agreed.exceptions.items()}
    SupportCalendar(tuple(Window.parse(text) for text in agreed.hours), agreed.days, exceptions=own)
    if not agreed.targets:
        raise NothingAgreed
    for target in agreed.targets.values():
        if min(target.respond, target.resolve) <= 0:
            raise InvalidAmount(facts={"amount": min(target.respond, target.resolve)})


def days_of(exceptions: Mapping[str, Sequence[str]]) -> dict[date, Sequence[str]]:
    """Days with hours of their own, told by texts such as `2027-05-06`. Refuses `invalid_hours` for what is no day."""
    try:
        return {date.fromisoformat(day): tuple(hours) for day, hours in exceptions.items()}
    except ValueError as error:
        raise InvalidHours(facts={"hours": ", ".join(exceptions)}) from error

"""Days on which support is open otherwise: a holiday of the firm or ours, an extra working day (rift/8.1, 9.1).

A calendar is a version that never changes, so each day makes another version of what was agreed. Cases that are not
resolved go over to it, with a record of whose clock moved from when to when. Only days to come are changed: what was
due, missed or kept until today stays as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import CaseStatus, Metric
from contracts.errors.cases import NothingAgreed
from contracts.models import Case, Contract, SupportPolicy, SupportTarget
from contracts.queries.cases import policy_of
from contracts.rules.calendars import Window
from contracts.services import case_clocks, service_letters
from contracts.services.drafting import locked
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidDates

CLAUSES: Final = ["rift/8.1", "rift/9.1"]
Days = Mapping[date, Sequence[str]]


@dataclass(frozen=True)
class Shifted:
    """A clock that falls due at another time."""

    case: Case
    metric: Metric
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True)
class Excepted:
    """The version that holds for new cases, and whose clocks moved."""

    policy: SupportPolicy
    shifted: tuple[Shifted, ...]


@enforces("rift/8.1", "rift/9.1")
@transaction.atomic
def except_days(contract_id: str, days: Days, *, by: Any, at: datetime, reason: str = "") -> Excepted:
    """Open support on these days at hours of their own, or not at all; the customer is told.

    Refuses `not_found`, `nothing_agreed` without a support policy, `invalid_dates` for a day that is not to come,
    `invalid_hours`, `already_done` where all of these days are so.
    """
    contract = locked(contract_id)
    latest = policy_of(contract)
    if latest is None:
        raise NothingAgreed
    _require_to_come(days, at)
    added = {day.isoformat(): [str(Window.parse(text)) for text in hours] for day, hours in days.items()}
    if latest.exceptions | added == latest.exceptions:
        raise AlreadyDone(clauses=CLAUSES)
    running = list(Case.objects.filter(contract=contract).exclude(status=CaseStatus.RESOLVED).locked())
    versions = _versions(contract, {case.policy_id for case in running}, latest, added, by, at)
    shifted = [one for case in running for one in _go_over(case, versions[case.policy_id], by, at)]
    _note(contract, added, versions[latest.pk], shifted, reason, by, at)
    return Excepted(versions[latest.pk], tuple(shifted))


def _require_to_come(days: Days, at: datetime) -> None:
    today = kst_date(at)
    first = min(days, default=today)
    if first <= today:
        raise InvalidDates(facts={"starts_on": first, "ends_on": today}, clauses=CLAUSES)


def _versions(
    contract: Contract, used: Iterable[int], latest: SupportPolicy, added: Mapping[str, list[str]], by: Any,
    at: datetime,
) -> dict[int, SupportPolicy]:  # fmt: skip
    """Another version of each that cases go by, and at last of the latest, which holds for new cases."""
    older = SupportPolicy.objects.filter(pk__in=used).exclude(pk=latest.pk).order_by("version")
    rows = [*older, latest]
    return {row.pk: _version(contract, row, latest.version + place, added, by, at)
            for place, row in enumerate(rows, start=1)}  # fmt: skip


def _version(
    contract: Contract, like: SupportPolicy, number: int, added: Mapping[str, list[str]], by: Any, at: datetime
) -> SupportPolicy:
    made: SupportPolicy = SupportPolicy.objects.create(
        customer_id=contract.customer_id, contract=contract, version=number, hours=like.hours, days=like.days,
        exceptions={**like.exceptions, **added}, agreed_by=audit.actor(by), agreed_at=at,
    )  # fmt: skip
    SupportTarget.objects.bulk_create(
        SupportTarget(customer_id=contract.customer_id, policy=made, severity=one.severity, respond=one.respond,
                      resolve=one.resolve)
        for one in like.targets.order_by("pk")
    )  # fmt: skip
    return made


def _go_over(case: Case, policy: SupportPolicy, by: Any, at: datetime) -> list[Shifted]:
    case.policy = policy
    case.save(update_fields=["policy"])
    moved = case_clocks.recount(case, by=by, at=at)
    return [Shifted(case, Metric(row.metric), before, row.due_at) for row, before in moved]


def _note(
    contract: Contract, added: Mapping[str, list[str]], policy: SupportPolicy, shifted: Sequence[Shifted], reason: str,
    by: Any, at: datetime,
) -> None:  # fmt: skip
    told = {day: ", ".join(hours) for day, hours in sorted(added.items())}
    audit.record("support.days_excepted", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=CLAUSES, facts={"version": policy.version, "days": told})  # fmt: skip
    for one in shifted:
        facts = {"metric": one.metric, "from": one.before, "to": one.after}
        audit.record("support_case.recounted", one.case, by=by, at=at, about=contract.customer, reason=reason,
                     clauses=CLAUSES, facts=facts)  # fmt: skip
    service_letters.support_days(contract, told, policy.version, at=at)

"""Reads of cases: what was agreed about them, their logs, and how many of a month kept their targets."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from contracts.enums import ClockVerdict, Metric, Severity
from contracts.models import Case, CaseClock, CaseEvent, Contract, SupportPolicy
from upstage_console.kernel.calendars import month_bounds


def is_answered(case: Case) -> bool:
    """Whether the company has answered; what stops the clock of the answer without one counts, too."""
    return CaseClock.objects.filter(case=case, metric=Metric.RESPONSE, stopped_at__isnull=False).exists()


def policy_of(contract: Contract) -> SupportPolicy | None:
    """What holds for cases that are opened now: the latest version."""
    found: SupportPolicy | None = contract.support_policies.order_by("-version").first()
    return found


def log_of(case: Case) -> Sequence[CaseEvent]:
    """What happened to a case, in order."""
    return list(case.events.select_related("by").order_by("position"))


def verdict_of(clock: CaseClock, at: datetime) -> ClockVerdict:
    """How a clock stands, by the one rule of `rules.clocks.verdict`: what was missed stays so, or is waived."""
    if clock.waived_at is not None:
        return ClockVerdict.WAIVED
    if clock.breached_at is not None or (clock.due_at is not None and (clock.stopped_at or at) > clock.due_at):
        return ClockVerdict.BREACHED
    if clock.stopped_at is not None:
        return ClockVerdict.MET
    return ClockVerdict.RUNNING if clock.due_at is not None else ClockVerdict.PAUSED


def is_met(clocks: Sequence[CaseClock], at: datetime) -> bool:
    """Whether every target that a case has reached so far was kept; a waived one was missed, and is excused."""
    return all(verdict_of(clock, at) != ClockVerdict.BREACHED for clock in clocks)


def decided_in(contract: Contract, month: date) -> QuerySet[CaseClock]:
    """The clocks of a contract's cases that were decided in a month: missed in it, or stopped in it in time."""
    start, end = month_bounds(month)
    missed = Q(breached_at__gte=start, breached_at__lt=end)
    kept = Q(breached_at__isnull=True, stopped_at__gte=start, stopped_at__lt=end)
    return CaseClock.objects.filter(missed | kept, case__contract=contract)


def targets_of(contract: Contract, month: date) -> list[dict[str, Any]]:
    """How the targets of a month were kept, by severity and target, as a report stores it."""
    missed = Q(breached_at__isnull=False)
    rows = (
        decided_in(contract, month)
        .values("metric", "target_minutes", severity=F("case__severity"))
        .annotate(
            met=Count("id", filter=~missed),
            breached=Count("id", filter=missed & Q(waived_at__isnull=True)),
            waived=Count("id", filter=missed & Q(waived_at__isnull=False)),
        )
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return sorted(found, key=_place)


def _place(row: Mapping[str, Any]) -> tuple[int, int, int]:
    """The gravest first, of each the answer before the fix."""
    return Severity.values.index(row["severity"]), Metric.values.index(row["metric"]), row["target_minutes"]

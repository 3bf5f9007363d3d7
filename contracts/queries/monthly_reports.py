"""A report of a month as it is shown: read off what was stored when it was measured, nothing is worked out anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from contracts.enums import Metric, OutageCause, Severity, SuspensionGround, Treatment
from contracts.models import Contract, Maintenance, ServiceCredit, ServiceLevelReport
from contracts.rules.availability import percent_up
from contracts.rules.service_credits import minutes
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.errors import NotFound


@dataclass(frozen=True)
class DayShown:
    """A day with its availability in percent (None: nothing was in scope), in minutes otherwise."""

    on: date
    share: Decimal | None
    in_scope: Decimal
    excluded: Decimal
    down: Decimal


@dataclass(frozen=True)
class OutageShown:
    """What stood still, how it was treated, and what it counted for, in minutes."""

    what: str
    cause: str
    treatment: str
    counts: bool
    starts_at: datetime
    ends_at: datetime
    counted: Decimal
    excluded: Decimal


@dataclass(frozen=True)
class TargetShown:
    """How the targets of a severity were kept."""

    severity: str
    metric: str
    target_minutes: int
    met: int
    breached: int
    waived: int

    @property
    def total(self) -> int:
        """How many were decided in the month."""
        return self.met + self.breached + self.waived


@dataclass(frozen=True)
class Shown:
    """A report with all its parts."""

    report: ServiceLevelReport
    why: Reason
    in_scope: Decimal
    excluded: Decimal
    down: Decimal
    gap: Decimal
    days: list[DayShown]
    outages: list[OutageShown]
    targets: list[TargetShown]
    credit: ServiceCredit | None


def reports_of(contract: Contract, *, with_unapproved: bool) -> QuerySet[ServiceLevelReport]:
    """The latest report of each month, newest first; customers see what was approved."""
    rows: QuerySet[ServiceLevelReport] = contract.reports.select_related("level", "given")
    if not with_unapproved:
        rows = rows.filter(approved_at__isnull=False)
    latest = rows.order_by("month", "-revision").distinct("month")
    return contract.reports.filter(pk__in=latest.values("pk")).select_related("level", "given").order_by("-month")


def report_of(contract: Contract, month: date, *, with_unapproved: bool) -> ServiceLevelReport:
    """The latest report of a month. Refuses `not_found`."""
    found: ServiceLevelReport | None = reports_of(contract, with_unapproved=with_unapproved).filter(month=month).first()
    if found is None:
        raise NotFound
    return found


def coming_maintenance(contract: Contract, at: datetime) -> QuerySet[Maintenance]:
    """What is announced and not over."""
    rows = Maintenance.objects.filter(outages__contract=contract, ends_at__gt=at, called_off_at__isnull=True)
    return rows.order_by("starts_at")


def shown(report: ServiceLevelReport) -> Shown:
    """A report as its page and its file show it."""
    return Shown(
        report=report, why=Reason.from_json(report.why), in_scope=minutes(report.in_scope_seconds),
        excluded=minutes(report.excluded_seconds), down=minutes(report.down_seconds),
        gap=max(report.level.target - report.availability, Decimal(0)), days=[_day(one) for one in report.days],
        outages=[_outage(one) for one in report.lines], targets=[_target(one) for one in report.cases],
        credit=ServiceCredit.objects.filter(report=report).prefetch_related("uses__invoice").first(),
    )  # fmt: skip


def _day(stored: Mapping[str, Any]) -> DayShown:
    share = percent_up(stored["in_scope"], stored["down"]) if stored["in_scope"] else None
    lengths = [minutes(stored[name]) for name in ("in_scope", "excluded", "down")]
    return DayShown(date.fromisoformat(stored["on"]), share, *lengths)


def _outage(stored: Mapping[str, Any]) -> OutageShown:
    treatment = Treatment(stored["treatment"])
    return OutageShown(
        what=stored["what"] or _ground(stored), cause=str(OutageCause(stored["cause"]).label),
        treatment=str(treatment.label),
        counts=stored["counted"] > 0, starts_at=datetime.fromisoformat(stored["starts_at"]),
        ends_at=datetime.fromisoformat(stored["ends_at"]), counted=minutes(stored["counted"]),
        excluded=minutes(stored["excluded"]),
    )  # fmt: skip


def outages_of(report: ServiceLevelReport) -> list[dict[str, Any]]:
    """What stood still, for programs: causes and treatments by their codes."""
    return [{**one, **_times(one)} for one in report.lines]


def _times(stored: Mapping[str, Any]) -> dict[str, Any]:
    instants = {name: datetime.fromisoformat(stored[name]) for name in ("starts_at", "ends_at")}
    return instants | {name: minutes(stored[name]) for name in ("counted", "excluded")}


def _ground(stored: Mapping[str, Any]) -> str:
    """Why the service was stopped, where it was."""
    return str(SuspensionGround(stored["ground"]).label) if "ground" in stored else ""


def _target(stored: Mapping[str, Any]) -> TargetShown:
    named = {"severity": str(Severity(stored["severity"]).label), "metric": str(Metric(stored["metric"]).label)}
    return TargetShown(**{**stored, **named})

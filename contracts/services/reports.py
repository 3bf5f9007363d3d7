"""Monthly service level reports: measured, looked at, approved; what fell short is proposed as a credit (rift/8.1)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from contracts.enums import ServiceCreditStatus
from contracts.errors.service_levels import MonthNotOver, NoServiceLevel
from contracts.models import Contract, ServiceCredit, ServiceLevel, ServiceLevelReport
from contracts.queries import cases as case_queries
from contracts.queries import service_levels as queries
from contracts.queries.suspensions import Stopped
from contracts.rules import availability, service_credits
from contracts.rules.availability import Measured
from contracts.rules.service_credits import Granted
from contracts.services import service_credits as credit_service
from contracts.services import service_letters
from contracts.services.deadlines import last_instant
from contracts.services.drafting import locked
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date, month_bounds, month_end, month_of, months_later
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone

CLAUSES: Final = ["rift/8.1"]
TASK: Final = "service_level_report"


@enforces("rift/8.1", "rift/9.2")
@transaction.atomic
def measure(contract_id: str, month: date, *, by: Any, at: datetime) -> ServiceLevelReport:
    """Measure a month that is over; a report that is not yet approved is measured anew, an approved one revised.

    Refuses `not_found`, `month_not_over`, `no_service_level` also where the contract did not run in the month, and
    `already_done` where nothing has changed since the report was approved.
    """
    contract = locked(contract_id)
    month = month_of(month)
    if at < month_bounds(month)[1]:
        raise MonthNotOver(facts={"ends_on": month_end(month)})
    level = queries.level_of(contract, month)
    if level is None or queries.term_in(contract, month) is None:
        raise NoServiceLevel
    values = _figures(contract, level, month) | {"measured_by": audit.actor(by), "measured_at": at}
    report = _written(contract, month, values)
    facts = {"month": month, "availability": report.availability, "revision": report.revision}
    audit.record("service_level_report.measured", report, by=by, at=at, about=contract.customer, clauses=CLAUSES,
                 facts=facts)  # fmt: skip
    _ask_to_approve(report, at)
    return report


def _written(contract: Contract, month: date, values: dict[str, Any]) -> ServiceLevelReport:
    latest = contract.reports.filter(month=month).order_by("-revision").first()
    if latest is not None and latest.approved_at is None:
        for name, value in values.items():
            setattr(latest, name, value)
        latest.save(update_fields=list(values))
        return latest
    if latest is not None and all(getattr(latest, name) == values[name] for name in ("lines", "cases", "credit")):
        raise AlreadyDone(clauses=CLAUSES)
    report: ServiceLevelReport = ServiceLevelReport.objects.create(
        customer_id=contract.customer_id, contract=contract, month=month,
        revision=latest.revision + 1 if latest else 1, **values,
    )  # fmt: skip
    return report


def _figures(contract: Contract, level: ServiceLevel, month: date) -> dict[str, Any]:
    month_measured = queries.measured(contract, level, month)
    base = queries.flat_fees(contract, month)
    granted = service_credits.grant(
        month_measured, level.promise, level.credits, base=base, currency=contract.currency, month=month
    )
    return _stored(contract, level, month, month_measured, granted) | {
        "base": base, "cases": case_queries.targets_of(contract, month)
    }  # fmt: skip


def _stored(
    contract: Contract, level: ServiceLevel, month: date, found: Measured, granted: Granted
) -> dict[str, Any]:  # fmt: skip
    known = {one.public_id: one for one in queries.stood_still(contract, month)}
    return {
        "level": level, "availability": availability.shown(found.availability), "is_met": found.is_met,
        "in_scope_seconds": int(found.in_scope.total_seconds()), "down_seconds": int(found.down.total_seconds()),
        "excluded_seconds": int(found.excluded.total_seconds()), "credit": granted.amount,
        "why": granted.reason.as_json(), "days": [_day(day) for day in found.days],
        "lines": [_line(line, known[line.name]) for line in found.lines],
    }  # fmt: skip


def _day(day: availability.Day) -> dict[str, Any]:
    return {
        "on": day.on.isoformat(), "in_scope": int(day.in_scope.total_seconds()),
        "excluded": int(day.excluded.total_seconds()), "down": int(day.down.total_seconds()),
    }  # fmt: skip


def _line(line: availability.Line, outage: Any) -> dict[str, Any]:
    return {
        "outage": line.name, "cause": outage.cause, "what": outage.what, "treatment": str(line.treatment),
        "starts_at": outage.starts_at.isoformat(), "ends_at": outage.ends_at.isoformat(),
        "counted": int(line.counted.total_seconds()), "excluded": int(line.excluded.total_seconds()),
        **({"ground": outage.ground} if isinstance(outage, Stopped) else {}),
    }  # fmt: skip


def _ask_to_approve(report: ServiceLevelReport, at: datetime) -> None:
    last = last_instant("service_report_days", on=month_end(report.month), at=at)
    title, month = report.contract.title, f"{report.month:%Y-%m}"
    due.open_item(
        TASK, report, about=report.customer, clause="rift/8.1", due_at=max(last, at), warn_at=at, at=at,
        title_ko=f"서비스 수준 보고서 승인: {title} {month}",
        title_en=f"Approve a service level report: {title}, {month}",
    )  # fmt: skip


@enforces("rift/8.1")
@transaction.atomic
def approve(report_id: str, *, reason: str, by: Any, at: datetime) -> ServiceLevelReport:
    """Approve a month as measured: the customer may read it, and what fell short is proposed as a credit.

    A revision proposes only what it gives beyond earlier ones; nothing that was given is taken back. Refuses
    `not_found`, `already_done`.
    """
    found: ServiceLevelReport = ServiceLevelReport.objects.select_related("contract").get_public(report_id)
    locked(found.contract.public_id)
    report: ServiceLevelReport = ServiceLevelReport.objects.locked().get_public(report_id)
    if report.approved_at is not None:
        raise AlreadyDone(clauses=CLAUSES)
    report.approved_by, report.approved_at = audit.actor(by), at
    report.save(update_fields=["approved_by", "approved_at"])
    audit.record("service_level_report.approved", report, by=by, at=at, about=report.customer, reason=reason,
                 clauses=CLAUSES, facts={"availability": report.availability, "credit": report.credit})  # fmt: skip
    due.close_item(TASK, report.public_id, by=by, at=at, outcome=reason or "approved")
    if (more := report.credit - _given_before(report)) > 0:
        credit_service.propose(report, more, by=by, at=at)
    service_letters.report_ready(report, at=at)
    return report


def _given_before(report: ServiceLevelReport) -> Decimal:
    given = (ServiceCreditStatus.PROPOSED, ServiceCreditStatus.APPROVED, ServiceCreditStatus.APPLIED)
    rows = ServiceCredit.objects.filter(contract=report.contract_id, month=report.month, status__in=given)
    total: Decimal = rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return total


def measure_due(*, at: datetime) -> int:
    """Measure last month for every contract that promises availability and has no report of it; returns how many.

    Each contract is a transaction of its own, so a run that was stopped is gone on with.
    """
    month = months_later(month_of(kst_date(at)), -1)
    waiting = [contract for contract in _unmeasured(month) if queries.term_in(contract, month)]
    for contract in waiting:
        measure(contract.public_id, month, by=None, at=at)
    return len(waiting)


def _unmeasured(month: date) -> Sequence[Contract]:
    running = Contract.objects.filter(concluded_at__isnull=False, starts_on__lte=month_end(month), ends_on__gte=month)
    promised = running.filter(service_levels__effective_on__lte=month).exclude(ended_at__lt=month_bounds(month)[0])
    return list(promised.exclude(reports__month=month).distinct().order_by("pk"))

"""What is approved, consented to and shown (rift/10.2, 14.1, 19)."""

from datetime import date

from django.db.models import QuerySet

from contracts.enums import ApprovalKind, ApprovalStatus, ReferenceKind
from contracts.models import Contract, Customer, PriorApproval, ReferencePermission
from contracts.queries.month_fees import last_day_of
from contracts.rules import permissions as rules
from contracts.rules.permissions import Coverage, Grant
from upstage_console.kernel.calendars import kst_date

GIVEN = (ApprovalStatus.APPROVED, ApprovalStatus.ENDED)


def grants_of(contract: Contract) -> list[Grant]:
    """The approvals given under a contract; none outlasts it."""
    over = last_day_of(contract)
    rows = contract.prior_approvals.filter(status__in=GIVEN).order_by("pk")
    return [_grant(row, over) for row in rows]


def _grant(row: PriorApproval, over: date | None) -> Grant:
    assert row.starts_on is not None  # noqa: S101 – a constraint says so
    assert row.ends_on is not None  # noqa: S101
    early = [end for end in (over, kst_date(row.ended_at) if row.ended_at else None) if end is not None]
    return Grant(row.kind, row.to, row.service, row.starts_on, min([row.ends_on, *early]))


def coverage(
    contract: Contract, to: str, service: str, *, on: date, kind: ApprovalKind = ApprovalKind.RESALE
) -> Coverage:
    """Whether a third party's use of a service is approved on a day, and why (rift/10.2)."""
    return rules.covers(grants_of(contract), kind, to, service, on=on)


def approvals_of(contract: Contract) -> QuerySet[PriorApproval]:
    """What was asked for under a contract, newest first."""
    found: QuerySet[PriorApproval] = contract.prior_approvals.order_by("-pk")
    return found


def references_of(contract: Contract) -> QuerySet[ReferencePermission]:
    """What the company asked to show, newest first."""
    found: QuerySet[ReferencePermission] = contract.references.order_by("-pk")
    return found


def is_shown(row: ReferencePermission, *, on: date) -> bool:
    """Whether a consent holds on a day (rift/14.1)."""
    granted = kst_date(row.answered_at) if row.answered_at else None
    return rules.may_show(row.status, granted, row.until_on, on=on)


def may_show(customer: Customer, kind: ReferenceKind, *, on: date) -> bool:
    """Whether the company may show this of a customer to others on a day."""
    rows = ReferencePermission.objects.filter(customer=customer, kind=kind)
    return any(is_shown(row, on=on) for row in rows)

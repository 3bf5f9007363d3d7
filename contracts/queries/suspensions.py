"""What is unpaid past its due day, what stands still of a contract, and what its people may do (rift/4.4, 7.3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate

from billing.enums import InvoiceStatus
from billing.models import FirmInvoice
from contracts.enums import (
    BreachStatus,
    ContractStanding,
    OutageCause,
    Side,
    SuspensionGround,
    SuspensionNoticeStatus,
    SuspensionScope,
    SuspensionStatus,
)
from contracts.models import Breach, Contract, Suspension, SuspensionNotice
from contracts.queries.standing import standing_of
from contracts.rules import availability, suspensions
from contracts.rules.spans import Span
from contracts.rules.suspensions import ServiceAccess
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.clock import KST
from upstage_console.kernel.db import LockingQuerySet


@enforces("rift/7.3")
def overdue(contract: Contract, *, at: datetime) -> QuerySet[FirmInvoice]:
    """The invoices of a contract that are unpaid past their due day.

    Left out are those whose delinquency was annulled, and those disputed by the end of their due day while the dispute
    is not answered.
    """
    mine = FirmInvoice.objects.filter(
        under_contract__contract=contract, status=InvoiceStatus.ISSUED, due_on__lt=kst_date(at),
        delinquency__annulled_at__isnull=True,
    ).annotate(disputed_on=TruncDate("dispute__disputed_at", tzinfo=KST))  # fmt: skip
    is_undisputed = Q(dispute__isnull=True) | Q(dispute__answered_at__isnull=False)
    rows: QuerySet[FirmInvoice] = mine.filter(is_undisputed | Q(disputed_on__gt=F("due_on")))
    return rows.order_by("due_on", "pk")


def demands(contract: Contract) -> QuerySet[Breach]:
    """The company's demands that were received and are not cured, the newest first."""
    rows = contract.breaches.filter(side=Side.COMPANY, status=BreachStatus.RUNNING, received_on__isnull=False)
    return rows.order_by("-pk")


def is_grounded(contract: Contract, notice: SuspensionNotice, *, at: datetime) -> bool:
    """Whether what a notice rests on still holds."""
    if notice.ground == SuspensionGround.UNPAID:
        return overdue(contract, at=at).exists()
    return notice.breach is not None and demands(contract).filter(pk=notice.breach.pk).exists()


def running(contract: Contract) -> LockingQuerySet:
    """What of the service stands still now."""
    rows: LockingQuerySet = contract.suspensions.filter(status=SuspensionStatus.RUNNING).order_by("pk")
    return rows


def service_access(contract: Contract, *, at: datetime) -> ServiceAccess:
    """What the people of a contract may do now: while it is suspended they read and pay (rift/4.4, 7.3)."""
    barred = {name for row in running(contract).filter(scope=SuspensionScope.FUNCTIONS) for name in row.functions}
    return suspensions.access(standing_of(contract, on=kst_date(at)), tuple(sorted(barred)))


@dataclass(frozen=True)
class Limits:
    """What of a service stands still now, and what was announced to stand still, as the portal says on top."""

    running: tuple[Suspension, ...] = ()
    announced: tuple[SuspensionNotice, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.running or self.announced)


def limits_of(contract: Contract, *, at: datetime) -> Limits:
    """What is stopped and what will be; a contract that is over has neither."""
    if standing_of(contract, on=kst_date(at)) in (ContractStanding.EXPIRED, ContractStanding.TERMINATED):
        return Limits()
    told = contract.suspension_notices.filter(status=SuspensionNoticeStatus.TOLD).order_by("from_on", "pk")
    return Limits(tuple(running(contract)), tuple(told))


@dataclass(frozen=True)
class Stopped:
    """A stretch of suspension as a month has it: told like an outage that the customer caused."""

    public_id: str
    ground: SuspensionGround
    starts_at: datetime
    ends_at: datetime
    what: str = ""
    cause: OutageCause = OutageCause.CUSTOMER

    @property
    def as_rule(self) -> availability.Outage:
        """The stretch as the rules take it."""
        return availability.Outage(self.public_id, Span(self.starts_at, self.ends_at), self.cause)


@enforces("rift/8.1")
def stopped_within(contract: Contract, span: Span) -> list[Stopped]:
    """Where the whole service was stopped for the customer's fault: that time is out of the availability's scope.

    Where only functions were limited the rest ran, and is measured.
    """
    rows = contract.suspensions.filter(scope=SuspensionScope.FULL, starts_at__lt=span.end)
    touching = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=span.start))
    return [
        Stopped(
            row.public_id, SuspensionGround(row.ground), row.starts_at, min(row.ended_at or span.end, span.end)
        )
        for row in touching.order_by("starts_at", "pk")
    ]  # fmt: skip

"""Reads of billing runs: which contracts one goes over, what it issued, and what it left out (rift/7.2)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Count, QuerySet, Sum

from contracts.enums import ContractStatus, RunStatus
from contracts.models import BillingRun, Contract, ContractInvoice, RunLeftOut
from upstage_console.kernel.calendars import month_end

BILLED: Final = (ContractStatus.CONCLUDED, ContractStatus.SUSPENDED)
SAMPLES: Final = 20


@dataclass(frozen=True)
class Sums:
    """Invoices of one currency, counted and summed."""

    currency: str
    invoices: int
    subtotal: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True)
class LeftOut:
    """How many contracts were left out for one reason, and the first of them."""

    code: str
    number: int
    first: tuple[RunLeftOut, ...]

    @property
    def more(self) -> int:
        """How many are not among the first."""
        return self.number - len(self.first)


def contracts_of(run: BillingRun) -> QuerySet[Contract]:
    """The contracts that staff named, else all that run on a day of the month and were not terminated."""
    if run.only is not None:
        return Contract.objects.filter(pk__in=run.only)
    return Contract.objects.filter(
        status__in=BILLED, starts_on__lte=month_end(run.month), ends_on__gte=run.month
    )  # fmt: skip


def next_keys(run: BillingRun, most: int) -> list[int]:
    """The keys of the next contracts that the run has not looked at."""
    left = contracts_of(run).filter(pk__gt=run.after).order_by("pk")
    return list(left.values_list("pk", flat=True)[:most])


def counted(run: BillingRun) -> list[Sums]:
    """What would be issued, as it was counted."""
    return [
        Sums(currency, one["invoices"], Decimal(one["subtotal"]), Decimal(one["tax"]),
             Decimal(one["subtotal"]) + Decimal(one["tax"]))
        for currency, one in sorted(run.sums.items())
    ]  # fmt: skip


def issued(run: BillingRun) -> list[Sums]:
    """What was issued so far."""
    rows = ContractInvoice.objects.filter(run=run).values_list("invoice__currency").order_by("invoice__currency")
    sums = {name: Sum(f"invoice__{name}") for name in ("subtotal", "tax", "total")}
    return [Sums(*row) for row in rows.annotate(invoices=Count("pk"), **sums)]


def left_out(run: BillingRun) -> list[LeftOut]:
    """What the count left out or, once invoices are issued, what was left out then; the most frequent reason first."""
    rows = RunLeftOut.objects.filter(run=run, is_counted=run.status not in (RunStatus.ISSUING, RunStatus.DONE))
    codes = rows.values_list("code").annotate(number=Count("pk")).order_by("-number", "code")
    return [LeftOut(code, number, tuple(_first(rows.filter(code=code)))) for code, number in codes]


def _first(rows: QuerySet[RunLeftOut]) -> QuerySet[RunLeftOut]:
    return rows.select_related("contract__customer__firm").order_by("pk")[:SAMPLES]

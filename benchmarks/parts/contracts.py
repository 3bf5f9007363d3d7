"""The billing run over contracts and the watch over open cases, each beside plain SQL that writes the same rows."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import connection

from accounts.models import User
from benchmarks import bulk, contract_filling, jobs, measuring, supporting
from benchmarks.floors import statements
from benchmarks.killing import KILLED_COLUMNS, killed
from benchmarks.results import Found, Ratio, Table
from benchmarks.sizes import Size
from benchmarks.turns import say
from billing.models import FirmInvoice, FirmInvoiceLine, FirmTaxInvoice
from contracts.models import (
    BillingRun,
    ContractInvoice,
    CustomerNotice,
    FeeBilling,
    ServiceCreditUse,
    ServiceLevel,
)
from contracts.services import billing_runs, case_watch, planning, run_batches
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import month_end
from upstage_console.kernel.models import AuditEvent, DueItem, OutboxMessage, Transition

AT: Final = datetime(2027, 3, 3, 3, 0, tzinfo=UTC)
MONTHS: Final = (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1))
OF_PLAIN_SQL, OF_HALF_THE_CONTRACTS = 8.0, 2.2
"""Wanted at most: times the plain statements; and times the time of half the contracts."""
OF_PLAIN_WATCH: Final = 5.0
WRITTEN: Final = (
    FirmInvoice, FirmInvoiceLine, FirmTaxInvoice, ContractInvoice, FeeBilling, ServiceCreditUse, CustomerNotice,
    OutboxMessage, AuditEvent, DueItem, Transition,
)  # fmt: skip
TOLD: Final = (CustomerNotice, OutboxMessage, AuditEvent)
COLUMNS: Final = ("what", "of", "done", "seconds", "floor", "ratio", "statements", "per 1,000")


@dataclass(frozen=True)
class Done:
    """What was measured once, of so many contracts or cases."""

    name: str
    count: int
    done: int
    seconds: float
    floor: float
    statements: int

    def line(self) -> list[str]:
        ratio = f"{self.seconds / self.floor:.1f}" if self.floor else ""
        floor = f"{self.floor:.2f}" if self.floor else ""
        each = self.statements / max(self.done, 1) * 1000
        return [
            self.name, f"{self.count:,}", f"{self.done:,}", f"{self.seconds:.2f}", floor, ratio, f"{self.statements:,}",
            f"{each:.1f}",
        ]  # fmt: skip


def measured(size: Size, existing: int) -> Found:
    """Half the contracts are billed for a month, all of them for the next, and the third run is killed half-way."""
    with clock.fixed(AT):
        run = _Contracts(existing)
        half, whole, stopped = run.billed()
        watched = _watched(size.cases)
    ratios = [
        Ratio("Billing contracts beside plain SQL", whole.floor, whole.seconds, "s", OF_PLAIN_SQL, less_is_better=True),
        Ratio("Billing twice the contracts", half.seconds, whole.seconds, "s", OF_HALF_THE_CONTRACTS,
              less_is_better=True),
        Ratio(f"Watching {watched.count:,} cases beside plain SQL", watched.floor, watched.seconds, "s",
              OF_PLAIN_WATCH, less_is_better=True),
    ]  # fmt: skip
    title = f"Contracts billed, and cases watched, in batches of {run_batches.CONTRACTS_AT_A_TIME:,} and more"
    lines = [one.line() for one in (*run.counts, half, whole, watched)]
    tables = [
        Table(title, COLUMNS, lines),
        Table("A billing run killed half-way and gone on with", KILLED_COLUMNS, [stopped]),
    ]
    return Found("contracts", existing, ratios, tables)


class _Contracts:
    """Contracts that are billed month by month."""

    def __init__(self, count: int) -> None:
        self.amy, self.ben = (
            User.objects.create(email=f"{name}@staff.example", is_staff=True) for name in ("amy", "ben")
        )
        say(f"contracts: filling {count:,}")
        self.contracts = contract_filling.in_force(count, MONTHS, by=self.amy)
        self.promised = contract_filling.levels(self.contracts, MONTHS[0], by=self.amy)
        self.counts: list[Done] = []
        with connection.cursor() as cursor:
            cursor.execute(statements.BILLING_SCHEMA)

    def billed(self) -> tuple[Done, Done, list[str]]:
        half = self.contracts[: len(self.contracts) // 2]
        some = self.month(MONTHS[0], [one.public_id for one in half], self.promised[: len(self.promised) // 2])
        whole = self.month(MONTHS[1], [], self.promised)
        return some, whole, self.killed(MONTHS[2])

    def month(self, month: date, only: list[str], promised: list[ServiceLevel]) -> Done:
        """Count and bill a month; billed again, it finds nothing."""
        number = len(only) or len(self.contracts)
        run = self.counted(month, only, promised)
        billing_runs.start(run.public_id, by=self.amy, at=AT)
        before = {model: measuring.last_of(model) for model in WRITTEN}
        seconds, sent = _timed(lambda: run_batches.go_through(run.public_id, at=AT))
        floor = _owed(month) * number / len(self.contracts)
        floor += sum(measuring.floor_of(model, last) for model, last in before.items())
        made = run.invoices.count()
        assert made == number, (month, made)
        return Done(f"billing run, {month:%Y-%m}", number, made, seconds, floor, sent)

    def counted(self, month: date, only: list[str], promised: list[ServiceLevel]) -> BillingRun:
        contract_filling.credits(promised, month, proposer=self.amy, approver=self.ben)
        planning.open_due(at=AT)
        bulk.settle()
        run = billing_runs.ask(month, only, by=self.amy, at=AT)
        seconds, sent = _timed(lambda: run_batches.go_through(run.public_id, at=AT))
        run.refresh_from_db()
        number = int(run.sums["KRW"]["invoices"])
        self.counts.append(Done(f"counted only, {month:%Y-%m}", run.looked_at or number, number, seconds, 0, sent))
        return run

    def killed(self, month: date) -> list[str]:
        run = self.counted(month, [], self.promised)
        billing_runs.start(run.public_id, by=self.amy, at=AT)
        return killed("billing run", AT, run.invoices.count, len(self.contracts)).line()


def _owed(month: date) -> float:
    """How long one statement takes to sum up the fees of all contracts."""
    with connection.cursor() as cursor:
        cursor.execute(statements.EMPTY_OWED)
        begun = time.perf_counter()
        cursor.execute(statements.OWED, {"first": month, "last": month_end(month)})
        return time.perf_counter() - begun


def _watched(cases: int) -> Done:
    """As many open cases, whose answers are all missed in one night; each of their clocks is warned of as well."""
    say(f"contracts: filling {cases:,} cases")
    due_at = AT + timedelta(days=20)
    policies = supporting.customers(max(cases // supporting.OF_A_CUSTOMER, 1), at=AT)
    supporting.open_cases(policies, opened_at=due_at - timedelta(hours=2), due_at=due_at)
    bulk.settle()
    late = due_at + timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.execute(statements.CLOCKS)
        cursor.execute("ANALYZE floor_clock")
        before = {model: measuring.last_of(model) for model in TOLD}
        found: list[int] = []
        seconds, sent = _timed(lambda: found.append(case_watch.watch(at=late)))
        begun = time.perf_counter()
        for statement in statements.WATCHED:
            cursor.execute(statement, {"at": late})
        floor = time.perf_counter() - begun
    floor += sum(measuring.floor_of(model, last) for model, last in before.items())
    count = len(policies) * supporting.OF_A_CUSTOMER
    assert found == [2 * count], found
    assert jobs.run("targets of cases", late) == 0
    return Done("targets of open cases: warned of and missed", count, found[0], seconds, floor, sent)


def _timed(work: Callable[[], object]) -> tuple[float, int]:
    """How long it takes, and how many statements it sends."""
    with measuring.counted() as counter:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun, counter.count

"""What scenarios can do with customers and contracts."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billing.services.firms import FirmData
from contracts.enums import FeeKind
from contracts.models import Contract
from contracts.queries.month_fees import next_invoice_on
from contracts.queries.standing import standing_of
from contracts.services import customers, drafting, seats
from contracts.services.drafting import Draft, FeeLine
from upstage_console.kernel.models import DueItem
from upstage_console.scenarios.arguments import Choice, Date, Fields, ListOf, Name, NewName, Number, Text, Whole
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_CUSTOMER = Name("customer", required=True)
A_CONTRACT = Name("contract", required=True)
A_BUSINESS_NUMBER = "931-81-42931"
A_FEE = Fields(
    {
        "kind": Choice(*FeeKind.values, required=True), "amount": Number(required=True), "prepaid": Whole(),
        "included": Number(), "milestone": Text(default=""),
    }
)  # fmt: skip


@action(
    "customer",
    {
        "customer": NewName("customer", required=True), "business_number": Text(default=A_BUSINESS_NUMBER),
        "invoices_unpaid": Number(default=Decimal(0)), "credit_limit": Number(),
    },
)  # fmt: skip
def customer(
    world: World, *, customer: str, business_number: str, invoices_unpaid: Decimal, credit_limit: Decimal | None
) -> Result:
    """Take a firm on as a customer."""
    made = customers.register(
        FirmData(name=customer, business_number=business_number), credit_limit=credit_limit,
        unpaid_before=invoices_unpaid, by=world.staff("amy"), at=world.now,
    )  # fmt: skip
    world.name("customer", customer, made.public_id)
    return {"status": made.status, "clauses": ["rift/2.2"]}


@action(
    "draft_contract",
    {
        "customer": A_CUSTOMER, "starts": Date(), "ends": Date(), "months": Whole(), "late_rate": Number(),
        "payment_days": Whole(), "fees": ListOf(A_FEE, required=True), "as": NewName("contract", required=True),
    },
)  # fmt: skip
def draft_contract(
    world: World, *, customer: str, starts: date | None, ends: date | None, months: int | None,
    late_rate: Decimal | None, payment_days: int | None, fees: Sequence[Mapping[str, Any]], as_: str,
) -> Result:  # fmt: skip
    """Staff draft a contract."""
    given = Draft(
        title=as_, starts_on=starts, ends_on=ends, months=months, late_rate=late_rate, payment_days=payment_days,
        fees=[FeeLine(**fee) for fee in fees],
    )  # fmt: skip
    made = drafting.draft(customer, given, by=world.staff("amy"), at=world.now)
    world.name("contract", as_, made.public_id)
    return {"contract": as_, "ends_on": made.ends_on, "clauses": ["rift/15.1"]}


@action("show_contract", {"contract": A_CONTRACT})
def show_contract(world: World, *, contract: str) -> Result:
    """How a contract stands, and what is due about it."""
    row = Contract.objects.get_public(contract)
    tasks = DueItem.objects.filter(subject=contract, state__in=DueItem.OPEN_STATES).order_by("due_at", "id")
    return {
        "status": standing_of(row, on=world.today), "ends_on": row.ends_on,
        "seats": seats.count(row, at=world.now), "next_invoice_on": next_invoice_on(row),
        "tasks": list(tasks.values_list("kind", flat=True)), "clauses": ["rift/15.1"],
    }  # fmt: skip

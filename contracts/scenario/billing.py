"""What scenarios can do with fees, invoices and users of contracts."""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.enums import InvoiceStatus
from billing.models import FirmInvoice
from billing.queries.firm_debts import debt_of
from contracts.enums import DocumentStatus, SeatRole
from contracts.models import Contract, ContractInvoice
from contracts.rules.endings import DELINQUENCIES_TO_TERMINATE
from contracts.scenario.agreeing import on_paper
from contracts.services import changing, delinquencies, invoicing, paying, seats
from contracts.services.changing import NewAmount
from upstage_console.kernel.db import new_id
from upstage_console.scenarios.arguments import Choice, Date, Flag, Month, Name, NewName, Number, Text
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_CONTRACT = Name("contract", required=True)
AN_INVOICE = Name("contract_invoice", required=True)


@action(
    "issue_contract_invoice",
    {"contract": A_CONTRACT, "month": Month(), "amount": Number(), "as": NewName("contract_invoice")},
)
def issue_contract_invoice(
    world: World, *, contract: str, month: date | None, amount: Decimal | None, as_: str | None
) -> Result:
    """Staff issue the invoice of a month, or of one amount."""
    amy = world.staff("amy")
    if month is not None:
        made = invoicing.issue_month(contract, month, by=amy, at=world.now)
    else:
        made = invoicing.issue_amount(
            contract, amount or Decimal(0), what_ko="이용료", what_en="Fee", by=amy, at=world.now
        )
    world.name("contract_invoice", as_, made.invoice.public_id)
    return _shown(made)


def _shown(made: ContractInvoice) -> dict[str, Any]:
    invoice = made.invoice
    lines = invoice.lines.order_by("position")
    tax = getattr(invoice, "tax_invoice", None)
    return {
        "lines": [{"kind": line.kind, "amount": line.charged, "why": line.why.get("en")} for line in lines],
        "number": invoice.number, "subtotal": invoice.subtotal, "tax": invoice.tax, "total": invoice.total,
        "issue_by": tax.issue_by if tax else None, "clauses": invoicing.CLAUSES,
    }  # fmt: skip


@action("receive_invoice", {"contract": A_CONTRACT, "invoice": AN_INVOICE})
def receive_invoice(world: World, *, contract: str, invoice: str) -> Result:
    """The customer receives an invoice today."""
    done = paying.receive(contract, invoice, on=world.today, by=world.staff("amy"), at=world.now)
    return {"due_on": done.due_on, "why": done.why_due["en"], "clauses": done.why_due["clauses"]}


@action("pay_contract_invoice", {"contract": A_CONTRACT, "invoice": AN_INVOICE, "amount": Number()})
def pay_contract_invoice(world: World, *, contract: str, invoice: str, amount: Decimal | None) -> Result:
    """Money comes in for an invoice: all that is due, or an amount."""
    paying.pay(contract, invoice, amount=amount, key=new_id().hex, by=world.staff("amy"), at=world.now)
    row = FirmInvoice.objects.get_public(invoice)
    owed = debt_of(row, today=world.today)
    status = "paid" if row.status == InvoiceStatus.PAID else "partly_paid"
    return {"status": status, "interest": owed.accrued, "due": owed.total, "clauses": ["rift/7.3"]}


@action(
    "dispute_contract_invoice",
    {"contract": A_CONTRACT, "invoice": AN_INVOICE, "reason": Text(required=True)},
)
def dispute_contract_invoice(world: World, *, contract: str, invoice: str, reason: str) -> Result:
    """The customer disputes an invoice."""
    paying.dispute(contract, invoice, reason=reason, by=world.staff("amy"), at=world.now)
    return {"clauses": ["rift/7.3"]}


@action("annul_delinquency", {"contract": A_CONTRACT, "invoice": AN_INVOICE, "reason": Text(required=True)})
def annul_delinquency(world: World, *, contract: str, invoice: str, reason: str) -> Result:
    """Staff annul a delinquency."""
    delinquencies.annul(contract, invoice, reason=reason, by=world.staff("amy"), at=world.now)
    return {"clauses": ["rift/7.3"]}


@action("delinquencies", {"contract": A_CONTRACT})
def delinquencies_of(world: World, *, contract: str) -> Result:
    """How many delinquencies count, and whether the company may terminate."""
    number = delinquencies.count(Contract.objects.get_public(contract))
    may = number >= DELINQUENCIES_TO_TERMINATE
    return {"count": number, "may_terminate": may, "clauses": ["rift/7.3"]}


@action("settle_fee", {"contract": A_CONTRACT, "amount": Number(required=True)})
def settle_fee(world: World, *, contract: str, amount: Decimal) -> Result:
    """A fee is billed and paid at once."""
    made = paying.settle_fee(contract, amount, by=world.staff("amy"), at=world.now)
    return _shown(made)


@action(
    "change_order",
    {
        "contract": A_CONTRACT, "fee": Text(required=True), "amount": Number(required=True),
        "from": Date(required=True), "approved": Flag(default=False),
    },
)  # fmt: skip
def change_order(world: World, *, contract: str, fee: str, amount: Decimal, from_: date, approved: bool) -> Result:
    """Staff offer another amount for a fee; where it is approved both sides sign."""
    row = Contract.objects.get_public(contract)
    position = row.fees.filter(kind=fee).order_by("position").values_list("position", flat=True)[0]
    change = NewAmount(position, amount, from_)
    made = changing.offer_change(contract, change, by=world.staff("amy"), at=world.now)
    if approved:
        on_paper(world, made.document)
    made.document.refresh_from_db()
    is_bound = made.document.status in (DocumentStatus.SIGNED, DocumentStatus.ACCEPTED)
    return {"status": "approved" if is_bound else "proposed", "clauses": ["rift/5.2", "rift/7.1"]}


@action(
    "promotion",
    {"contract": A_CONTRACT, "discount_percent": Number(required=True), "until": Date(required=True)},
)
def promotion(world: World, *, contract: str, discount_percent: Decimal, until: date) -> Result:
    """Staff take so many percent off the monthly fees until a day."""
    changing.promote(contract, discount_percent, until=until, by=world.staff("amy"), at=world.now)
    return {"clauses": ["rift/14.3"]}


@action("accept_milestone", {"contract": A_CONTRACT, "milestone": Text(required=True)})
def accept_milestone(world: World, *, contract: str, milestone: str) -> Result:
    """The customer accepts a milestone."""
    changing.accept_milestone(contract, milestone, by=world.staff("amy"), at=world.now)
    return {"clauses": ["rift/7.1"]}


@action(
    "add_user",
    {
        "contract": A_CONTRACT, "user": Text(required=True),
        "role": Choice(*SeatRole.values, default=SeatRole.USER),
    },
)  # fmt: skip
def add_user(world: World, *, contract: str, user: str, role: str) -> Result:
    """Somebody of the customer gets a seat."""
    seats.add(contract, user, SeatRole(role), by=world.staff("amy"), at=world.now)
    return _seats(world, contract)


@action("remove_user", {"contract": A_CONTRACT, "user": Text(required=True)})
def remove_user(world: World, *, contract: str, user: str) -> Result:
    """Somebody's seat is taken back."""
    seats.remove(contract, user, by=world.staff("amy"), at=world.now)
    return _seats(world, contract)


def _seats(world: World, contract: str) -> dict[str, Any]:
    number = seats.count(Contract.objects.get_public(contract), at=world.now)
    return {"seats": number, "clauses": ["rift/6.1"]}

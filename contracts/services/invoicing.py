"""Invoices of contracts: issued by staff for a month or an amount; the system only tells what can be issued (7.1, 7.2).

One line for each fee in the contract's order, then one for approved credits of shortfalls. A month is billed once. One
contract is billed by the same statements as many (`billing_runs`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from billing.enums import FirmLineKind
from billing.rules.interest import STATUTORY_PERCENT
from billing.services import documents, firm_invoices
from billing.services.firm_invoices import FirmBill, FirmPart
from contracts.enums import FeeKind
from contracts.errors import NothingToBill, NotInForce
from contracts.models import BillingRun, Contract, ContractFee, ContractInvoice, FeeBilling, ServiceCredit
from contracts.queries.fee_basis import Basis, read
from contracts.queries.governing import governing_each
from contracts.queries.month_fees import ONCE, DueFee, days_in, due_of
from contracts.queries.service_levels import open_credits
from contracts.queries.standing import require_concluded, standing_of
from contracts.rules.service_credits import allot
from contracts.services import drafting, letters, service_credits
from contracts.services.invoice_lines import letters_of, part_of, part_of_credits
from contracts.services.service_credits import Taking
from upstage_console.kernel import audit, due, money, outbox, policy
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, Refusal
from upstage_console.kernel.inserting import insert_all

TASK: Final = "contract_invoice"
CLAUSES: Final = ["rift/7.1", "rift/7.2"]

policy.reading(
    "late_interest_percent",
    int(STATUTORY_PERCENT),
    clause="rift/7.3",
    why_ko="이율을 정하지 않은 계약에는 상사법정이율 연 6%를 적용합니다(상법 제54조).",
    why_en="Where a contract names no rate, the statutory 6 % a year holds (Commercial Act, Article 54).",
    valid=lambda value: type(value) in (int, float) and 0 <= value <= 20,
)

Credits = Mapping[int, Sequence[tuple[ServiceCredit, Decimal]]]
"""By contract, the credits that its invoice takes, and how much of each."""


@dataclass(frozen=True)
class Bill:
    """What one contract is to be billed: lines before credits, the month they are for, and the fees that then count."""

    contract: Contract
    parts: Sequence[FirmPart]
    month: date | None = None
    fees: Sequence[DueFee] = ()
    key: str | None = None

    @property
    def net(self) -> Decimal:
        """What the lines charge before credits, without tax."""
        return sum((part.charged for part in self.parts), Decimal(0))


@enforces("rift/7.1", "rift/7.2")
@transaction.atomic
def issue_month(contract_id: str, month: date, *, by: Any, at: datetime, reason: str = "") -> ContractInvoice:
    """Issue what a contract owes for a month.

    Refuses `not_found`, `not_concluded`, `not_active` for a month outside the term or after termination,
    `already_done` where it was billed, `nothing_to_bill`.
    """
    (bill,) = month_bills([drafting.locked(contract_id)], month_of(month), at=at)
    if isinstance(bill, Refusal):
        raise bill
    return issue_months([bill], month_of(month), by=by, at=at, reason=reason)[0]


def month_bills(contracts: Sequence[Contract], month: date, *, at: datetime) -> list[Bill | Refusal]:
    """What each contract owes for a month, or why it is not billed; nothing is written, a fixed number of statements.

    Refusals are those of `issue_month`.
    """
    return [_bill_or_refusal(basis, month, at) for basis in read(contracts, month)]


def _bill_or_refusal(basis: Basis, month: date, at: datetime) -> Bill | Refusal:
    try:
        return _month_bill(basis, month, at)
    except Refusal as refusal:
        return refusal


def _month_bill(basis: Basis, month: date, at: datetime) -> Bill:
    require_concluded(basis.contract)
    days = days_in(basis.contract, month)
    if days is None:
        raise _outside(basis.contract, month)
    fees = due_of(basis, month, over_on=kst_date(at))
    if not fees:
        raise _nothing(basis, days)
    return _of_fees(basis.contract, fees, month)


def _outside(contract: Contract, on: date) -> NotInForce:
    return NotInForce(facts={"contract": contract.title, "on": on, "standing": standing_of(contract, on=on).label})


def _nothing(basis: Basis, days: tuple[date, date]) -> Refusal:
    if any(one.from_on <= days[1] and one.until_on >= days[0] for one in basis.billings):
        return AlreadyDone(clauses=CLAUSES)
    return NothingToBill(facts={"contract": basis.contract.title})


def _of_fees(contract: Contract, fees: Sequence[DueFee], month: date) -> Bill:
    return Bill(contract, [part_of(line) for line in fees], month, fees)


def post(contract: Contract, fees: Sequence[DueFee], month: date, *, by: Any, at: datetime) -> ContractInvoice:
    """Issue these fees on one invoice, in the caller's transaction; what is billed is written down with it."""
    return issue_all([_of_fees(contract, fees, month)], by=by, at=at)[0]


@enforces("rift/7.1", "rift/7.2")
@transaction.atomic
def issue_amount(
    contract_id: str, amount: Decimal, *, what_ko: str, what_en: str, by: Any, at: datetime, reason: str = "",
    key: str | None = None,
) -> ContractInvoice:  # fmt: skip
    """Issue an invoice for one agreed amount, without tax, apart from the monthly fees; the same key issues it once.

    Refuses `not_found`, `not_concluded`, `not_active` outside of the term, `invalid_amount`.
    """
    contract = drafting.locked(contract_id)
    first = ContractInvoice.objects.filter(contract=contract, invoice__key=key).first() if key else None
    if first is not None:
        return first
    require_concluded(contract)
    today = kst_date(at)
    if days_in(contract, month_of(today)) is None:
        raise _outside(contract, today)
    if amount <= 0 or money.charged(amount, contract.currency) != amount:
        raise InvalidAmount(facts={"amount": amount})
    part = FirmPart(FirmLineKind.FEE, what_ko, what_en, Decimal(1), amount, amount, amount)
    return issue_all([Bill(contract, [part], key=key)], by=by, at=at, reason=reason)[0]


@enforces("rift/7.1", "rift/7.2")
def issue_months(
    bills: Sequence[Bill], month: date, *, by: Any, at: datetime, reason: str = "", run: BillingRun | None = None
) -> list[ContractInvoice]:  # fmt: skip
    """Issue what contracts owe for a month, each once, after they were locked; the tasks to do so are done."""
    made = issue_all(bills, by=by, at=at, reason=reason, run=run)
    outcomes = {
        task_key(one.contract, month, is_over=is_over): one.invoice.number for one in made for is_over in (True, False)
    }
    late = {
        milestone_key(line.fee): one.invoice.number
        for bill, one in zip(bills, made, strict=True) for line in bill.fees if line.fee.kind == FeeKind.PROJECT
    }  # fmt: skip
    due.close_all(TASK, outcomes | late, by=by, at=at)
    return made


def issue_all(
    bills: Sequence[Bill], *, by: Any, at: datetime, reason: str = "", run: BillingRun | None = None
) -> list[ContractInvoice]:  # fmt: skip
    """Issue one invoice for each bill, less the contract's open credits, and tell the customers.

    In the caller's transaction, after the contracts were locked, each once; a fixed number of statements.
    """
    require_transaction()
    credits = credits_for(bills)
    asked = firm_bills(bills, credits, at=at)
    firms = [bill.contract.customer.firm for bill in bills]
    invoices = firm_invoices.issue_all(list(zip(firms, asked, strict=True)), by=by, at=at, reason=reason)
    made = insert_all(
        ContractInvoice(customer_id=bill.contract.customer_id, contract=bill.contract, invoice=invoice,
                        month=bill.month, run=run)
        for bill, invoice in zip(bills, invoices, strict=True)
    )  # fmt: skip
    _take_credits(made, credits, by, at)
    _note_billings(bills, made)
    _tell(made, by, at, reason)
    return made


def credits_for(bills: Sequence[Bill]) -> Credits:
    """The approved credits of shortfalls that each bill takes, the earliest first; the rest is carried on (8.1)."""
    found: dict[int, list[ServiceCredit]] = {bill.contract.pk: [] for bill in bills}
    rows = open_credits(*(bill.contract for bill in bills)).select_related("report", "customer")
    for credit in rows:
        found[credit.contract_id].append(credit)
    return {bill.contract.pk: _allotted(found[bill.contract.pk], bill.net) for bill in bills}


def _allotted(credits: Sequence[ServiceCredit], net: Decimal) -> list[tuple[ServiceCredit, Decimal]]:
    parts = allot([credit.left for credit in credits], net)
    return [(credit, part) for credit, part in zip(credits, parts, strict=True) if part > 0]


def firm_bills(bills: Sequence[Bill], credits: Credits, *, at: datetime) -> list[FirmBill]:
    """The invoices as they will be issued: with what credits take off, and the rate for late payment."""
    rates = _late_percents([bill.contract for bill in bills], at)
    found = []
    for bill in bills:
        taken = credits[bill.contract.pk]
        parts = [*bill.parts, *([part_of_credits(taken)] if taken else [])]
        month = bill.month or month_of(kst_date(at))
        found.append(FirmBill(parts, month, rates[bill.contract.pk], bill.contract.currency, bill.key))
    return found


def _late_percents(contracts: Sequence[Contract], at: datetime) -> dict[int, Decimal]:
    """The rates for late payment: what governs on the day, else the contract's own, else the statutory one (7.3)."""
    governing = governing_each(contracts, "late_rate", on=kst_date(at))
    statutory = policy.value("late_interest_percent", at=at)
    found = {}
    for contract in contracts:
        said = governing[contract.pk]
        agreed = contract.late_rate if said is None else said.value
        found[contract.pk] = Decimal(str(statutory if agreed is None else agreed))
    return found


def _take_credits(made: Sequence[ContractInvoice], credits: Credits, by: Any, at: datetime) -> None:
    takings = [Taking(credit, part, one.invoice) for one in made for credit, part in credits[one.contract_id]]
    service_credits.apply_all(takings, by=by, at=at)


def _note_billings(bills: Sequence[Bill], made: Sequence[ContractInvoice]) -> None:
    """Write down which fees were billed for which days: what keeps them from being billed again."""
    insert_all(
        FeeBilling(
            customer_id=one.customer_id, contract=one.contract, fee=line.fee, invoice=one.invoice,
            month=month_of(line.from_on), from_on=line.from_on, until_on=line.until_on, charged=line.billed.charged,
            is_once=line.fee.kind in ONCE,
        )
        for bill, one in zip(bills, made, strict=True) for line in bill.fees
    )  # fmt: skip


def _tell(made: Sequence[ContractInvoice], by: Any, at: datetime, reason: str) -> None:
    deeds = [{"action": "contract.invoiced", "subject": one.contract, "about": one.contract.customer, "reason": reason,
              "clauses": CLAUSES, "facts": {"number": one.invoice.number, "total": one.invoice.total}}
             for one in made]  # fmt: skip
    audit.record_all(deeds, by=by, at=at)
    letters.tell(letters_of(made, CLAUSES), at=at)
    files = ((one.invoice.public_id, {"invoice": one.invoice.public_id, "at": at.isoformat()})
             for one in made if one.invoice.total)  # fmt: skip
    outbox.put_all(documents.FIRM_INVOICE_AHEAD, files, at=at)


def task_key(contract: Contract, month: date, *, is_over: bool) -> str:
    """The name of the task to issue a month, or what of it is billed ahead."""
    return f"{contract.public_id}:{month:%Y-%m}{'' if is_over else ':ahead'}"


def milestone_key(fee: ContractFee) -> str:
    """The name of the task to bill a milestone that was accepted after the contract's last day."""
    return f"{fee.contract.public_id}:milestone:{fee.position}"

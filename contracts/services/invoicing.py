"""Invoices of contracts: issued by staff for a month or an amount; the system only tells what can be issued (7.1, 7.2).

One line for each fee in the contract's order, then one for approved credits of shortfalls. A month is billed once.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import FirmLineKind
from billing.models import FirmInvoice
from billing.rules.interest import STATUTORY_PERCENT
from billing.services import firm_invoices
from billing.services.firm_invoices import FirmBill, FirmPart
from contracts.enums import FeeKind
from contracts.errors import NothingToBill, NotInForce
from contracts.models import Contract, ContractInvoice, FeeBilling, ServiceCredit
from contracts.queries.governing import governing_value
from contracts.queries.month_fees import ONCE, DueFee, days_in, due_fees
from contracts.queries.service_levels import open_credits
from contracts.queries.standing import require_concluded, standing_of
from contracts.rules.service_credits import allot
from contracts.services import drafting, letters, service_credits
from upstage_console.kernel import audit, due, money, policy
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, Refusal
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.money import Money

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


@enforces("rift/7.1", "rift/7.2")
@transaction.atomic
def issue_month(contract_id: str, month: date, *, by: Any, at: datetime, reason: str = "") -> ContractInvoice:
    """Issue what a contract owes for a month.

    Refuses `not_found`, `not_concluded`, `not_active` for a month outside the term or after termination,
    `already_done` where it was billed, `nothing_to_bill`.
    """
    contract, month = drafting.locked(contract_id), month_of(month)
    require_concluded(contract)
    days = days_in(contract, month)
    if days is None:
        raise _outside(contract, month)
    fees = due_fees(contract, month, over_on=kst_date(at))
    if not fees:
        raise _nothing(contract, days)
    made = post(contract, fees, month, by=by, at=at, reason=reason)
    _close_tasks(contract, month, by, at, made.invoice.number)
    return made


def _outside(contract: Contract, on: date) -> NotInForce:
    return NotInForce(facts={"contract": contract.title, "on": on, "standing": standing_of(contract, on=on).label})


def _nothing(contract: Contract, days: tuple[date, date]) -> Refusal:
    rows = FeeBilling.objects.filter(contract=contract, from_on__lte=days[1], until_on__gte=days[0])
    return AlreadyDone(clauses=CLAUSES) if rows.exists() else NothingToBill(facts={"contract": contract.title})


def post(
    contract: Contract, fees: Sequence[DueFee], month: date, *, by: Any, at: datetime, reason: str = ""
) -> ContractInvoice:  # fmt: skip
    """Issue these fees on one invoice, in the caller's transaction; what is billed is written down with it."""
    made = _issue(contract, [part_of(line) for line in fees], month, by=by, at=at, reason=reason)
    FeeBilling.objects.bulk_create(
        FeeBilling(
            customer_id=contract.customer_id, contract=contract, fee=line.fee, invoice=made.invoice,
            month=month_of(line.from_on), from_on=line.from_on, until_on=line.until_on, charged=line.billed.charged,
            is_once=line.fee.kind in ONCE,
        )
        for line in fees
    )  # fmt: skip
    return made


@enforces("rift/7.1", "rift/7.2")
@transaction.atomic
def issue_amount(
    contract_id: str, amount: Decimal, *, what_ko: str, what_en: str, by: Any, at: datetime, reason: str = ""
) -> ContractInvoice:  # fmt: skip
    """Issue an invoice for one agreed amount, without tax, apart from the monthly fees.

    Refuses `not_found`, `not_concluded`, `not_active` outside of the term, `invalid_amount`.
    """
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    today = kst_date(at)
    if days_in(contract, month_of(today)) is None:
        raise _outside(contract, today)
    if amount <= 0 or money.charged(amount, contract.currency) != amount:
        raise InvalidAmount(facts={"amount": amount})
    part = FirmPart(FirmLineKind.FEE, what_ko, what_en, Decimal(1), amount, amount, amount)
    return _issue(contract, [part], None, by=by, at=at, reason=reason)


def _issue(
    contract: Contract, parts: Sequence[FirmPart], month: date | None, *, by: Any, at: datetime, reason: str
) -> ContractInvoice:  # fmt: skip
    credits = _credits_for(contract, sum((part.charged for part in parts), Decimal(0)))
    lines = [*parts, *([_credit_line(contract, credits)] if credits else [])]
    bill = FirmBill(lines, month or month_of(kst_date(at)), percent_late_of(contract, at), contract.currency)
    invoice = firm_invoices.issue(contract.customer.firm, bill, by=by, at=at, reason=reason)
    for credit, amount in credits:
        service_credits.apply(credit.public_id, amount=amount, invoice=invoice, by=by, at=at)
    made: ContractInvoice = ContractInvoice.objects.create(
        customer_id=contract.customer_id, contract=contract, invoice=invoice, month=month
    )
    audit.record("contract.invoiced", contract, by=by, at=at, about=contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"number": invoice.number, "total": invoice.total})  # fmt: skip
    _tell(contract, invoice, at)
    return made


def _credits_for(contract: Contract, net: Decimal) -> list[tuple[ServiceCredit, Decimal]]:
    """The approved credits of shortfalls that this invoice takes, the earliest first; the rest is carried on (8.1)."""
    found = list(open_credits(contract))
    parts = allot([credit.left for credit in found], net)
    return [(credit, part) for credit, part in zip(found, parts, strict=True) if part > 0]


def _credit_line(contract: Contract, credits: Sequence[tuple[ServiceCredit, Decimal]]) -> FirmPart:
    months = ", ".join(f"{credit.month:%Y-%m}" for credit, _part in credits)
    off = -sum((part for _credit, part in credits), Decimal(0))
    why = {language: "; ".join(credit.report.why[language] for credit, _part in credits) for language in ("ko", "en")}
    reason = Reason(("rift/8.1",), why["ko"], why["en"], {"months": months})
    return FirmPart(
        FirmLineKind.SLA_CREDIT, f"서비스 수준 미달 공제 ({months})", f"Credit for a shortfall ({months})",
        Decimal(1), off,
        off, off, reason.as_json(),
    )  # fmt: skip


def percent_late_of(contract: Contract, at: datetime) -> Decimal:
    """The rate for late payment: what governs on the day, else what the contract says, else the statutory one (7.3)."""
    agreed = governing_value(contract, "late_rate", on=kst_date(at), default=contract.late_rate)
    return Decimal(str(policy.value("late_interest_percent", at=at) if agreed is None else agreed))


WORDS: Final = {
    FeeKind.FLAT: ("정액 이용료", "Flat monthly fee"), FeeKind.SEAT: ("사용자별 이용료", "Fee per user"),
    FeeKind.PROJECT: ("프로젝트 대금", "Project"), FeeKind.USAGE: ("사용량 요금", "Use"),
    FeeKind.STARTUP: ("착수비", "Start-up fee"),
}  # fmt: skip


def part_of(line: DueFee) -> FirmPart:
    """A line as the invoice shows it: what the contract calls the fee, and its days."""
    ko, en = WORDS[FeeKind(line.fee.kind)]
    days = "" if line.fee.kind in ONCE else f" ({line.from_on:%Y-%m-%d} – {line.until_on:%Y-%m-%d})"
    name = f" {line.fee.what or line.fee.milestone}".rstrip()
    found = line.billed
    return FirmPart(
        FirmLineKind(line.fee.kind), f"{ko}{name}{days}", f"{en}{name}{days}", found.quantity, found.unit_price,
        found.amount, found.charged, found.reason.as_json(),
    )  # fmt: skip


def _tell(contract: Contract, invoice: FirmInvoice, at: datetime) -> None:
    text = notices.compose(
        _("Invoice %(number)s for “%(contract)s”"),
        _("%(total)s with tax. The days to pay run from the day on which you receive it."),
        number=invoice.number, contract=contract.title, total=Money(invoice.total, invoice.currency),
    )  # fmt: skip
    key = f"invoice:{invoice.public_id}"
    letters.tell([letters.Letter(contract.customer_id, contract.pk, "invoice", text, key, CLAUSES)], at=at)


def task_key(contract: Contract, month: date, *, is_over: bool) -> str:
    """The name of the task to issue a month, or what of it is billed ahead."""
    return f"{contract.public_id}:{month:%Y-%m}{'' if is_over else ':ahead'}"


def _close_tasks(contract: Contract, month: date, by: Any, at: datetime, outcome: str) -> None:
    keys = [task_key(contract, month, is_over=is_over) for is_over in (True, False)]
    open_items = DueItem.objects.filter(kind=TASK, key__in=keys, closed_at__isnull=True)
    for key in open_items.values_list("key", flat=True):
        due.close_item(TASK, key, by=by, at=at, outcome=outcome)

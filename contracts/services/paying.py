"""Invoices of contracts after they were issued: received, disputed, paid, answered (rift/7.2, 7.3)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import InvoiceStatus
from billing.models import FirmInvoice, FirmPayment
from billing.queries.firm_debts import debt_of
from billing.services import firm_invoices
from billing.services.firm_invoices import Transfer
from contracts.models import Contract, ContractInvoice, InvoiceDispute
from contracts.queries.governing import governing
from contracts.services import delinquencies, drafting, invoicing, letters, suspending
from contracts.services.deadlines import last_instant
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.money import Money

RECEIPT: Final = "rift/7.2"
LATE: Final = "rift/7.3"
DISPUTE_TASK: Final = "invoice_dispute"

policy.reading(
    "contract_payment_days",
    30,
    clause=RECEIPT,
    why_ko="지급 기한을 정하지 않은 계약의 기한으로, 청구서 수령일부터 셉니다.",
    why_en="The days to pay of a contract that names none, counted from receipt of the invoice.",
    valid=lambda value: type(value) is int and 1 <= value <= 365,
)


@enforces(RECEIPT)
@transaction.atomic
def receive(contract_id: str, invoice_id: str, *, on: date, by: Any, at: datetime, reason: str = "") -> FirmInvoice:
    """Write down when an invoice was received: due after the days that govern on that day (I-1, I-2).

    Refuses `not_found`, `already_done`, `invalid_dates`.
    """
    contract, invoice = taken(contract_id, invoice_id)
    days, because = days_to_pay(contract, on=on, at=at)
    done = firm_invoices.receive(invoice, on, days=days, because=because, reason=reason, by=by, at=at)
    text = notices.compose(
        _("Invoice %(number)s is due on %(due)s"), _("%(total)s are to be paid until the end of that day."),
        number=invoice.number, due=done.due_on, total=Money(invoice.total, invoice.currency),
    )  # fmt: skip
    _tell(contract, "invoice", text, f"due:{invoice.public_id}", [RECEIPT], at)
    return done


def days_to_pay(contract: Contract, *, on: date, at: datetime) -> tuple[int, Reason | None]:
    """The days to pay that govern on a day, counted from receipt, and why where a document says so (rift/2.4, 7.2)."""
    found = governing(contract, "payment_days", on=on)
    days = found.value if found else contract.payment_days or policy.value("contract_payment_days", at=at)
    return int(days), found.reason if found else None


@enforces(LATE)
@transaction.atomic
def pay(
    contract_id: str, invoice_id: str, *, by: Any, at: datetime, on: date | None = None, amount: Decimal | None = None,
    key: str, reference: str = "", reason: str = "",
) -> FirmPayment:  # fmt: skip
    """Record money that came in for an invoice: the principal first, then interest by days (I-5).

    Without an amount everything that was due on the day. Refuses `not_found`, `already_done`, `invalid_amount`,
    `invalid_dates`. The same key is recorded once. What is paid late is a delinquency, whether or not it was seen; once
    nothing is overdue a suspension for it ends at once.
    """
    contract, invoice = taken(contract_id, invoice_id)
    transfer = Transfer(key=key, on=on or kst_date(at), amount=amount, reference=reference)
    made = firm_invoices.pay(invoice, transfer, reason=reason, by=by, at=at)
    delinquencies.find(at=at, contract=contract)
    suspending.look_again(contract, by=by, at=at)
    text = notices.compose(
        _("%(amount)s received for invoice %(number)s"), _("%(principal)s for the invoice, %(interest)s for interest."),
        amount=Money(made.principal + made.interest, invoice.currency), number=invoice.number,
        principal=Money(made.principal, invoice.currency), interest=Money(made.interest, invoice.currency),
    )  # fmt: skip
    _tell(contract, "payment", text, f"paid:{made.public_id}", [LATE], at)
    return made


@enforces("rift/7.1", LATE)
@transaction.atomic
def settle_fee(contract_id: str, amount: Decimal, *, by: Any, at: datetime, reason: str = "") -> ContractInvoice:
    """Bill an amount that was paid at once, such as by card. Refuses what `issue_amount` refuses."""
    made = invoicing.issue_amount(contract_id, amount, what_ko="이용료", what_en="Fee", by=by, at=at, reason=reason)
    pay(contract_id, made.invoice.public_id, key=f"settled:{made.invoice.public_id}", by=by, at=at, reason=reason)
    return made


@enforces(LATE)
@transaction.atomic
def dispute(contract_id: str, invoice_id: str, *, reason: str, by: Any, at: datetime) -> InvoiceDispute:
    """Write down that the customer disputes an invoice; until its due day's end that keeps it from being delinquent.

    Staff answer it. Refuses `not_found`, and `already_done` for what is paid or was disputed before.
    """
    contract, invoice = taken(contract_id, invoice_id)
    if invoice.status == InvoiceStatus.PAID or InvoiceDispute.objects.filter(invoice=invoice).exists():
        raise AlreadyDone(clauses=[LATE])
    delinquencies.find(at=at, contract=contract)
    made: InvoiceDispute = InvoiceDispute.objects.create(
        customer_id=contract.customer_id, invoice=invoice, reason=reason, disputed_at=at
    )
    last = last_instant("invoice_dispute_days", on=kst_date(at), at=at)
    due.open_item(
        DISPUTE_TASK, invoice, about=contract.customer, clause=LATE, due_at=last,
        warn_at=last - timedelta(days=2), at=at, title_ko=f"청구 이의 답변: {invoice.number}",
        title_en=f"Answer a dispute: {invoice.number}",
    )  # fmt: skip
    audit.record("firm_invoice.disputed", invoice, by=by, at=at, about=contract.customer, reason=reason, clauses=[LATE])
    return made


@enforces(LATE)
@transaction.atomic
def answer(contract_id: str, invoice_id: str, *, text: str, by: Any, at: datetime) -> InvoiceDispute:
    """Answer a dispute; the customer is told. Refuses `not_found`, `already_done`, `invalid_amount` for no words."""
    contract, invoice = taken(contract_id, invoice_id)
    found = InvoiceDispute.objects.filter(invoice=invoice).locked().first()
    if found is None or found.answered_at is not None:
        raise AlreadyDone(clauses=[LATE])
    found.answer, found.answered_at, found.answered_by = text, at, audit.actor(by)
    found.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record("firm_invoice.answered", invoice, by=by, at=at, about=contract.customer, reason=text, clauses=[LATE])
    due.close_item(DISPUTE_TASK, invoice.public_id, by=by, at=at, outcome=text[:200])
    told = notices.compose(
        _("Answer about invoice %(number)s"), _("The answer: %(answer)s"), number=invoice.number, answer=text
    )  # fmt: skip
    _tell(contract, "invoice", told, f"answer:{invoice.public_id}", [LATE], at)
    return found


def taken(contract_id: str, invoice_id: str) -> tuple[Contract, FirmInvoice]:
    """A contract and its invoice, locked. Refuses `not_found`, also for another contract's invoice."""
    contract = drafting.locked(contract_id)
    mine = FirmInvoice.objects.filter(under_contract__contract=contract)
    FirmInvoice.objects.filter(pk=mine.get_public(invoice_id).pk).locked().get()
    return contract, mine.select_related("firm").get_public(invoice_id)


def owed_now(invoice: FirmInvoice, at: datetime) -> Decimal:
    """Everything that is due on an invoice today."""
    return debt_of(invoice, today=kst_date(at)).total


def _tell(contract: Contract, about: str, text: notices.Text, key: str, clauses: list[str], at: datetime) -> None:
    letters.tell([letters.Letter(contract.customer_id, contract.pk, about, text, key, clauses)], at=at)

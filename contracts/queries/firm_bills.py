"""Invoices of a contract as its customer sees them: the list, one with what is owed and why, what became of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from billing.enums import InvoiceStatus
from billing.models import FirmCreditNote, FirmInvoice, FirmPayment
from billing.queries.firm_debts import debt_of
from billing.rules import interest
from billing.rules.interest import Debt
from contracts.enums import InvoiceStanding
from contracts.models import Contract, ContractInvoice, InvoiceDispute
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.errors import NotFound


@dataclass(frozen=True)
class Bill:
    """An invoice with its month, how it stands on a day, and what is owed on it then."""

    invoice: FirmInvoice
    month: date | None
    standing: InvoiceStanding
    debt: Debt


@dataclass(frozen=True)
class BillShown(Bill):
    """The same with everything on its page."""

    why_due: Reason | None
    why_owed: Reason
    payments: tuple[FirmPayment, ...]
    dispute: InvoiceDispute | None
    credit_notes: tuple[FirmCreditNote, ...]

    @property
    def may_be_disputed(self) -> bool:
        """Whether the customer may still say something against it."""
        return self.dispute is None and self.invoice.status != InvoiceStatus.PAID


def bills_of(contract: Contract) -> QuerySet[ContractInvoice]:
    """The invoices of a contract, the newest first."""
    rows = ContractInvoice.objects.filter(contract=contract).select_related("invoice")
    return rows.prefetch_related("invoice__payments", "invoice__credit_notes").order_by("-pk")


def invoices_of(contract: Contract) -> QuerySet[FirmInvoice]:
    """The same as invoices, each with its place under the contract."""
    rows: QuerySet[FirmInvoice] = FirmInvoice.objects.filter(under_contract__contract=contract)
    return rows.select_related("under_contract").prefetch_related("payments", "credit_notes")


def bill(row: ContractInvoice, *, today: date) -> Bill:
    """An invoice of the list."""
    debt = debt_of(row.invoice, today=today)
    return Bill(row.invoice, row.month, standing_of(row.invoice, today), debt)


def bill_of(contract: Contract, number: str, *, today: date) -> BillShown:
    """One invoice by its number. Refuses `not_found`, also for another contract's."""
    row = bills_of(contract).filter(invoice__number=number).first()
    if row is None:
        raise NotFound
    listed, invoice = bill(row, today=today), row.invoice
    return BillShown(
        invoice, row.month, listed.standing, listed.debt,
        why_due=Reason.from_json(invoice.why_due) if invoice.why_due else None,
        why_owed=interest.explain(listed.debt), payments=tuple(invoice.payments.all()),
        dispute=InvoiceDispute.objects.filter(invoice=invoice).first(),
        credit_notes=tuple(invoice.credit_notes.all()),
    )  # fmt: skip


def credit_note_of(contract: Contract, number: str) -> FirmCreditNote:
    """One credit note by its number. Refuses `not_found`, also for another contract's."""
    notes = FirmCreditNote.objects.filter(invoice__under_contract__contract=contract, number=number)
    found: FirmCreditNote | None = notes.select_related("invoice", "firm").first()
    if found is None:
        raise NotFound
    return found


def owed_total(bills: QuerySet[ContractInvoice], *, today: date) -> Decimal:
    """Everything that is owed with interest on a day, over all invoices that are open."""
    rows = bills.filter(invoice__status=InvoiceStatus.ISSUED)
    return sum((debt_of(row.invoice, today=today).total for row in rows), Decimal(0))


def standing_of(invoice: FirmInvoice, today: date) -> InvoiceStanding:
    """How an invoice stands on a day."""
    if invoice.status == InvoiceStatus.PAID or not invoice.total:
        return InvoiceStanding.PAID
    if invoice.due_on is not None and invoice.due_on < today:
        return InvoiceStanding.OVERDUE
    return InvoiceStanding.PARTLY_PAID if invoice.payments.all() else InvoiceStanding.ISSUED

"""What a member owes and why: every open debt with everything that happened to it (upstage/18.2)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.enums import FEES, InvoiceStatus, ProposalStatus
from billing.models import Invoice
from billing.queries.debts import credited, debt_from
from billing.rules import statements
from billing.rules.late_fees import Debt, Paid
from billing.rules.statements import Bill, Entry, Lowered
from upstage_console.kernel.calendars import kst_date


@dataclass(frozen=True)
class OpenDebt:
    """An open invoice with its entries; what they leave is what is owed."""

    invoice: Invoice
    debt: Debt
    entries: tuple[Entry, ...]
    is_late: bool

    @property
    def is_fee(self) -> bool:
        """Whether late fees grow on it; on a penalty or damages they do not."""
        return self.invoice.kind in FEES


@dataclass(frozen=True)
class Statement:
    """Everything a member owes on a KST day; amounts are in the member's currency."""

    on: date
    currency: str
    debts: tuple[OpenDebt, ...]

    @property
    def principal(self) -> Decimal:
        """What was billed and not paid."""
        return sum((one.debt.principal for one in self.debts), Decimal(0))

    @property
    def late_fee(self) -> Decimal:
        """What was added for lateness and neither paid nor waived."""
        return sum((one.debt.late_fee for one in self.debts), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Everything."""
        return self.principal + self.late_fee

    @property
    def overdue(self) -> Decimal:
        """What of it is past its due day."""
        return sum((one.debt.total for one in self.debts if one.is_late), Decimal(0))


def statement(member_id: int, currency: str, at: datetime) -> Statement:
    """What a member owes at an instant, the oldest debt first; a fixed number of queries."""
    today = kst_date(at)
    rows = Invoice.objects.filter(member_id=member_id, status=InvoiceStatus.ISSUED, total__gt=0)
    parts = rows.order_by("due_on", "pk").prefetch_related("payments", "waivers", "set_offs", "credit_notes")
    return Statement(today, currency, tuple(_open(invoice, today) for invoice in parts))


def _open(invoice: Invoice, today: date) -> OpenDebt:
    payments, waivers = list(invoice.payments.all()), list(invoice.waivers.all())
    debt = debt_from(invoice, payments, waivers, today)
    notes = [(note, credited(invoice, note)) for note in invoice.credit_notes.all()]
    approved = [one for one in waivers if one.status == ProposalStatus.APPROVED]
    bill = Bill(
        invoice.issued_on,
        invoice.total,
        paid=[*(Paid(one.paid_on, one.principal, one.late_fee) for one in payments), *_set_off(invoice)],
        credited=[Lowered(note.issued_on, off.principal + off.late_fee, note.number) for note, off in notes],
        waived=[Lowered(kst_date(one.decided_at), one.amount) for one in approved],
    )
    return OpenDebt(invoice, debt, statements.entries(bill, debt), invoice.due_on < today)


def _set_off(invoice: Invoice) -> list[Paid]:
    """What refunds paid of an invoice instead of money."""
    return [Paid(one.on, one.principal, one.late_fee) for one in invoice.set_offs.all()]

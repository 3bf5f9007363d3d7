"""What a bank takes back of an invoice's payment is owed again; what it gives again is paid (upstage/18.2, 19).

The invoice stays the one debt, due since its own day; its late fee runs as `rules.late_fees` says. Money that comes
again although the member has paid since goes back the way it came.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from billing.enums import HandPaymentStatus, PaymentPurpose, RepaymentStatus
from billing.models import Dispute, Invoice, InvoicePayment, Payment, Repayment
from billing.queries.debts import debt_of
from billing.rules import late_fees
from billing.rules.late_fees import Paid
from billing.services import chargeback_letters, paid_up, payments, repayments
from billing.services.fulfilment import follows_repayments
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.wording import money

TASK: Final = "paid_twice"
PAID_BACK_WITHIN: Final = timedelta(days=3)
"""The console's own time for what the bank did not take."""

CLAUSES: Final = ("upstage/18.2", "upstage/19")
NOTHING: Final = Decimal(0)


def is_of_invoice(dispute: Dispute) -> bool:
    """Whether an invoice was paid with what is disputed."""
    return dispute.payment.purpose == PaymentPurpose.INVOICE


def missing(dispute: Dispute) -> Decimal:
    """What of the money that a bank took back no invoice owes again: somebody has to say what is done about it."""
    return dispute.amount + sum((row.principal + row.late_fee for row in dispute.moved.all()), NOTHING)


@enforces("upstage/18.2")
def owe_again(dispute: Dispute, *, at: datetime) -> None:
    """The invoice owes what the bank took back, in the caller's transaction, which has locked the member."""
    require_transaction()
    invoice, stands = _invoice(dispute), _stands(dispute.payment, kst_date(at))
    gone = _sum(dispute.payment.repayments.exclude(status=RepaymentStatus.FAILED))
    amount = min(dispute.amount, stands.principal + stands.late_fee - gone)
    if amount <= 0:
        return
    principal, late_fee = late_fees.taken_back(amount, stands)
    _write(dispute, invoice, Paid(kst_date(at), -principal, -late_fee), at)
    paid_up.reopen(invoice, at=at)
    facts = {"number": invoice.number, "amount": amount, "dispute": dispute.public_id}
    audit.record("invoice.owed_again", invoice, by=None, at=at, about=dispute.member, clauses=CLAUSES, facts=facts)
    chargeback_letters.owed_again(dispute, invoice, amount, debt_of(invoice, kst_date(at)), at=at)


@enforces("upstage/18.2")
def pay_again(dispute: Dispute, *, at: datetime) -> None:
    """The bank decided otherwise and gave the money again: the invoice is paid with it, as far as it still owes."""
    require_transaction()
    came = -sum((row.principal + row.late_fee for row in dispute.moved.all()), NOTHING)
    if came <= 0:
        return
    invoice = _invoice(dispute)
    debt = debt_of(invoice, kst_date(at))
    principal, late_fee = late_fees.put(max(min(came, debt.total - _on_its_way(invoice)), NOTHING), debt)
    if principal + late_fee:
        _write(dispute, invoice, Paid(kst_date(at), principal, late_fee), at)
    facts = {"number": invoice.number, "amount": came, "dispute": dispute.public_id}
    audit.record("invoice.paid_again", invoice, by=None, at=at, about=dispute.member, clauses=CLAUSES, facts=facts)
    paid_up.close(invoice, by=None, at=at)
    chargeback_letters.paid_again(dispute, invoice, came, at=at)
    _pay_back(dispute, came - principal - late_fee, at)


def _invoice(dispute: Dispute) -> Invoice:
    invoice: Invoice = Invoice.objects.locked().get_public(dispute.payment.subject)
    return invoice


def _stands(payment: Payment, today: date) -> Paid:
    """What of a payment the invoice counts, less what banks took back of it before."""
    rows = list(InvoicePayment.objects.filter(Q(payment=payment) | Q(dispute__payment=payment)))
    principal = sum((row.principal for row in rows), NOTHING)
    return Paid(today, principal, sum((row.late_fee for row in rows), NOTHING))


def _write(dispute: Dispute, invoice: Invoice, moved: Paid, at: datetime) -> None:
    InvoicePayment.objects.create(
        invoice=invoice, member_id=invoice.member_id, dispute=dispute, principal=moved.principal,
        late_fee=moved.late_fee, paid_on=moved.on, at=at,
    )  # fmt: skip


def _on_its_way(invoice: Invoice) -> Decimal:
    """What the member is paying right now: whatever comes of it, it is not to be more than is owed."""
    open_ones = Payment.objects.filter(subject=invoice.public_id, status__in=payments.OPEN)
    return _sum(open_ones)


def _pay_back(dispute: Dispute, amount: Decimal, at: datetime) -> None:
    if amount <= 0:
        return
    key = f"dispute:{dispute.public_id}:{dispute.moved.count()}"
    repayments.create(repayments.Wanted(dispute.payment_id, dispute.public_id, key, amount), by=None, at=at)


@follows_repayments("dsp")
def follow(repayment: Repayment, *, by: Any, at: datetime) -> None:
    """What was paid twice went back, and the member is told; where the bank does not take it, staff are asked."""
    if repayment.status == RepaymentStatus.SUCCEEDED:
        return chargeback_letters.went_back(repayment, at=at)
    dispute = Dispute.objects.filter(member=repayment.member_id).get_public(repayment.subject)
    sums = [money(repayment.amount, repayment.currency, language) for language in ("ko", "en")]
    due.open_item(
        TASK, dispute, about=repayment.member, clause="upstage/20.4", at=at,
        title_ko=f"두 번 받은 돈을 다른 방법으로 지급: {sums[0]}",
        title_en=f"Pay back another way what was paid twice: {sums[1]}",
        due_at=at + PAID_BACK_WITHIN, warn_at=at,
    )  # fmt: skip
    return None


def not_gone_back(dispute: Dispute) -> Decimal:
    """What was paid twice and that the bank did not take back, as far as nobody paid it by hand."""
    failed = Repayment.objects.filter(subject=dispute.public_id, status=RepaymentStatus.FAILED)
    paid = dispute.hand_payments.filter(status=HandPaymentStatus.PAID)
    return _sum(failed) - _sum(paid)


def _sum(rows: QuerySet[Any]) -> Decimal:
    return Decimal(rows.aggregate(sum=Sum("amount", default=0))["sum"])

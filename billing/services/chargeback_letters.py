"""What members are told when a bank takes an invoice's payment back, or gives it again (upstage/18.2, 19)."""

from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.models import Dispute, HandPayment, Invoice, Repayment
from billing.rules.late_fees import Debt
from upstage_console.kernel.money import Money

CLAUSES = ("upstage/18.2", "upstage/19")


def owed_again(dispute: Dispute, invoice: Invoice, amount: Decimal, debt: Debt, *, at: datetime) -> None:
    """So much is owed again, since when it was due, and what late fee follows."""
    _tell(
        dispute, invoice, "owed_again",
        _("The payment of invoice %(number)s was taken back by your bank"),
        _(
            "Your bank took %(amount)s back that invoice %(number)s had been paid with, so they are owed again: "
            "%(total)s in all, due since %(due_on)s. While the payment stood it bore no late fee; a month from now on "
            "that ends with something unpaid all through it adds one. Please pay it, or write to us if the bank erred."
        ),
        at=at, amount=Money(amount, invoice.currency), total=Money(debt.total, invoice.currency),
        due_on=invoice.due_on,
    )  # fmt: skip


def paid_again(dispute: Dispute, invoice: Invoice, amount: Decimal, *, at: datetime) -> None:
    """The bank decided otherwise, so the invoice is paid as before."""
    _tell(
        dispute, invoice, "paid_again",
        _("The payment of invoice %(number)s stands after all"),
        _(
            "Your bank gave %(amount)s again that it had taken back, so invoice %(number)s is paid with them. What you "
            "have paid twice goes back to your card."
        ),
        at=at, amount=Money(amount, invoice.currency),
    )  # fmt: skip


def went_back(repayment: Repayment, *, at: datetime) -> None:
    """What was paid twice is on its way to the member."""
    text = notices.compose(
        _("%(amount)s went back to you"),
        _("%(amount)s that were paid twice went back to the payment method they came from."),
        amount=Money(repayment.amount, repayment.currency),
    )
    notices.notify(
        member_id=repayment.member_id, about="refund", text=text, key=f"paid_twice:{repayment.public_id}", at=at,
        stage="paid", clauses=["upstage/20.4"],
    )  # fmt: skip


def paid_by_hand(paid: HandPayment, *, at: datetime) -> None:
    """How what was paid twice came back, as the bank did not take it."""
    text = notices.compose(
        _("%(amount)s were paid to you"),
        _(
            "Your bank did not take back %(amount)s that were paid twice. They were paid to you another way: %(way)s "
            "(reference %(reference)s)."
        ),
        amount=Money(paid.amount, paid.currency), way=paid.way, reference=paid.reference,
    )  # fmt: skip
    notices.notify(
        member_id=paid.member_id, about="refund", text=text, key=f"by_hand:{paid.public_id}", at=at, stage="paid",
        clauses=["upstage/20.4"],
    )  # fmt: skip


def _tell(
    dispute: Dispute, invoice: Invoice, stage: str, subject: Promise, body: Promise, *, at: datetime, **facts: object
) -> None:
    """Once for each time the bank moved the money."""
    text = notices.compose(subject, body, number=invoice.number, **facts)
    key = f"dispute:{dispute.public_id}:{stage}:{dispute.moved.count()}"
    notices.notify(member_id=invoice.member_id, about="invoice", text=text, key=key, at=at, clauses=CLAUSES)

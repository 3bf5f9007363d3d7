"""Telling members of credit notes, and of the money that goes back for them (upstage/20.3, 20.4)."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.models import CreditNote, HandPayment, Invoice
from upstage_console.kernel.money import Money

ISSUED = _(
    "%(total)s (with VAT) of invoice %(invoice)s are not owed after all. What you had paid of that (%(back)s) goes "
    "back to the payment method it came from. Reason: %(reason)s"
)


def issued(note: CreditNote, invoice: Invoice, *, at: datetime) -> None:
    """Tell the member once of a credit note: how much, why, and what goes back."""
    text = notices.compose(
        _("Credit note %(number)s"), ISSUED, number=note.number, invoice=invoice.number, reason=note.reason,
        total=Money(-note.total, note.currency), back=Money(note.back, note.currency),
    )  # fmt: skip
    notices.notify(
        member_id=note.member_id, about="credit_note", text=text, key=f"credit_note:{note.public_id}", at=at,
        clauses=note.clauses,
    )  # fmt: skip


def went_back(note: CreditNote, amount: Decimal, *, at: datetime) -> None:
    """Tell the member once that the money of a credit note is on its way to them."""
    text = notices.compose(
        _("%(amount)s went back to you"),
        _("%(amount)s of credit note %(number)s went back to the payment method it came from."),
        number=note.number, amount=Money(amount, note.currency),
    )  # fmt: skip
    notices.notify(
        member_id=note.member_id, about="refund", text=text, key=f"credit_note:{note.public_id}:back", at=at,
        stage="paid", clauses=["upstage/20.4"],
    )  # fmt: skip


def paid_by_hand(note: CreditNote, paid: HandPayment, *, at: datetime) -> None:
    """Tell the member how the money was paid that their bank did not take back."""
    text = notices.compose(
        _("%(amount)s were paid to you"),
        _(
            "Your bank did not take back all money of credit note %(number)s. %(amount)s of it were paid to you "
            "another way: %(way)s (reference %(reference)s)."
        ),
        number=note.number, amount=Money(paid.amount, paid.currency), way=paid.way, reference=paid.reference,
    )  # fmt: skip
    notices.notify(
        member_id=note.member_id, about="refund", text=text, key=f"by_hand:{paid.public_id}", at=at, stage="paid",
        clauses=["upstage/20.4"],
    )  # fmt: skip

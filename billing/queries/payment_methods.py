"""A member's cards, the agreement they concluded, what was paid with them, and what hangs on the card in use."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from billing.enums import PaymentPurpose
from billing.models import Invoice, Payment, PaymentAgreement, PaymentMethod, Repayment
from billing.queries import refund_policies
from billing.queries.debts import owed
from billing.rules.conditions import Conditions
from upstage_console.kernel.money import Money

MOST_SHOWN = 10


class Moved(NamedTuple):
    """Money that a card paid, or that went back to it; with the number of the invoice, where it paid one."""

    payment: Payment
    money: Money
    at: datetime
    status: str
    status_in_words: str
    is_back: bool
    number: str = ""


class Overview(NamedTuple):
    """What the page of payment methods shows."""

    card: PaymentMethod | None
    earlier: Sequence[PaymentMethod]
    agreement: PaymentAgreement | None
    ended: Sequence[PaymentAgreement]
    conditions: Conditions | None
    moved: Sequence[Moved]


class Ending(NamedTuple):
    """What goes on, or ends, when the card is removed."""

    agreement: PaymentAgreement | None
    debts: Sequence[Money]


def overview(member_id: int) -> Overview:
    """The card in use and the ones before, the agreement in force with the conditions shown, and the last payments."""
    cards = list(PaymentMethod.objects.filter(member_id=member_id))
    agreements = PaymentAgreement.objects.filter(member_id=member_id).select_related("payment_method")
    agreement = next((one for one in agreements if one.ended_at is None), None)
    return Overview(
        next((one for one in cards if one.replaced_at is None), None),
        [one for one in cards if one.replaced_at is not None],
        agreement,
        [one for one in agreements if one.ended_at is not None],
        refund_policies.of_version(agreement.conditions) if agreement else None,
        _moved(member_id),
    )


def _moved(member_id: int) -> Sequence[Moved]:
    """The last payments and what went back, the newest first; three queries."""
    paid = list(Payment.objects.filter(member_id=member_id).select_related("payment_method")[:MOST_SHOWN])
    back = Repayment.objects.filter(member_id=member_id).select_related("payment__payment_method")[:MOST_SHOWN]
    named = [one.subject for one in paid if one.purpose == PaymentPurpose.INVOICE]
    numbers = dict(Invoice.objects.filter(public_id__in=named).values_list("public_id", "number"))
    rows = [_row(one, one, number=numbers.get(one.subject, "")) for one in paid]
    rows += [_row(one, one.payment, is_back=True) for one in back]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST_SHOWN]


def _row(one: Payment | Repayment, payment: Payment, *, is_back: bool = False, number: str = "") -> Moved:
    status = str(one.get_status_display())
    return Moved(payment, Money(one.amount, one.currency), one.created_at, one.status, status, is_back, number)


def what_ends(member_id: int, *, at: datetime) -> Ending:
    """The agreement that ends with the card, and what stays owed."""
    agreement = PaymentAgreement.objects.filter(member_id=member_id, ended_at__isnull=True).first()
    return Ending(agreement, [Money(debt.total, row.currency) for row, debt in owed(member_id, at) if debt.total])

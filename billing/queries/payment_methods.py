"""A member's cards, the agreement they concluded, and what hangs on the card in use."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from billing.models import Payment, PaymentAgreement, PaymentMethod
from billing.queries.debts import owed
from billing.queries.purchases import card_of_member
from billing.rules import conditions
from billing.rules.conditions import Conditions
from upstage_console.kernel.money import Money


class Overview(NamedTuple):
    """What the page of payment methods shows."""

    card: PaymentMethod | None
    earlier: Sequence[PaymentMethod]
    agreement: PaymentAgreement | None
    ended: Sequence[PaymentAgreement]
    conditions: Conditions | None
    last_payment: Payment | None


class Ending(NamedTuple):
    """What goes on, or ends, when the card is removed."""

    agreement: PaymentAgreement | None
    debts: Sequence[Money]


def overview(member_id: int) -> Overview:
    """The card in use and the ones before, the agreement in force with the conditions shown, the last payment."""
    card = card_of_member(member_id)
    agreements = list(PaymentAgreement.objects.filter(member_id=member_id))
    agreement = next((one for one in agreements if one.ended_at is None), None)
    return Overview(
        card,
        list(PaymentMethod.objects.filter(member_id=member_id, replaced_at__isnull=False)),
        agreement,
        [one for one in agreements if one.ended_at is not None],
        conditions.of_version(agreement.conditions) if agreement else None,
        Payment.objects.filter(payment_method=card).first() if card else None,
    )


def what_ends(member_id: int, *, at: datetime) -> Ending:
    """The agreement that ends with the card, and what stays owed."""
    agreement = PaymentAgreement.objects.filter(member_id=member_id, ended_at__isnull=True).first()
    return Ending(agreement, [Money(debt.total, row.currency) for row, debt in owed(member_id, at) if debt.total])

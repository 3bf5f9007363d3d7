"""Money back in the demo: a purchase somebody thought better of, and an invoice somebody objects to."""

from datetime import datetime
from decimal import Decimal

from accounts.models import Member
from billing.models import FeeObjection, Invoice
from billing.services import fee_objections, payouts, purchases, refunds

THOUGHT_BETTER = 16
"""So many days before the story ends a purchase is given back."""

OBJECTED = 2


def on_the_day(left: int, member: Member, at: datetime) -> None:
    """What happens so many days before the end."""
    payouts.pay_due(at=at)
    if left == THOUGHT_BETTER:
        _give_back(member, at)
    if left == OBJECTED:
        _object(member, at)


def _give_back(member: Member, at: datetime) -> None:
    bought = purchases.buy(member_id=member.pk, amount=Decimal(20_000), key="demo:back", by=member.user, at=at)
    refunds.request(member_id=member.pk, purchase=bought.public_id, key="demo:back", by=member.user, at=at)


def _object(member: Member, at: datetime) -> None:
    invoice = Invoice.objects.filter(member=member, total__gt=0).order_by("-pk").first()
    if invoice is not None and not FeeObjection.objects.filter(invoice=invoice).exists():
        fee_objections.object_to(
            member_id=member.pk, invoice_id=invoice.public_id, reason="같은 문서가 두 번 처리된 것 같습니다.",
            by=member.user, at=at,
        )  # fmt: skip

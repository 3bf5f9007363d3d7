"""Cards of the demo that give staff and members something to look at: a disputed payment, one that expires."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Member
from billing.models import Dispute, PaymentMethod
from billing.services import card_notices, payment_methods, purchases, sandbox_bank

DISPUTES, EXPIRES = "member03@demo.example", "member06@demo.example"


def lay_out(*, at: datetime) -> None:
    """A dispute that waits for evidence, and a member who was told of their card; each told once."""
    if not Dispute.objects.exists():
        holder = _with_card(DISPUTES, "disputed", at - timedelta(days=2))
        bought = at - timedelta(days=2) + timedelta(minutes=5)
        purchases.buy(member_id=holder.pk, amount=Decimal(30_000), key="demo:disputed", by=holder.user, at=bought)
        sandbox_bank.deliver(at=at - timedelta(days=1))
    if not PaymentMethod.objects.filter(member__user__email=EXPIRES, expiry_told__isnull=False).exists():
        _with_card(EXPIRES, "expires_soon", at - timedelta(hours=5))
    card_notices.tell(at=at)


def _with_card(email: str, card: str, at: datetime) -> Member:
    holder = Member.objects.select_related("user").get(user__email=email)
    payment_methods.register(member_id=holder.pk, reference=card, by=holder.user, at=at)
    return holder

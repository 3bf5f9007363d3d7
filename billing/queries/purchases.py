"""What a member bought, and the card it is paid with."""

from django.db.models import QuerySet

from billing.models import PaymentMethod, Purchase


def card_of_member(member_id: int) -> PaymentMethod | None:
    """The card in use, or None."""
    card: PaymentMethod | None = PaymentMethod.objects.filter(member_id=member_id, replaced_at__isnull=True).first()
    return card


def purchases_of_member(member_id: int) -> QuerySet[Purchase]:
    """All purchases with their payments, the newest first."""
    rows: QuerySet[Purchase] = Purchase.objects.filter(member_id=member_id)
    return rows.select_related("payment__payment_method").order_by("-id")


def purchase_of_member(member_id: int, public_id: str) -> Purchase:
    """One purchase; a stranger's is `not_found`."""
    found: Purchase = Purchase.objects.filter(member_id=member_id).select_related(
        "payment__payment_method"
    ).get_public(public_id)  # fmt: skip
    return found

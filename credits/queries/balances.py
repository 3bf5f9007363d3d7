"""What a member can use."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from credits.enums import LotKind
from credits.models import Account
from credits.queries.lots import live_lots

NOTHING = Decimal("0.000000")

# `balance(...).total` for statements of upper apps that have to answer in one round trip: put in who and when.
USABLE = """
    SELECT coalesce(sum(lot.remaining), 0) FROM credits_lot AS lot
    WHERE lot.member_id = {member} AND NOT lot.spent AND lot.expires_at > {at}
"""


@dataclass(frozen=True)
class Balance:
    """What a member can use, in the account's currency, to 6 decimals."""

    paid: Decimal
    free: Decimal

    @property
    def total(self) -> Decimal:
        """Both kinds together."""
        return self.paid + self.free


def account(member_id: int) -> Account | None:
    """The member's account, or None before the first credits."""
    found: Account | None = Account.objects.filter(pk=member_id).first()
    return found


def balance(member_id: int, at: datetime) -> Balance:
    """What the member can use at `at`."""
    found = dict(live_lots(member_id, at).order_by().values_list("kind").annotate(Sum("remaining")))
    return Balance(paid=found.get(LotKind.PAID, NOTHING), free=found.get(LotKind.FREE, NOTHING))

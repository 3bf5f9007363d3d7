"""What a member has, what of it is held or used already, and what can be used: one definition for everybody.

balance = what remains in the lots that are live at `at`, and what holds open at `at` reserve of others;
available = balance − held − unsettled. A hold past its expiry holds nothing, whatever jobs have run.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from credits.models import Account
from credits.queries import claims

NOTHING = Decimal("0.000000")

AVAILABLE = """
    (
        SELECT coalesce(sum(lot.remaining), 0) FROM credits_lot AS lot
        WHERE lot.member_id = {member} AND NOT lot.spent AND lot.expires_at > {at}
    ) - (
        SELECT coalesce(sum(reserved.amount), 0) FROM credits_hold AS hold
        JOIN credits_reservation AS reserved ON reserved.hold_id = hold.id AND reserved.amount > 0
        JOIN credits_lot AS lot ON lot.id = reserved.lot_id AND lot.expires_at > {at}
        WHERE hold.member_id = {member} AND hold.state = 'open' AND hold.expires_at > {at}
    ) - {unsettled}
"""

BALANCE = """
WITH lot AS (
    SELECT one.kind, one.remaining AS amount, 0 AS held FROM credits_lot AS one
    WHERE one.member_id = %(member)s AND NOT one.spent AND one.expires_at > %(at)s
    UNION ALL
    SELECT one.kind, CASE WHEN one.expires_at > %(at)s THEN 0 ELSE reserved.amount END, reserved.amount
    FROM credits_hold AS hold
    JOIN credits_reservation AS reserved ON reserved.hold_id = hold.id AND reserved.amount > 0
    JOIN credits_lot AS one ON one.id = reserved.lot_id
    WHERE hold.member_id = %(member)s AND hold.state = 'open' AND hold.expires_at > %(at)s
)
SELECT coalesce(sum(lot.amount) FILTER (WHERE lot.kind = 'paid'), 0),
    coalesce(sum(lot.amount) FILTER (WHERE lot.kind = 'free'), 0),
    coalesce(sum(lot.held), 0), {unsettled}, {debt}
FROM lot
"""


@dataclass(frozen=True)
class Balance:
    """What a member has, in the account's currency, to 6 decimals.

    `paid` and `free` are what is there, held or not; `unsettled` has been used and is not burned yet; `debt` is owed
    and on no invoice yet.
    """

    paid: Decimal
    free: Decimal
    held: Decimal = NOTHING
    unsettled: Decimal = NOTHING
    debt: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        """The balance: both kinds together."""
        return self.paid + self.free

    @property
    def available(self) -> Decimal:
        """What can be used now; below zero where more was used than was there."""
        return self.total - self.held - self.unsettled


def balance(member_id: int, at: datetime) -> Balance:
    """What the member has at `at`: now, or later as things stand now. For the past see `as_of`."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), {"member": member_id, "at": at})
        return Balance(*(Decimal(amount) for amount in cursor.fetchone()))


def _statement() -> str:
    member = "%(member)s"
    found = {name: claims.expression(name, member) for name in claims.CLAIMED}
    return BALANCE.format(**found)


def available_expression(member: str, at: str) -> str:
    """`balance(...).available` for statements that answer in one round trip; `member` and `at` are SQL expressions."""
    return AVAILABLE.format(member=member, at=at, unsettled=claims.expression("unsettled", member))


def claimed_expression(member: str) -> str:
    """What of the available credits has been used already and is not burned yet, as an SQL expression."""
    return claims.expression("unsettled", member)


def account(member_id: int) -> Account | None:
    """The member's account, or None before the first credits."""
    found: Account | None = Account.objects.filter(pk=member_id).first()
    return found

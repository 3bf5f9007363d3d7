"""The account of a member: opened by the first credits, locked by every movement."""

from collections.abc import Iterable
from decimal import Decimal

from accounts.models import Member
from credits.models import Account
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.money import Money


def lock(member_id: int) -> Account:
    """The member's account, opened where there is none yet, locked until the transaction ends. Refuses `not_found`."""
    require_transaction()
    account = Account.objects.filter(pk=member_id).locked().first()
    return account or _opened(member_id)


def lock_known(member_ids: Iterable[int]) -> None:
    """Lock the accounts of several members in the order of burning, before a transaction burns more than once."""
    list(Account.objects.filter(pk__in=list(member_ids)).locked().values_list("pk"))


def in_money(member: int | str, **amounts: Decimal) -> dict[str, Money]:
    """These amounts in the currency of a member (their number, or public id), as refusals tell them."""
    members = Member.objects.filter(pk=member) if isinstance(member, int) else Member.objects.filter(public_id=member)
    currency = members.values_list("currency", flat=True).get()
    return {name: Money(amount, currency) for name, amount in amounts.items()}


def _opened(member_id: int) -> Account:
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise NotFound
    Account.objects.bulk_create([Account(member=member, currency=member.currency)], ignore_conflicts=True)
    return Account.objects.locked().get(pk=member_id)

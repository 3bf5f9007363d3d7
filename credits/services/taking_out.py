"""Credits that go out without a use: refunded, taken back, or ended with the benefit they came by."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from credits.enums import EntryKind, LotKind, LotSource
from credits.errors import InsufficientCredits, LotEnded, NotRefundable
from credits.models import Account, Entry, Lot
from credits.services import accounts, burning
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.money import Money


@enforces("upstage/16.1", "upstage/16.2")
@transaction.atomic
def refund(
    *,
    member_id: int,
    lot_id: str,
    amount: Decimal,
    by: Any,
    at: datetime,
    reason: str = "",
    clauses: Sequence[str] = ("upstage/16.2",),
) -> Entry:
    """Take paid credits out of their lot because they are paid back; what is held of it stays.

    Refuses `not_found`, `invalid_amount`, `credits_expired`, `insufficient_credits` (less is left and not held),
    `not_refundable` (free credits, upstage/16.1).
    """
    account, lot = _locked(member_id, lot_id, at)
    if lot.kind != LotKind.PAID:
        raise NotRefundable
    return _take_out(account, lot, EntryKind.REFUND, amount, by=by, at=at, reason=reason, clauses=clauses)


@enforces("upstage/2.8")
@transaction.atomic
def take_back(
    *,
    member_id: int,
    lot_id: str,
    amount: Decimal,
    reason: str,
    by: Any,
    at: datetime,
    clauses: Sequence[str] = ("upstage/2.8",),
) -> Entry:
    """Take back credits that came in by mistake, as a correction of their lot; what is used or held stays.

    Refuses `not_found`, `invalid_amount`, `credits_expired`, `insufficient_credits` (less is left and not held).
    """
    account, lot = _locked(member_id, lot_id, at)
    return _take_out(account, lot, EntryKind.CORRECTION, amount, by=by, at=at, reason=reason, clauses=clauses)


@enforces("upstage/15-2.2", "upstage/16.1")
@transaction.atomic
def end_bonus(
    *,
    member_id: int,
    purchase: str,
    by: Any,
    at: datetime,
    reason: str = "",
    clauses: Sequence[str] = ("upstage/15-2.2",),
) -> list[Entry]:
    """End what is unused of the bonus of a purchase, because that is refunded or its cycle is over.

    What is held of it stays until its hold ends. A repeat finds nothing. Refuses `not_found` (no such member).
    """
    account = _settled(member_id, at)
    bonus = Lot.objects.live(at).filter(member_id=member_id, purchase=purchase, source=LotSource.BONUS)
    ended = []
    for lot in bonus.order_by("id"):
        if lot.spare:
            ended.append(
                _take_out(account, lot, EntryKind.BONUS_END, lot.spare, by=by, at=at, reason=reason, clauses=clauses)
            )
    return ended


def _settled(member_id: int, at: datetime) -> Account:
    """The account, locked, without holds that are over."""
    account = accounts.lock(member_id)
    if account.held:
        with connection.cursor() as cursor:
            cursor.execute("SELECT credits_let_go(ARRAY[%s::bigint], %s)", [member_id, at])
        account.refresh_from_db()
    return account


def _locked(member_id: int, lot_id: str, at: datetime) -> tuple[Account, Lot]:
    account = _settled(member_id, at)
    lot: Lot = Lot.objects.filter(member_id=member_id).get_public(lot_id)
    if lot.expires_at <= at:
        raise LotEnded(facts={"expires_on": lot.expires_on})
    return account, lot


def _take_out(
    account: Account,
    lot: Lot,
    kind: EntryKind,
    amount: Decimal,
    *,
    by: Any,
    at: datetime,
    reason: str,
    clauses: Sequence[str],
) -> Entry:
    if not burning.checked(amount):
        raise InvalidAmount(facts={"amount": amount})
    if amount > lot.spare:
        facts = {"available": Money(lot.spare, account.currency), "amount": Money(amount, account.currency)}
        raise InsufficientCredits(facts=facts, clauses=clauses)
    account.sequence, account.balance = account.sequence + 1, account.balance - amount
    entry = Entry.objects.create(
        member_id=account.pk, sequence=account.sequence, lot=lot, kind=kind, amount=-amount,
        balance_before=account.balance + amount, balance=account.balance, lot_remaining=lot.remaining - amount,
        at=at, by=audit.actor(by), clauses=list(clauses), note=reason,
    )  # fmt: skip
    audit.record(
        f"credits.{kind}" if kind != EntryKind.CORRECTION else "credits.taken_back", lot, by=by, at=at,
        about=account.member, reason=reason, clauses=clauses, facts={"amount": amount},
    )  # fmt: skip
    return entry

"""Credits come in: granted by the company, or paid for (upstage/2.8, 15.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from credits.enums import EntryKind, LotKind, LotSource
from credits.errors import AlreadyExpired, KeyTaken
from credits.models import Account, Entry, Lot
from credits.rules import expiry
from credits.services import accounts
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount, MixedCurrencies
from upstage_console.kernel.money import Money, credit


@dataclass(frozen=True)
class _Incoming:
    """Credits on their way in, checked."""

    kind: LotKind
    source: LotSource
    amount: Decimal
    expires_on: date
    reason: str
    clauses: tuple[str, ...]
    key: str | None
    purchase: str = ""
    net: Decimal | None = None
    tax: Decimal | None = None


@enforces("upstage/2.8")
@transaction.atomic
def grant(
    *,
    member_id: int,
    amount: Decimal,
    expires_on: date,
    reason: str,
    by: Any,
    at: datetime,
    clauses: Sequence[str] = ("upstage/2.8", "upstage/15.4"),
    key: str | None = None,
    source: str = LotSource.GRANT,
    purchase: str = "",
) -> Lot:
    """Give free credits that can be used to the end of `expires_on` (KST); a bonus names its `purchase`.

    The same key gives them once and returns the first lot. Refuses `not_found`, `invalid_amount` (not above 0, or more
    than 6 decimals), `credits_expired` (the last day has passed), `key_reused` (the key was used for other credits).
    """
    incoming = _Incoming(
        LotKind.FREE, LotSource(source), _checked(amount), expires_on, reason, tuple(clauses), key, purchase
    )
    return _take_in(member_id, incoming, by=by, at=at)


@enforces("upstage/15.4")
@transaction.atomic
def add_paid(
    *,
    member_id: int,
    amount: Decimal,
    paid: Money,
    tax: Money,
    purchase: str,
    by: Any,
    at: datetime,
    key: str | None = None,
    clauses: Sequence[str] = ("upstage/2.8", "upstage/15.4"),
) -> Lot:
    """Credit what was paid for at `at`: usable for five years from that day.

    `paid` is without tax; both are in the account's currency. The same key (by default the purchase) credits it
    once. Refuses as `grant` does, and `mixed_currencies`.
    """
    currency = accounts.lock(member_id).currency
    if {paid.currency, tax.currency} != {currency}:
        raise MixedCurrencies(facts={"one": paid.currency, "other": currency})
    incoming = _Incoming(
        LotKind.PAID,
        LotSource.PURCHASE,
        _checked(amount),
        expiry.paid_credits_end(at),
        "",
        tuple(clauses),
        key or purchase,
        purchase,
        paid.amount,
        tax.amount,
    )
    return _take_in(member_id, incoming, by=by, at=at)


def _checked(amount: Decimal) -> Decimal:
    if amount <= 0 or credit(amount) != amount:
        raise InvalidAmount(facts={"amount": amount})
    return amount


def _take_in(member_id: int, incoming: _Incoming, *, by: Any, at: datetime) -> Lot:
    account = accounts.lock(member_id)
    repeated = _repeated(account, incoming)
    if repeated is not None:
        return repeated
    ends_at = expiry.expires_at(incoming.expires_on)
    if ends_at <= at:
        raise AlreadyExpired(facts={"expires_on": incoming.expires_on, "today": kst_date(at)})
    lot = _write(account, incoming, ends_at, by, at)
    audit.record(
        f"credits.{incoming.source}",
        lot,
        by=by,
        at=at,
        about=account.member,
        reason=incoming.reason,
        clauses=incoming.clauses,
        facts={"amount": incoming.amount, "expires_on": incoming.expires_on},
    )
    return lot


def _repeated(account: Account, incoming: _Incoming) -> Lot | None:
    if incoming.key is None:
        return None
    lot: Lot | None = Lot.objects.filter(member_id=account.pk, key=incoming.key).first()
    same = (incoming.kind, incoming.source, incoming.amount, incoming.purchase)
    if lot is not None and (lot.kind, lot.source, lot.amount, lot.purchase) != same:
        raise KeyTaken(facts={"key": incoming.key})
    return lot


def _write(account: Account, incoming: _Incoming, ends_at: datetime, by: Any, at: datetime) -> Lot:
    """The lot begins empty, and its first entry fills it: the database lets nothing else move it."""
    lot = Lot.objects.create(
        member_id=account.pk,
        kind=incoming.kind,
        source=incoming.source,
        amount=incoming.amount,
        granted_at=at,
        expires_on=incoming.expires_on,
        expires_at=ends_at,
        purchase=incoming.purchase,
        net=incoming.net,
        tax=incoming.tax,
        reason=incoming.reason,
        clauses=list(incoming.clauses),
        key=incoming.key,
    )
    Entry.objects.create(
        member_id=account.pk,
        sequence=account.sequence + 1,
        lot=lot,
        kind=EntryKind(incoming.source.value),
        amount=incoming.amount,
        balance_before=account.balance,
        balance=account.balance + incoming.amount,
        lot_remaining=incoming.amount,
        at=at,
        by=audit.actor(by),
        clauses=list(incoming.clauses),
        note=incoming.reason,
    )
    lot.refresh_from_db(fields=["remaining", "spent"])
    return lot

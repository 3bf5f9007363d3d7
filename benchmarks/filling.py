"""A console in use: members with keys, credits, a ledger and events behind them, written by few statements.

The first member's rows are made by the services, and everybody else's are copies of them; the guards of the ledger are
off while they are copied, and the books add up all the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from accounts.models import ApiKey, Member
from accounts.rules.keys import PLATFORM_SCOPES, SECRET_BYTES, hash_secret, make_secret
from benchmarks import seeding
from benchmarks.bulk import copying, settle, without_indexes
from benchmarks.sizes import Size
from credits.models import Entry, Lot
from credits.services import burning, lots
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.db import new_id
from upstage_console.kernel.money import Money

A_LOT = Decimal(1_000_000_000)
PLATFORM_KEYS = 32
"""As many as there are clients: each counts for itself where calls are limited."""
PLATFORM_NUMBERS_FROM = 10**9
NUMBERED = "('0190a000000070008' || lpad(to_hex(i::bigint << 32 | n), 15, '0'))::uuid"
"""An id older than those that are made now, of the i-th use of lot n; a quarter of what making one costs."""

USED = """
UPDATE credits_lot SET remaining = amount - %(uses)s
WHERE kind = 'free' AND member_id <> %(first)s;
UPDATE credits_account SET balance = 2 * %(lot)s - %(uses)s, sequence = 2 + %(uses)s WHERE member_id <> %(first)s
"""


@dataclass(frozen=True)
class Filled:
    """Whom the measured calls are about."""

    first: Member
    members: list[tuple[int, str]]
    """Key and public id of those among whom charges and uses are shared out."""
    platform_secrets: list[str]
    member_secrets: list[str]


def filled(size: Size, existing: int) -> Filled:
    """Fill the database of the connection so that about `existing` entries stand in its ledger."""
    at = clock.now()
    first = seeding.everybody(size.members, at=at)
    seeding.priced_service(at=at)
    _credits(first, at)
    with without_indexes("credits_entry"), copying():
        _credits_of_others(first)
        _uses_of_others(first, existing // size.members)
    secrets = seeding.keys(size.charged, by=first.user, at=at)
    rows = Member.objects.order_by("pk").values_list("pk", "public_id")[: size.charged]
    found = Filled(first, list(rows), _platform_keys(first, at), secrets)
    settle()
    return found


def _credits(first: Member, at: datetime) -> None:
    """The first member has a free lot and a paid one, either large enough for everything, and has used one credit."""
    last = kst_date(at + timedelta(days=365))
    lots.grant(member_id=first.pk, amount=A_LOT, expires_on=last, reason="bench", by=None, at=at)
    price, tax = Money(A_LOT, first.currency), Money(A_LOT / 10, first.currency)
    lots.add_paid(member_id=first.pk, amount=A_LOT, paid=price, tax=tax, purchase="bench", by=None, at=at)
    burning.burn([burning.Charge(new_id(), first.pk, Decimal(1))], at=at, by=None)


def _credits_of_others(first: Member) -> None:
    others = seeding.members_but(first)
    seeding.multiply(first.credit_account, others, {"member_id": "n"})
    for lot in Lot.objects.filter(member=first):
        seeding.multiply(lot, others, {"public_id": "kernel_new_id()", "member_id": "n"})
    for entry in Entry.objects.filter(member=first).exclude(kind="use"):
        source = (
            f"(SELECT id AS n, member_id AS m FROM credits_lot WHERE kind = '{entry.lot.kind}' "
            f"AND member_id <> {first.pk}) AS others"
        )
        changes = {"public_id": "kernel_new_id()", "member_id": "m", "lot_id": "n"}
        seeding.multiply(entry, source, changes)


def _uses_of_others(first: Member, each: int) -> None:
    """Everybody but the first has used one credit so many times, the members in turn."""
    use = Entry.objects.get(member=first, kind="use")
    source = (
        f"(SELECT lot.id AS n, lot.member_id AS m, i FROM generate_series(1, {each}) AS i "
        f"CROSS JOIN credits_lot AS lot WHERE lot.kind = 'free' AND lot.member_id <> {first.pk} "
        "ORDER BY i, lot.member_id) AS others"
    )
    changes = {
        "public_id": NUMBERED, "member_id": "m", "lot_id": "n", "charge": NUMBERED,
        "sequence": "2 + i", "balance_before": "template.balance_before - i + 1",
        "balance": "template.balance_before - i", "lot_remaining": "template.lot_remaining + 1 - i",
    }  # fmt: skip
    seeding.multiply(use, source, changes)
    with connection.cursor() as cursor:
        cursor.execute(USED, {"uses": each, "first": first.pk, "lot": A_LOT})


def _platform_keys(first: Member, at: datetime) -> list[str]:
    secrets = [
        make_secret((PLATFORM_NUMBERS_FROM + number).to_bytes(SECRET_BYTES, "big"), sandbox=False)
        for number in range(PLATFORM_KEYS)
    ]
    ApiKey.objects.bulk_create(
        ApiKey(
            name="bench", start="uc_live_", sha256=hash_secret(secret), scopes=sorted(PLATFORM_SCOPES), issued_at=at,
            issued_by=first.user,
        )
        for secret in secrets
    )  # fmt: skip
    return secrets

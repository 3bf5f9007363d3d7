"""Everything that moves credits, on few members, from many connections at once: it adds up, and nobody waits long."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db.models import Sum

from credits import queries
from credits.errors import CorrectionTooLarge, HoldEnded, HoldExceeded, InsufficientCredits
from credits.models import Account, Entry, Hold, Lot
from credits.services import burning, correcting, expiry, holds
from tests.credits import make
from tests.credits.books import findings
from tests.races.test_credits_burning import own_connection
from upstage_console.kernel.db import new_id

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, STEPS = 6, 40
REFUSALS = (InsufficientCredits, HoldEnded, HoldExceeded, CorrectionTooLarge)


class Somebody:
    """One connection's worth of random doings; each instant lies a little after the one before."""

    def __init__(self, members: list, number: int) -> None:
        self.members, self.chance, self.at = members, Random(number), make.NOON + timedelta(microseconds=number)
        self.holds: list[Hold] = []
        self.charges: list[burning.Burned] = []
        self.did: Counter[str] = Counter()

    def run(self) -> None:
        for _ in range(STEPS):
            self.at += timedelta(hours=self.chance.randrange(1, 20))
            act = self.chance.choice([self.burn, self.burn, self.burn_many, self.place, self.place, self.capture,
                                      self.release, self.correct, self.expire, self.give])  # fmt: skip
            try:
                act()
                self.did[act.__name__] += 1
            except REFUSALS as refusal:
                self.did[refusal.code] += 1

    def amount(self, most: int = 9_000_000) -> Decimal:
        return Decimal(self.chance.randrange(1, most)) / 1_000_000

    def charge(self) -> burning.Charge:
        member, may_owe = self.chance.choice(self.members), self.chance.random() < 0.3
        return burning.Charge(new_id(), member.pk, self.amount(), may_owe)

    def burn(self) -> None:
        self.charges += burning.burn([self.charge()], at=self.at, by=None)

    def burn_many(self) -> None:
        self.charges += burning.burn([self.charge() for _ in range(12)], at=self.at, by=None)

    def place(self) -> None:
        lasts, may_owe = timedelta(hours=self.chance.randrange(1, 200)), self.chance.random() < 0.3
        placed = holds.place(
            member_id=self.chance.choice(self.members).pk, amount=self.amount(), expires_at=self.at + lasts, by=None,
            at=self.at, may_owe=may_owe,
        )  # fmt: skip
        self.holds.append(placed.hold)

    def capture(self) -> None:
        if self.holds:
            hold = self.chance.choice(self.holds)
            charge = burning.Charge(new_id(), hold.member_id, self.amount(), may_owe=True)
            self.charges.append(holds.capture(hold_id=hold.public_id, charge=charge, at=self.at, by=None))

    def release(self) -> None:
        if self.holds:
            holds.release(hold_id=self.chance.choice(self.holds).public_id, at=self.at, by=None)

    def correct(self) -> None:
        if self.charges:
            one = self.chance.choice(self.charges)
            correcting.correct(
                charge_id=one.charge_id, member_id=one.member_id, amount=self.amount(3_000_000), reason="r", by=None,
                at=self.at,
            )  # fmt: skip

    def expire(self) -> None:
        expiry.post_expired(at=self.at)

    def give(self) -> None:
        last = (self.at + timedelta(days=self.chance.randrange(1, 12))).date()
        make.granted(self.chance.choice(self.members), str(self.amount(40_000_000)), last, at=self.at)


@pytest.mark.parametrize("seed", [1, 2])
def test_storm_leaves_books_that_add_up(seed: int) -> None:
    members = [make.member() for _ in range(3)]
    for member in members:
        make.bought(member, "120")
        make.granted(member, "60", date(2026, 2, 14))
    everybody = [Somebody(members, seed * 100 + number) for number in range(THREADS)]
    works: list[Callable[[], None]] = [own_connection(one.run) for one in everybody]
    with ThreadPoolExecutor(THREADS) as pool:
        for future in [pool.submit(work) for work in works]:
            future.result(120)
    assert findings() == []
    did = sum((one.did for one in everybody), Counter())
    assert {"burn", "burn_many", "place", "capture", "release", "correct", "expire", "give"} <= did.keys()
    for member in members:
        _came_in_is_what_went_out_and_is_left(member, max(one.at for one in everybody))


def _came_in_is_what_went_out_and_is_left(member, at) -> None:
    lots = Lot.objects.filter(member=member).aggregate(given=Sum("amount"), left=Sum("remaining"), held=Sum("held"))
    moved = Entry.objects.filter(member=member, amount__lt=0) | Entry.objects.filter(member=member, kind="correction")
    account = Account.objects.get(pk=member.pk)
    assert lots["given"] + moved.aggregate(out=Sum("amount"))["out"] == lots["left"] == account.balance
    assert account.held == lots["held"]
    now = queries.balance(member.pk, at)
    assert 0 <= now.available == now.total - now.held
    expiry.post_expired(at=at)
    assert queries.balance(member.pk, at) == now

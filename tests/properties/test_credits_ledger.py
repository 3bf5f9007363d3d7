"""The ledger in any order against a model of dicts: come in, use, hold, capture, release, correct, refund, expire."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from credits import queries
from credits.errors import CorrectionTooLarge, HoldExceeded, InsufficientCredits
from credits.models import Account, Debt, Lot
from credits.services import books, burning, correcting, expiry, holds, taking_out
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone

pytestmark = pytest.mark.django_db

START = datetime(2026, 2, 10, 12, tzinfo=KST)
NOTHING = Decimal(0)
amounts = st.one_of(
    st.integers(1, 30).map(Decimal), st.integers(1, 30_000_000).map(lambda units: units * Decimal("0.000001"))
)
days = st.integers(0, 5)
places = st.integers(0, 20)


@dataclass
class ModelHold:
    """What a hold reserves, by lot, and until when."""

    amount: Decimal
    ends: datetime
    parts: dict[str, Decimal]


@dataclass
class ModelCharge:
    """What a charge burned, in its order, and what it left owing."""

    id: UUID
    parts: list[tuple[str, Decimal]]
    owed: Decimal


@dataclass
class Model:
    """Lots in the order of burning are told by the database itself; how much of which, by these dicts."""

    left: dict[str, Decimal] = field(default_factory=dict)
    ends: dict[str, datetime] = field(default_factory=dict)
    holds: dict[str, ModelHold] = field(default_factory=dict)
    over: dict[str, ModelHold] = field(default_factory=dict)
    charges: list[ModelCharge] = field(default_factory=list)
    debt: Decimal = NOTHING

    def held(self, lot: str) -> Decimal:
        return sum((hold.parts.get(lot, NOTHING) for hold in self.holds.values()), NOTHING)

    def balance(self, at: datetime) -> Decimal:
        return sum((self.left[lot] if ends > at else self.held(lot) for lot, ends in self.ends.items()), NOTHING)

    def available(self, at: datetime) -> Decimal:
        return self.balance(at) - sum(sum(hold.parts.values(), NOTHING) for hold in self.holds.values())

    def pass_to(self, at: datetime) -> None:
        """Whatever is over by now is gone, whichever jobs have run."""
        for name in [name for name, hold in self.holds.items() if hold.ends <= at]:
            self.over[name] = self.holds.pop(name)

    def lapse(self, at: datetime) -> None:
        """What the entries take away of lots that are over."""
        for lot, ends in self.ends.items():
            if ends <= at:
                self.left[lot] = self.held(lot)

    def burn(self, charge: UUID, parts: list[tuple[str, Decimal]], owed: Decimal) -> None:
        for lot, amount in parts:
            self.left[lot] -= amount
        self.debt += owed
        self.charges.append(ModelCharge(charge, parts, owed))


class Ledger(RuleBasedStateMachine):
    """Everything that moves credits, while time goes on and jobs run or do not."""

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.holder, self.at, self.model, self.numbers = make.member(), START, Model(), count(1)

    @rule(amount=amounts, lasts=days)
    def grant(self, amount, lasts):
        self.came_in(make.granted(self.holder, str(amount), kst_date(self.at) + timedelta(days=lasts), at=self.at))

    @rule(amount=amounts)
    def buy(self, amount):
        self.came_in(make.bought(self.holder, str(amount), at=self.at, purchase=f"pur_{next(self.numbers)}"))

    def came_in(self, lot):
        self.model.left[lot.public_id], self.model.ends[lot.public_id] = lot.amount, lot.expires_at

    @rule(wanted=st.lists(st.tuples(amounts, st.booleans()), min_size=1, max_size=4), claimed=st.integers(0, 5))
    def use(self, wanted, claimed):
        charges = [
            make.charge(self.holder, str(amount), may_owe=owes, claimed=Decimal(claimed)) for amount, owes in wanted
        ]
        for charge, answer in zip(charges, burning.burn(charges, at=self.at, by=None), strict=True):
            there = self.model.available(self.at)
            assert answer.refused == (not charge.may_owe and charge.amount > there - claimed)
            assert answer.taken == (NOTHING if answer.refused else min(charge.amount, there))
            assert answer.owed == (NOTHING if answer.refused else charge.amount - answer.taken)
            self.model.burn(charge.id, [(part.lot, part.amount) for part in answer.allocations], answer.owed)
            assert answer.available == self.model.available(self.at)

    @rule(amount=amounts, hours=st.integers(1, 60), owes=st.booleans())
    def hold(self, amount, hours, owes):
        there, lasts = self.model.available(self.at), timedelta(hours=hours)
        if amount > there and not owes:
            with pytest.raises(InsufficientCredits):
                make.held(self.holder, str(amount), at=self.at, lasts=lasts)
            return
        told = make.held(self.holder, str(amount), at=self.at, lasts=lasts, may_owe=owes)
        parts = {one.lot.public_id: one.amount for one in queries.reservations_of(told.hold)}
        assert sum(parts.values(), NOTHING) == told.hold.reserved == min(amount, there)
        self.model.holds[told.hold.public_id] = ModelHold(amount, self.at + lasts, parts)
        assert (told.balance, told.available) == (self.model.balance(self.at), self.model.available(self.at))

    @precondition(lambda self: self.model.holds)
    @rule(place=places, share=st.integers(0, 5))
    def capture(self, place, share):
        name, hold = self.one_of(self.model.holds, place)
        charge = make.charge(self.holder, str(round(hold.amount * share / 4, 6)))
        if charge.amount > hold.amount:
            with pytest.raises(HoldExceeded):
                holds.capture(hold_id=name, charge=charge, at=self.at, by=None)
            return
        answer = holds.capture(hold_id=name, charge=charge, at=self.at, by=None)
        parts = [(part.lot, part.amount) for part in answer.allocations]
        reserved = sum(hold.parts.values(), NOTHING)
        if charge.amount <= reserved:
            assert all(amount <= hold.parts[lot] for lot, amount in parts)
        del self.model.holds[name]
        there = reserved + self.model.available(self.at) - sum(
            (amount for lot, amount in hold.parts.items() if self.model.ends[lot] > self.at), NOTHING
        )  # fmt: skip
        assert answer.taken == min(charge.amount, there)
        self.model.burn(charge.id, parts, answer.owed)
        assert (answer.balance, answer.available) == (self.model.balance(self.at), self.model.available(self.at))
        self.model.over[name] = hold

    @precondition(lambda self: self.model.holds)
    @rule(place=places)
    def release(self, place):
        name, hold = self.one_of(self.model.holds, place)
        told = holds.release(hold_id=name, at=self.at, by=None)
        self.model.over[name] = self.model.holds.pop(name)
        assert (told.balance, told.available) == (self.model.balance(self.at), self.model.available(self.at))
        assert hold.ends > self.at

    @precondition(lambda self: self.model.over)
    @rule(place=places)
    def what_is_over_stays_over(self, place):
        name, _ = self.one_of(self.model.over, place)
        with pytest.raises(AlreadyDone):
            holds.release(hold_id=name, at=self.at, by=None)

    @precondition(lambda self: self.model.charges)
    @rule(place=places, amount=amounts)
    def correct(self, place, amount):
        charge = self.model.charges[place % len(self.model.charges)]
        asked = {
            "charge_id": charge.id, "member_id": self.holder.pk, "amount": amount, "reason": "", "by": None,
            "at": self.at,
        }  # fmt: skip
        if amount > charge.owed + sum(part for _, part in charge.parts):
            with pytest.raises(CorrectionTooLarge):
                correcting.correct(**asked)
            return
        told = correcting.correct(**asked)
        assert told.forgiven == min(amount, charge.owed)
        charge.owed -= told.forgiven
        self.model.debt -= told.forgiven
        expected, still = [], amount - told.forgiven
        while still:
            lot, part = charge.parts.pop()
            back = min(part, still)
            expected.append((lot, back))
            still -= back
            self.model.left[lot] += back if self.model.ends[lot] > self.at else NOTHING
            if part > back:
                charge.parts.append((lot, part - back))
        assert [(part.lot, part.amount) for part in told.allocations] == expected
        assert told.balance == self.model.balance(self.at)

    @precondition(lambda self: self.model.left)
    @rule(place=places, amount=amounts)
    def take_out(self, place, amount):
        lot = Lot.objects.get(public_id=self.one_of(self.model.left, place)[0])
        verb = taking_out.refund if lot.kind == "paid" else taking_out.take_back
        asked = {
            "member_id": self.holder.pk, "lot_id": lot.public_id, "amount": amount, "reason": "", "by": None,
            "at": self.at,
        }  # fmt: skip
        if lot.expires_at <= self.at:
            return
        if amount > self.model.left[lot.public_id] - self.model.held(lot.public_id):
            with pytest.raises(InsufficientCredits), transaction.atomic():
                verb(**asked)
            return
        verb(**asked)
        self.model.left[lot.public_id] -= amount

    @rule(hours=st.integers(1, 40))
    def time_goes_on(self, hours):
        self.go_to(self.at + timedelta(hours=hours))

    @rule()
    def to_the_last_instant_of_a_day(self):
        self.go_to(day_end(kst_date(self.at)) - timedelta(microseconds=1))

    @rule()
    def to_midnight(self):
        self.go_to(day_end(kst_date(self.at)))

    def go_to(self, at):
        self.at = at
        self.model.pass_to(at)

    @rule()
    def nightly_job_runs(self):
        expiry.post_expired(at=self.at)
        self.model.lapse(self.at)
        account = Account.objects.filter(pk=self.holder.pk).first()
        assert (account.balance if account else 0) == sum(self.model.left.values()) == self.model.balance(self.at)
        assert expiry.post_expired(at=self.at) == 0

    @rule()
    def holds_job_runs(self):
        holds.expire(at=self.at)
        assert holds.expire(at=self.at) == 0

    @invariant()
    def everybody_is_told_the_same(self):
        if hasattr(self, "holder"):
            told = queries.balance(self.holder.pk, self.at)
            assert (told.total, told.total - told.held) == (self.model.balance(self.at), self.model.available(self.at))
            assert queries.as_of(self.holder.pk, self.at).balance == told
            assert sum(Debt.objects.values_list("amount", flat=True)) == self.model.debt

    @invariant()
    def the_books_add_up(self):
        if hasattr(self, "holder"):
            assert findings() == []
            assert books.is_consistent(self.holder.pk)

    @precondition(lambda self: self.model.left)
    @rule(back=st.integers(1, 3))
    def history_ends_with_today(self, back):
        today = kst_date(self.at)
        history = queries.balance_history(self.holder.pk, today - timedelta(days=back), today)
        assert [day.day for day in history] == [today - timedelta(days=number) for number in range(back, -1, -1)]
        tonight = queries.balance(self.holder.pk, day_end(today) - timedelta(microseconds=1))
        assert history[-1].total == tonight.total

    @staticmethod
    def one_of(found, place):
        name = sorted(found)[place % len(found)]
        return name, found[name]

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


def test_ledger_in_any_order():
    Ledger.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
    Ledger.TestCase("runTest").runTest()

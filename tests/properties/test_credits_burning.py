"""The statement that burns, against the rules in Python; and the ledger in any order, against a simple model."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from credits import queries
from credits.models import Account
from credits.rules import burning as rules
from credits.services import books, burning, expiry
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clock import KST

pytestmark = pytest.mark.django_db

START = datetime(2026, 2, 10, 12, tzinfo=KST)
MILLIONTH = Decimal("0.000001")

amounts = st.one_of(
    st.integers(1, 30).map(Decimal), st.integers(1, 30_000_000).map(lambda units: units * MILLIONTH)
)  # whole ones meet boundaries often, millionths catch rounding
days = st.integers(0, 5)


@contextmanager
def taken_back():
    """One example: whatever it writes is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


lots_of_a_member = st.lists(st.tuples(st.sampled_from(["free", "free", "paid"]), amounts, days), max_size=5)
charges = st.lists(st.tuples(st.integers(0, 2), st.one_of(st.just(Decimal(0)), amounts), st.booleans()), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lots=st.lists(lots_of_a_member, min_size=3, max_size=3), wanted=charges, day=days)
def test_burn_is_what_the_rules_say(lots, wanted, day):
    with taken_back():
        holders = [make.member() for _ in lots]
        for holder, given_lots in zip(holders, lots, strict=True):
            for number, (kind, amount, lasts) in enumerate(given_lots):
                come_in(holder, kind, amount, lasts, number)
        at = START + timedelta(days=day)
        parcels = {holder.pk: parcels_of(holder) for holder in holders}
        burns = [make.charge(holders[who], str(amount), may_owe=owes) for who, amount, owes in wanted]
        expected = [burned_by_the_rules(parcels[charge.member_id], charge, at) for charge in burns]
        assert [told(answer) for answer in burning.burn(burns, at=at, by=None)] == expected
        assert all(parcels_of(holder) == parcels[holder.pk] for holder in holders)
        assert findings() == []


def come_in(holder, kind, amount, lasts, number):
    if kind == "paid":
        return make.bought(holder, str(amount), at=START, purchase=f"pur_{number}")
    return make.granted(holder, str(amount), kst_date(START) + timedelta(days=lasts), at=START)


def parcels_of(holder):
    return [queries.parcel(lot) for lot in queries.all_lots(holder.pk)]


def burned_by_the_rules(parcels, charge, at):
    """What the rules say of one charge; the parcels are burned down in place."""
    plan = rules.plan(parcels, charge.amount, at, may_owe=charge.may_owe)
    takes = {take.lot: take.amount for take in plan.takes}
    parcels[:] = [
        replace(parcel, remaining=parcel.remaining - takes.get(parcel.name, Decimal(0))) for parcel in parcels
    ]
    left = sum(parcel.remaining for parcel in parcels if rules.is_live(parcel, at))
    takes_told = [(take.lot, take.kind, take.amount) for take in plan.takes]
    return plan.taken, plan.owed, plan.refused, takes_told, left


def told(answer):
    takes = [(part.lot, part.kind, part.amount) for part in answer.allocations]
    return answer.taken, answer.owed, answer.refused, takes, answer.balance


class Ledger(RuleBasedStateMachine):
    """Credits come in, are used and expire, while time goes on; the model is a dict of what remains."""

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.holder, self.at, self.left, self.ends = make.member(), START, {}, {}
        self.bought = 0

    @rule(amount=amounts, lasts=days)
    def grant(self, amount, lasts):
        lot = make.granted(self.holder, str(amount), kst_date(self.at) + timedelta(days=lasts), at=self.at)
        self.left[lot.public_id], self.ends[lot.public_id] = amount, lot.expires_at

    @rule(amount=amounts)
    def buy(self, amount):
        self.bought += 1
        lot = make.bought(self.holder, str(amount), at=self.at, purchase=f"pur_{self.bought}")
        self.left[lot.public_id], self.ends[lot.public_id] = amount, lot.expires_at

    @rule(wanted=st.lists(st.tuples(amounts, st.booleans()), min_size=1, max_size=4))
    def use(self, wanted):
        before = self.usable()
        charges = [make.charge(self.holder, str(amount), may_owe=owes) for amount, owes in wanted]
        for (amount, owes), answer in zip(wanted, burning.burn(charges, at=self.at, by=None), strict=True):
            assert answer.refused == (not owes and amount > before)
            assert answer.taken == (Decimal(0) if answer.refused else min(amount, before))
            assert answer.taken + answer.owed == (Decimal(0) if answer.refused else amount)
            before -= answer.taken
            for part in answer.allocations:
                self.left[part.lot] -= part.amount

    @rule(hours=st.integers(1, 40))
    def time_goes_on(self, hours):
        self.at += timedelta(hours=hours)

    @rule()
    def to_the_last_instant_of_a_day(self):
        self.at = day_end(kst_date(self.at)) - timedelta(microseconds=1)

    @rule()
    def to_midnight(self):
        self.at = day_end(kst_date(self.at))

    @rule()
    def job_runs(self):
        gone = [lot for lot, ends in self.ends.items() if ends <= self.at and self.left[lot]]
        assert expiry.post_expired(at=self.at) == len(gone)
        self.left |= dict.fromkeys(gone, Decimal(0))

    @invariant()
    def the_balance_is_what_can_be_used(self):
        if hasattr(self, "holder"):
            assert queries.balance(self.holder.pk, self.at).total == self.usable()

    @invariant()
    def the_books_add_up(self):
        if hasattr(self, "holder"):
            assert findings() == []
            assert books.is_consistent(self.holder.pk)
            account = Account.objects.filter(pk=self.holder.pk).first()
            assert (account.balance if account else 0) == sum(self.left.values())

    @precondition(lambda self: self.left)
    @rule(back=st.integers(1, 3))
    def history_ends_with_today(self, back):
        today = kst_date(self.at)
        history = queries.balance_history(self.holder.pk, today - timedelta(days=back), today)
        assert [day.day for day in history] == [today - timedelta(days=number) for number in range(back, -1, -1)]
        assert history[-1].total == self.usable()

    def usable(self):
        return sum((left for lot, left in self.left.items() if self.ends[lot] > self.at), Decimal(0))

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


def test_ledger_in_any_order():
    Ledger.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
    Ledger.TestCase("runTest").runTest()

"""The statements that burn, against the rules in Python."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credits import queries
from credits.rules import burning as rules
from credits.services import burning, holds
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.calendars import kst_date
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
nothing_or_more = st.one_of(st.just(Decimal(0)), amounts)
charges = st.lists(st.tuples(st.integers(0, 2), nothing_or_more, st.booleans(), nothing_or_more), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lots=st.lists(lots_of_a_member, min_size=3, max_size=3), wanted=charges, day=days,
    held=st.lists(st.tuples(st.integers(0, 2), amounts, st.integers(1, 200)), max_size=3), at_once=st.booleans(),
)  # fmt: skip
def test_burn_is_what_the_rules_say(lots, wanted, day, held, at_once):
    with taken_back():
        holders = [make.member() for _ in lots]
        for holder, given_lots in zip(holders, lots, strict=True):
            for number, (kind, amount, lasts) in enumerate(given_lots):
                come_in(holder, kind, amount, lasts, number)
        at = START + timedelta(days=day)
        for who, amount, hours in held:
            make.held(holders[who], str(amount), at=START, lasts=timedelta(hours=hours), may_owe=True)
        holds.expire(at=at)
        parcels = {holder.pk: parcels_of(holder) for holder in holders}
        burns = [
            make.charge(holders[who], str(amount), may_owe=owes, claimed=claimed)
            for who, amount, owes, claimed in wanted
        ]
        expected = [burned_by_the_rules(parcels[charge.member_id], charge, at) for charge in burns]
        batches = [burns] if at_once else [[charge] for charge in burns]
        answers = [answer for batch in batches for answer in burning.burn(batch, at=at, by=None)]
        assert [told(answer) for answer in answers] == expected
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
    plan = rules.plan(parcels, charge.amount, at, may_owe=charge.may_owe, claimed=charge.claimed)
    takes = {take.lot: take.amount for take in plan.takes}
    parcels[:] = [
        replace(parcel, remaining=parcel.remaining - takes.get(parcel.name, Decimal(0))) for parcel in parcels
    ]
    left = sum(parcel.spare for parcel in parcels if rules.is_live(parcel, at))
    held = sum(parcel.held for parcel in parcels)
    takes_told = [(take.lot, take.kind, take.amount) for take in plan.takes]
    return plan.taken, plan.owed, plan.refused, takes_told, left, left + held


def told(answer):
    takes = [(part.lot, part.kind, part.amount) for part in answer.allocations]
    return answer.taken, answer.owed, answer.refused, takes, answer.available, answer.balance

"""Auto-recharge, day by day: kim's plan charges 50,000 on the 20th of each month unless the test says otherwise."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Notice
from billing.errors import NoPaymentMethod
from billing.models import Payment, Purchase, RechargeCycle, RechargePlan, RechargeStep, SandboxCharge
from billing.queries import recharging as queries
from billing.rules import conditions
from billing.services import fulfilment, invoices, payment_methods, payments, recharging
from billing.services.purchases import write
from credits.models import Lot
from tests.billing import make
from tests.billing.recharged import balance, changed, chosen, cycles, day, line, plan, run, table, tries
from upstage_console.kernel.errors import InvalidAmount, InvalidDates

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15-2.1")]


@pytest.fixture
def kim():
    return make.member(card="ok")


def told(holder, about="recharge_failed"):
    return Notice.objects.filter(member=holder, about=about).count()


# Switching on


def test_setting_charges_nothing(kim):
    made = plan(kim)
    assert (made.status, made.next_on) == ("active", date(2026, 2, 20))
    assert run(make.NOON, day(2, 19, hour=23)) == 0
    assert not Purchase.objects.exists()


@pytest.mark.clause("upstage/20.2")
def test_who_switched_it_on_and_what_was_shown(kim):
    table()
    made = plan(kim)
    step = RechargeStep.objects.get(plan=made)
    assert (step.kind, step.by, step.at, step.conditions) == ("set", kim.user, make.NOON, conditions.FIRST.version)
    assert (step.shown["on"], step.shown["total"], Decimal(step.shown["bonus"])) == ("2026-02-20", "55000", 5000)
    assert told(kim, "recharge") == 1


@pytest.mark.parametrize(
    ("choice", "refused"),
    [
        (chosen(0), InvalidAmount),
        (chosen("0.5"), InvalidAmount),
        (chosen(number=0), InvalidDates),
        (chosen(number=32), InvalidDates),
    ],
)
def test_choices_that_cannot_be(kim, choice, refused):
    with pytest.raises(refused):
        plan(kim, choice)
    assert not RechargePlan.objects.exists()


@pytest.mark.clause("upstage/15.2")
def test_without_a_card():
    with pytest.raises(NoPaymentMethod):
        plan(make.member())
    assert not RechargePlan.objects.exists()


# Cycles


def test_charged_on_the_day_and_once(kim):
    plan(kim)
    assert run(day(2, 20), day(2, 20, hour=9), day(2, 21)) == 1
    assert tries(kim) == [(date(2026, 2, 20), 50_000, "paid")]
    assert RechargePlan.objects.get().next_on == date(2026, 3, 20)
    assert told(kim, "recharged") == 1


def test_day_31_falls_on_the_last_and_comes_back(kim):
    plan(kim, chosen(number=31))
    run(day(2, 28), day(3, 31), day(4, 30))
    assert [one[0] for one in tries(kim)] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert cycles(kim)[0] == (date(2026, 2, 28), date(2026, 3, 30), "paid")


@pytest.mark.clause("upstage/15-2.2", "upstage/15-2.3")
def test_unused_bonus_ends_with_the_cycle_without_any_job(kim):
    table()
    plan(kim)
    run(day(2, 20))
    assert balance(kim, day(3, 19, hour=23)) == (50_000, 5_000)
    assert balance(kim, day(3, 20)) == (50_000, 0)
    run(day(3, 20))
    assert balance(kim, day(3, 20)) == (100_000, 5_000)


@pytest.mark.clause("upstage/15-2.2")
def test_tier_is_computed_afresh(kim):
    table(line(percent="10"))
    plan(kim)
    run(day(2, 20))
    table(line(percent="4"), since=date(2026, 3, 20))
    run(day(3, 20))
    assert [one.bonus for one in queries.tries_of_member(kim.pk)] == [5_000, 2_000]


def test_dollars():
    lee = make.member(card="ok", currency="USD")
    table(line(30, "12.5", currency="USD"))
    plan(lee, chosen("33.30"))
    run(day(2, 20))
    assert balance(lee, day(2, 20)) == (Decimal("33.30"), Decimal("4.1625"))
    assert Payment.objects.get().amount == Decimal("36.63")


# Downtime


def test_late_run_charges_the_latest_cycle_alone(kim):
    table()
    plan(kim)
    assert run(day(5, 3)) == 1
    assert cycles(kim) == [
        (date(2026, 2, 20), date(2026, 3, 19), "missed"),
        (date(2026, 3, 20), date(2026, 4, 19), "missed"),
        (date(2026, 4, 20), date(2026, 5, 19), "paid"),
    ]
    assert tries(kim) == [(date(2026, 5, 3), 50_000, "paid")]
    assert Lot.objects.get(source="bonus").expires_on == date(2026, 5, 19)
    assert RechargePlan.objects.get().next_on == date(2026, 5, 20)


def test_retries_that_did_not_run_are_one():
    kim = make.member(card="declined")
    plan(kim)
    run(day(2, 20), day(2, 24), day(2, 24, hour=5), day(2, 25))
    assert [one[0].day for one in tries(kim)] == [20, 24, 25]
    assert RechargePlan.objects.get().status == "paused"


# Failures


@pytest.mark.clause("upstage/19")
def test_tried_again_after_1_3_and_5_days_then_paused():
    kim = make.member(card="declined")
    plan(kim)
    run(*(day(2, number) for number in range(20, 28)))
    assert [one[0].day for one in tries(kim)] == [20, 21, 23, 25]
    assert told(kim) == 4
    assert (RechargePlan.objects.get().status, RechargePlan.objects.get().next_on) == ("paused", None)
    assert run(day(3, 20), day(4, 20)) == 0


@pytest.mark.clause("upstage/19")
def test_paused_plan_is_taken_up_again(kim):
    make.give_card(kim, "declined")
    plan(kim)
    run(day(2, 20), day(2, 21), day(2, 23), day(2, 25))
    make.give_card(kim, "ok", at=day(2, 26))
    resumed = changed(kim, chosen(), at=day(2, 27))
    assert (resumed.status, resumed.next_on) == ("active", date(2026, 3, 20))
    run(day(3, 20))
    assert tries(kim)[-1] == (date(2026, 3, 20), 50_000, "paid")
    assert list(RechargeStep.objects.order_by("pk").values_list("kind", flat=True)) == ["set", "paused", "resumed"]


def test_a_card_that_works_pays_the_next_try(kim):
    make.give_card(kim, "declined")
    plan(kim)
    run(day(2, 20))
    make.give_card(kim, "ok", at=day(2, 20, hour=10))
    run(day(2, 20, hour=11), day(2, 21), day(2, 23))
    assert [one[2] for one in tries(kim)] == ["failed", "paid"]
    assert Purchase.objects.get(status="paid").expires_on == date(2031, 2, 21)
    assert RechargePlan.objects.get().next_on == date(2026, 3, 20)


def test_a_card_taken_away_is_a_failure(kim):
    plan(kim)
    payment_methods.remove(member_id=kim.pk, by=kim.user, at=day(2, 19))
    run(*(day(2, number) for number in range(20, 28)))
    assert (tries(kim), told(kim), RechargePlan.objects.get().status) == ([], 4, "paused")


@pytest.mark.parametrize(("card", "status"), [("times_out", "paid"), ("times_out_declined", "failed")])
def test_unknown_outcome_is_never_tried_twice(card, status):
    kim = make.member(card=card)
    plan(kim)
    assert run(day(2, 20)) == 1
    assert tries(kim) == [(date(2026, 2, 20), 50_000, "pending")]
    assert recharging.charge_due(at=day(2, 20, hour=1)) == 0
    payments.reconcile(at=day(2, 20, hour=2))
    assert tries(kim) == [(date(2026, 2, 20), 50_000, status)]


class Killed(BaseException):
    pass


@pytest.mark.parametrize("where", ["before the bank", "inside the bank", "after the bank", "while crediting"])
def test_killed_anywhere_it_is_charged_once(kim, monkeypatch, where):
    target, name = {
        "before the bank": (payments, "_note_asked"),
        "inside the bank": (payments.gateways.get("sandbox").__class__, "charge"),
        "after the bank": (payments, "settle"),
        "while crediting": (fulfilment.lots, "add_paid"),
    }[where]

    def dying(*args, **named):
        raise Killed

    table()
    plan(kim)
    with monkeypatch.context() as patch:
        patch.setattr(target, name, dying)
        with pytest.raises(Killed):
            recharging.charge_due(at=day(2, 20))
    run(day(2, 20, hour=1), day(2, 20, hour=2), day(2, 21))
    assert (SandboxCharge.objects.count(), balance(kim, day(2, 21))) == (1, (50_000, 5_000))
    assert [one[2] for one in tries(kim)] == ["paid"]


def test_the_database_lets_a_cycle_be_paid_once(kim):
    plan(kim)
    run(day(2, 20))
    cycle, method = RechargeCycle.objects.get(), kim.payment_methods.get()
    quoted = queries.quote_on(chosen(), "KRW", date(2026, 2, 20))
    with pytest.raises(IntegrityError), transaction.atomic():
        write(kim, method, quoted, key="again", by=None, at=day(2, 21), cycle=cycle)


# What stops it (upstage/15.1)


def fee(holder, due):
    return invoices.issue_single(
        member_id=holder.pk, amount=Decimal(1000), due_on=due, what_ko="요금", what_en="Fee", by=None, at=make.NOON
    )


@pytest.mark.clause("upstage/15.1")
def test_unpaid_fees_stop_a_cycle_and_say_so_once(kim):
    plan(kim)
    fee(kim, date(2026, 2, 13))
    run(*(day(2, number) for number in range(20, 28)))
    assert (tries(kim), told(kim), cycles(kim)[0][2]) == ([], 1, "stopped")
    assert (RechargePlan.objects.get().status, RechargePlan.objects.get().next_on) == ("active", date(2026, 3, 20))
    notice = Notice.objects.get(member=kim, about="recharge_failed")
    assert "UC-202602-000001" in notice.body_ko


@pytest.mark.clause("upstage/15.1")
def test_fees_paid_meanwhile_let_the_next_try_through(kim):
    plan(kim)
    owed = fee(kim, date(2026, 2, 13))
    run(day(2, 20), day(2, 21))
    invoices.pay(member_id=kim.pk, invoice_id=owed.public_id, by=kim.user, at=day(2, 22), key="pay")
    run(day(2, 22), day(2, 23), day(2, 25))
    assert tries(kim) == [(date(2026, 2, 23), 50_000, "paid")]
    assert cycles(kim) == [(date(2026, 2, 20), date(2026, 3, 19), "paid")]


# How much it asks of the database


def test_nothing_due_asks_the_same_for_many(django_assert_num_queries):
    def ask(length):
        for _ in range(length):
            plan(make.member(card="ok"))
        with django_assert_num_queries(2):
            recharging.charge_due(at=day(2, 19))

    ask(1)
    ask(3)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (RechargeCycle, {"status": "missed"}),
        (RechargeCycle, {"status": "paid", "first_try_on": None}),
        (RechargeCycle, {"status": "stopped"}),
        (RechargeCycle, {"status": "open", "first_try_on": date(2026, 2, 19)}),
        (RechargeCycle, {"status": "open", "next_try_on": date(2026, 2, 20)}),
        (RechargeCycle, {"status": "missed", "first_try_on": None, "is_last_try": True}),
        (RechargeCycle, {"amount": 0}),
        (RechargeCycle, {"mode": "once"}),
        (RechargeStep, {"day": 32}),
        (RechargeStep, {"status": "waiting"}),
        (RechargeStep, {"kind": "changed", "status": "refused"}),
        (RechargeStep, {"kind": "changed", "status": "waiting", "decided_at": make.NOON}),
        (RechargeStep, {"conditions": ""}),
        (RechargeStep, {"next_on": None}),
        (RechargeStep, {"kind": "cancelled"}),
    ],
)
def test_the_database_keeps_states_and_their_facts_together(kim, rows, wrong):
    plan(kim)
    run(day(2, 20))
    assert rows.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.objects.update(**wrong)

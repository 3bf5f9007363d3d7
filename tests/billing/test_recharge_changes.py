"""Auto-recharge changed, cancelled and reminded of; kim's plan charges 50,000 on the 20th of each month."""

from datetime import date

import pytest

from accounts.models import Notice
from accounts.services import leaving
from billing.models import RechargePlan, RechargeStep
from billing.services import recharge_plans, recharge_reminders, recharging
from tests.billing import make
from tests.billing.recharged import balance, cancelled, changed, chosen, cycles, day, plan, run, table, tries
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import DueItem, PolicySetting

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15-2.1")]


@pytest.fixture
def kim():
    return make.member(card="ok")


# Changing (upstage/15-3)


@pytest.mark.clause("upstage/15-3.1", "upstage/15-3.2")
def test_amount_holds_from_the_next_charge(kim):
    plan(kim)
    run(day(2, 20))
    assert changed(kim, chosen(70_000), at=day(3, 1)).next_on == date(2026, 3, 20)
    run(day(3, 20))
    assert [one[1] for one in tries(kim)] == [50_000, 70_000]


@pytest.mark.clause("upstage/15-3.2", "upstage/15-3.3")
def test_earlier_day_cuts_the_cycle_and_its_bonus(kim):
    table()
    plan(kim)
    run(day(2, 20))
    assert changed(kim, chosen(number=5), at=day(2, 25)).next_on == date(2026, 3, 5)
    assert balance(kim, day(3, 4, hour=23)) == (50_000, 5_000)
    assert balance(kim, day(3, 5)) == (50_000, 0)
    run(day(3, 5))
    assert balance(kim, day(3, 5)) == (100_000, 5_000)
    assert [one[:2] for one in cycles(kim)] == [
        (date(2026, 2, 20), date(2026, 3, 4)), (date(2026, 3, 5), date(2026, 4, 4))
    ]  # fmt: skip


@pytest.mark.clause("upstage/15-3.2")
def test_later_day_carries_the_bonus_until_it_begins(kim):
    table()
    plan(kim)
    run(day(2, 20))
    assert changed(kim, chosen(number=10), at=day(3, 15)).next_on == date(2026, 4, 10)
    assert balance(kim, day(4, 9, hour=23)) == (50_000, 5_000)
    assert balance(kim, day(4, 10)) == (50_000, 0)
    assert run(day(3, 20), day(4, 9)) == 0


def test_change_twice(kim):
    table()
    plan(kim)
    run(day(2, 20))
    changed(kim, chosen(60_000, number=5), at=day(2, 25))
    last = changed(kim, chosen(90_000, number=20), at=day(2, 26))
    assert last.next_on == date(2026, 3, 20)
    assert balance(kim, day(3, 19, hour=12)) == (50_000, 5_000)
    run(day(3, 5), day(3, 20))
    assert [one[1] for one in tries(kim)] == [50_000, 90_000]
    assert balance(kim, day(3, 20)) == (140_000, 9_000)


def test_month_to_year(kim):
    plan(kim)
    run(day(2, 20))
    assert changed(kim, chosen(600_000, "annual", 20), at=day(3, 1)).next_on == date(2026, 3, 20)
    run(day(3, 20), day(4, 20))
    assert RechargePlan.objects.get().next_on == date(2027, 3, 20)
    assert [one[1] for one in tries(kim)] == [50_000, 600_000]


def test_change_ends_the_tries_of_the_old_amount(kim):
    make.give_card(kim, "declined")
    plan(kim)
    run(day(2, 20), day(2, 21))
    changed(kim, chosen(10_000), at=day(2, 22))
    assert run(*(day(2, number) for number in range(22, 28))) == 0
    assert cycles(kim)[0][2] == "dropped"
    assert RechargePlan.objects.get().next_on == date(2026, 3, 20)


def test_change_while_the_bank_has_not_answered():
    kim = make.member(card="times_out_declined")
    plan(kim)
    recharging.charge_due(at=day(2, 20))
    changed(kim, chosen(10_000), at=day(2, 20))
    run(day(2, 20, hour=1), day(2, 21), day(2, 23))
    assert [one[2] for one in tries(kim)] == ["failed"]
    assert cycles(kim)[0][2] == "dropped"


def test_the_same_again_changes_nothing(kim):
    plan(kim)
    changed(kim, chosen(), at=day(2, 11))
    assert RechargeStep.objects.count() == 1


def test_change_without_a_plan(kim):
    with pytest.raises(NotFound):
        changed(kim, chosen(), at=make.NOON)


@pytest.mark.clause("upstage/15-3.1")
@pytest.mark.parametrize(("approve", "amount", "state"), [(True, 70_000, "applied"), (False, 50_000, "refused")])
def test_change_that_staff_decide(kim, amy, ben, approve, amount, state):
    PolicySetting.objects.create(
        name="recharge_changes_approved_by", value="staff", reason="r", starts_at=make.NOON, proposed_at=make.NOON,
        proposed_by=amy, approved_by=ben, approved_at=make.NOON,
    )  # fmt: skip
    plan(kim)
    changed(kim, chosen(60_000), at=day(2, 11))
    changed(kim, chosen(70_000), at=day(2, 12))
    assert RechargePlan.objects.get().amount == 50_000
    step = RechargeStep.objects.get(status="waiting")
    recharge_plans.decide(step.public_id, approve=approve, reason="seen", by=amy, at=day(2, 13))
    assert RechargePlan.objects.get().amount == amount
    assert list(RechargeStep.objects.order_by("pk").values_list("status", flat=True)) == ["applied", "withdrawn", state]
    assert set(DueItem.objects.values_list("state", flat=True)) == {"done", "waived"}
    with pytest.raises(AlreadyDone):
        recharge_plans.decide(step.public_id, approve=approve, reason="again", by=amy, at=day(2, 13))


# Ending (upstage/16.2)


@pytest.mark.clause("upstage/16.2")
def test_cancelled_plan_charges_nothing_and_keeps_the_bonus_to_its_day(kim):
    table()
    plan(kim)
    run(day(2, 20))
    assert cancelled(kim, at=day(3, 1)).next_on is None
    assert run(day(3, 20), day(4, 20)) == 0
    assert balance(kim, day(3, 19, hour=23)) == (50_000, 5_000)
    assert balance(kim, day(3, 20)) == (50_000, 0)


@pytest.mark.clause("upstage/16.2")
def test_cancelling_ends_the_tries(kim):
    make.give_card(kim, "declined")
    plan(kim)
    run(day(2, 20))
    cancelled(kim, at=day(2, 20, hour=9))
    assert run(*(day(2, number) for number in range(21, 28))) == 0


def test_cancelled_once(kim):
    with pytest.raises(NotFound):
        cancelled(kim, at=make.NOON)
    plan(kim)
    cancelled(kim, at=make.NOON)
    with pytest.raises(AlreadyDone):
        cancelled(kim, at=make.NOON)


def test_cancelled_and_set_again(kim):
    plan(kim)
    run(day(2, 20))
    cancelled(kim, at=day(3, 1))
    again = plan(kim, chosen(30_000, number=8), at=day(3, 2))
    assert again.next_on == date(2026, 3, 8)
    run(day(3, 8), day(3, 20))
    assert tries(kim) == [(date(2026, 2, 20), 50_000, "paid"), (date(2026, 3, 8), 30_000, "paid")]


@pytest.mark.clause("upstage/3.2", "upstage/16.2")
def test_leaving_ends_it(kim):
    plan(kim)
    leaving.withdraw(kim.pk, by=kim.user, at=day(2, 15))
    assert RechargePlan.objects.get().status == "ended"
    assert run(day(2, 20)) == 0


# Reminding of a year's renewal


def test_a_years_renewal_is_told_a_week_before_once(kim):
    plan(kim, chosen(300_000, "annual", 20))
    assert recharge_reminders.remind(at=day(2, 15)) == 0
    run(day(2, 20))
    assert recharge_reminders.remind(at=day(2, 12, year=2027)) == 0
    assert [recharge_reminders.remind(at=day(2, number, year=2027)) for number in (13, 14, 19, 20)] == [1, 0, 0, 0]
    notice = Notice.objects.get(member=kim, stage="coming")
    assert "330,000" in notice.body_ko


def test_a_month_is_not_reminded_of(kim):
    plan(kim)
    run(day(2, 20))
    assert recharge_reminders.remind(at=day(3, 18)) == 0


def test_reminding_asks_the_same_for_many(django_assert_num_queries):
    def ask(length):
        for _ in range(length):
            plan(make.member(card="ok"), chosen(300_000, "annual", 20))
        run(day(2, 20))
        with django_assert_num_queries(5):
            recharge_reminders.remind(at=day(2, 15, year=2027))

    ask(1)
    Notice.objects.all().delete()
    ask(3)

"""Prices with steps: rated by what the member has used in the month, told step by step (upstage/17.1, 18.1)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.services import keys
from billing.errors import BadSteps, MoreThanThePrice, StepsAreOfWholeMonths
from billing.models import Charge, Price, Service, UsageEvent, UsageSteps
from billing.queries import spending
from billing.queries.access import access
from billing.queries.calls import calls
from billing.queries.invoices import lines_of_invoice
from billing.queries.price_effect import effect
from billing.queries.sums import Scope
from billing.rules.steps import Step
from billing.services import catalogue, charging, closing, holding, trials, usage
from billing.services.catalogue import AddOnLine
from billing.services.rating import Use
from credits.errors import InsufficientCredits
from tests.billing import make
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import InvalidAmount

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.1"), pytest.mark.clause("upstage/17.1")]

FAST = AddOnLine("fast", Decimal(50), name_ko="빠른 처리", name_en="Express")
FEBRUARY = Scope(0, date(2026, 2, 1), date(2026, 2, 28))
NEXT_MONTH = datetime(2026, 3, 1, 0, 30, tzinfo=KST)


def stepped(first="10", *further, add_ons=(), since=date(2026, 1, 1), per=1, meter=None):
    steps = further or ((1000, "8"), (5000, "5"))
    return catalogue.set_price(
        meter_id=(meter or make.meter_row()).pk, currency="KRW", unit_price=Decimal(first), per=per,
        effective_on=since, by=None, at=make.NOON, add_ons=add_ons,
        further=[Step(Decimal(above), Decimal(price)) for above, price in steps],
    )  # fmt: skip


def used(holder, quantity, *add_ons, at=make.NOON):
    use = Use("ocr", "page", Decimal(quantity), add_ons=add_ons)
    return charging.charge(member_id=holder.pk, use=use, by=None, at=at).amount


def reported(holder, *quantities, at=make.NOON, **more):
    events = [make.event(holder, f"e{at:%m%d}-{number}", quantity=str(each), at=at.isoformat(), **more)
              for number, each in enumerate(quantities)]  # fmt: skip
    return usage.take(events, batch_key="test", at=max(at, make.NOON))


def counted(holder):
    rows = UsageSteps.objects.filter(member=holder).order_by("month", "billing_month", "price")
    return [[int(each) for each in row.quantities] for row in rows]


def scope(holder):
    return Scope(holder.pk, FEBRUARY.first, FEBRUARY.last)


@pytest.fixture
def kim(db):
    holder = make.member()
    make.granted(holder, "100000")
    return holder


def test_uses_fill_the_steps_one_after_the_other(kim):
    stepped()
    assert [used(kim, each) for each in (600, 600, 4000, 1)] == [6000, 5600, 31400, 5]
    assert counted(kim) == [[1000, 4000, 201]]


def test_all_at_once_costs_the_same(kim):
    stepped()
    assert used(kim, 5201) == 6000 + 5600 + 31400 + 5


def test_price_for_many_units(kim):
    stepped("0.5", (1000, "0.25"), per=1000)
    assert used(kim, 1500) == Decimal("0.625")


@pytest.mark.clause("upstage/2.7")
def test_each_month_begins_with_the_first_step(kim):
    stepped()
    used(kim, 1500)
    assert used(kim, 10, at=NEXT_MONTH) == 100
    assert counted(kim) == [[1000, 500, 0], [10, 0, 0]]


def test_each_member_has_steps_of_their_own(kim):
    stepped()
    other = make.member()
    make.granted(other, "100000")
    used(kim, 1500)
    assert used(other, 10) == 100


def test_reported_uses_fill_them_in_the_order_of_the_batch(kim):
    stepped()
    taken = reported(kim, 600, 600, 1)
    amounts = UsageEvent.objects.order_by("event_id").values_list("amount", flat=True)
    assert (taken.accepted, list(amounts)) == (3, [6000, 5600, 8])


def test_repeats_take_no_places(kim):
    stepped()
    reported(kim, 600)
    again = reported(kim, 600, 600)
    assert (again.accepted, again.duplicate, counted(kim)) == (1, 1, [[1000, 200, 0]])


def test_the_same_id_twice_in_a_batch_counts_once(kim):
    stepped()
    event = make.event(kim, "one", quantity=600)
    taken = usage.take([event, event, make.event(kim, "two", quantity=600)], batch_key="test", at=make.NOON)
    assert (taken.accepted, taken.duplicate, counted(kim)) == (2, 1, [[1000, 200, 0]])


def test_what_is_refused_takes_no_places(kim):
    stepped()
    bad = make.event(kim, "bad", quantity=600, add_ons=["gold"])
    taken = usage.take([bad, make.event(kim, "good", quantity=600)], batch_key="test", at=make.NOON)
    assert ([one.code for one in taken.rejected], counted(kim)) == (["unknown_add_on"], [[600, 0, 0]])


def test_refused_charge_leaves_nothing_behind(db):
    stepped()
    with pytest.raises(InsufficientCredits):
        used(make.member(), 10)
    assert (UsageSteps.objects.count(), Charge.objects.count()) == (0, 0)


@pytest.mark.clause("upstage/2.7")
def test_late_use_counts_for_the_month_it_was_used_in_and_goes_on_the_next_invoice(kim):
    stepped()
    reported(kim, 1500)
    closing.close(date(2026, 2, 1), by=None, at=NEXT_MONTH)
    used(kim, 900, at=NEXT_MONTH)
    late = make.event(kim, "late", quantity=200)
    usage.take([late], batch_key="late", at=NEXT_MONTH)
    assert UsageEvent.objects.get(event_id="late").amount == 1600
    assert counted(kim) == [[1000, 500, 0], [0, 200, 0], [900, 0, 0]]


def test_batch_of_two_months_fills_each(kim):
    stepped()
    events = [make.event(kim, "a", quantity=1200), make.event(kim, "b", quantity=1200, at=NEXT_MONTH.isoformat())]
    usage.take(events, batch_key="test", at=NEXT_MONTH)
    assert list(UsageEvent.objects.values_list("amount", flat=True)) == [11600, 11600]


def test_add_ons_are_of_each_step_and_count_together(kim):
    stepped(add_ons=[FAST])
    assert [used(kim, 600, "fast"), used(kim, 600), used(kim, 10, "fast")] == [9000, 5600, 120]
    assert Price.objects.get(chosen=["fast"]).step_prices == [15, 12, Decimal("7.5")]


def test_free_trial_costs_nothing_and_counts_nothing(kim):
    stepped()
    service = Service.objects.get(code="ocr")
    trials.offer(service_id=service.pk, days=14, effective_on=date(2026, 2, 10), by=None, at=make.NOON)
    trials.start(member_id=kim.pk, service_id=service.pk, agrees=True, by=kim.user, at=make.NOON)
    assert (used(kim, 3000), UsageSteps.objects.count()) == (0, 0)


def test_call_tells_its_steps(kim):
    stepped(add_ons=[FAST])
    reported(kim, 1500, add_ons=["fast"])
    (call,) = calls(scope(kim))
    assert call.why.en == (
        "1,500 page = 1,000 × ₩10 (the first 1,000 of the month) + 500 × ₩8 (from 1,000 to 5,000) = ₩14,000 "
        "(the price since 1 Jan 2026); Express +50% +₩7,000 = ₩21,000"
    )
    assert call.why.facts["steps"] == {"0": "1000.000000", "1000": "500.000000"}
    assert [(one.label_en, one.amount) for one in call.part_amounts] == [("Price", 14000), ("Express +50%", 7000)]


def test_charge_of_a_day_tells_its_steps(kim, django_assert_num_queries):
    stepped()
    make.taken(make.event(kim, "a", quantity=900), make.event(kim, "b", quantity=600))
    with django_assert_num_queries(2):
        ((_charge, why, _parts),) = spending.shown(spending.charges(scope(kim)))
    assert why.ko == (
        "1,500 page = 1,000 × 10원 (월 1,000까지) + 500 × 8원 (월 1,000 초과 5,000까지) = 14,000원 "
        "(2026년 1월 1일부터의 단가)"
    )


def test_invoice_line_tells_its_steps_and_keeps_them(kim):
    holder = make.member(postpaid=True)
    stepped()
    reported(holder, 1500)
    closing.close(date(2026, 2, 1), by=None, at=NEXT_MONTH)
    invoice = holder.invoices.get()
    (line,) = lines_of_invoice(invoice)
    assert line.why.en == (
        "1,500 page = 1,000 × ₩10 (the first 1,000 of the month) + 500 × ₩8 (from 1,000 to 5,000) = ₩14,000, "
        "less 0 credits = ₩14,000 → ₩14,000 (rounded down)"
    )
    assert [(int(one.quantity), int(one.price)) for one in line.steps] == [(1000, 10), (500, 8)]


def test_hold_reserves_what_the_use_costs_at_most(kim):
    stepped("5", (1000, "8"))
    first = holding.place(
        member_id=kim.pk, use=Use("ocr", "page", Decimal(900)), expires_in=None, by=None, at=make.NOON
    )
    more = holding.place(member_id=kim.pk, use=Use("ocr", "page", Decimal(200)), expires_in=None, by=None, at=make.NOON)
    assert (first.hold.amount, more.hold.amount) == (4500, 1600)
    done = holding.capture(hold=more.hold.public_id, quantity=Decimal(200), by=None, at=make.NOON)
    assert (done.charge.amount, counted(kim)) == (1000, [[200, 0]])


def test_hold_of_a_key_is_repeated_whatever_came_between(kim):
    stepped("5", (1000, "8"))
    use = Use("ocr", "page", Decimal(900))
    ask = {"member_id": kim.pk, "use": use, "expires_in": None, "by": None, "at": make.NOON, "key": "one"}
    first = holding.place(**ask)
    used(kim, 500)
    assert holding.place(**ask).hold.pk == first.hold.pk


@pytest.mark.clause("upstage/15.3")
def test_gate_asks_for_credits_only_where_the_next_unit_costs(db):
    stepped("0", (100, "20"))
    Service.objects.update(is_listed=True)
    poor = make.member()
    _key, secret = keys.issue(member_id=poor.pk, name="k", scopes=["account:read"], by=poor.user, at=make.NOON)
    assert access(secret, "ocr", at=make.NOON).code == "allowed"
    used(poor, 100)
    assert access(secret, "ocr", at=make.NOON).code == "insufficient_credits"
    assert access(secret, "ocr", at=NEXT_MONTH).code == "allowed"


WRONG = [((0, "8"),), ((1000, "8"), (1000, "5")), ((1000, "8"), (500, "5")), (("0.0000001", "8"),), (("1e13", "8"),),
         tuple((number, "8") for number in range(1, 21))]  # fmt: skip


@pytest.mark.parametrize("further", WRONG)
def test_steps_that_are_none(db, further):
    with pytest.raises(BadSteps):
        stepped("10", *further)
    assert not Price.objects.exists()


@pytest.mark.parametrize("price", ["-1", "0.0000001"])
def test_price_of_a_step_that_is_none(db, price):
    with pytest.raises(InvalidAmount):
        stepped("10", (1000, price))


def test_discount_below_the_cheapest_step_is_refused(db):
    with pytest.raises(MoreThanThePrice):
        stepped("10", (1000, "1"), add_ons=[AddOnLine("less", Decimal(-2), "per_unit")])


def test_steps_begin_and_end_with_a_month(db):
    with pytest.raises(StepsAreOfWholeMonths):
        stepped(since=date(2026, 3, 2))
    stepped(since=date(2026, 3, 1))
    with pytest.raises(StepsAreOfWholeMonths) as refused:
        make.price("7", since=date(2026, 3, 15))
    assert refused.value.facts["earliest_on"] == date(2026, 4, 1)
    make.price("7", since=date(2026, 4, 1))


def test_steps_before_a_price_that_begins_within_a_month_are_refused(db):
    make.price("7", since=date(2026, 4, 15))
    with pytest.raises(StepsAreOfWholeMonths):
        stepped(since=date(2026, 3, 1))


def test_prices_without_steps_go_the_plain_way(kim):
    make.price("12")
    assert used(kim, 10) == 120
    assert (Service.objects.get(code="ocr").has_own_prices, UsageSteps.objects.count()) == (False, 0)


@pytest.mark.parametrize(("first", "after"), [("10", 11600), ("20", 21600)])
def test_effect_on_last_month_counts_each_member_by_steps(kim, first, after):
    make.price("12")
    make.taken(make.event(kim, "a", quantity=1200, at=(make.NOON - timedelta(days=20)).isoformat()))
    found = effect(stepped(first, (1000, "8"), since=date(2026, 3, 1)), date(2026, 2, 10))
    assert (found.members, found.before, found.after) == (1, 14400, after)

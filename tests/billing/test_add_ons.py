"""Add-ons of a price: chosen with each use, rated exactly, shown as parts that add up (upstage/18.1)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.errors import MoreThanThePrice, NoSuchAddOn
from billing.models import Charge, Price, UsageEvent
from billing.queries import spending
from billing.queries.calls import calls
from billing.queries.invoices import lines_of_invoice
from billing.queries.sums import Scope
from billing.services import catalogue, charging, closing, correcting, holding
from billing.services.catalogue import AddOnLine
from billing.services.rating import Use
from tests.billing import make
from upstage_console.kernel.errors import InvalidAmount

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.1")]

FAST, NIGHT = AddOnLine("fast", Decimal(50), name_ko="빠른 처리", name_en="Express"), AddOnLine("night", Decimal(-25))
HIRES = AddOnLine("hires", Decimal("0.5"), "per_unit")


def priced(*add_ons, amount="12", per=1, currency="KRW", since=date(2026, 1, 1)):
    return catalogue.set_price(
        meter_id=make.meter_row().pk, currency=currency, unit_price=Decimal(amount), per=per, effective_on=since,
        by=None, at=make.NOON, add_ons=add_ons,
    )  # fmt: skip


def used(holder, quantity, *add_ons):
    use = Use("ocr", "page", Decimal(quantity), add_ons=add_ons)
    return charging.charge(member_id=holder.pk, use=use, by=None, at=make.NOON)


@pytest.fixture
def kim(db):
    holder = make.member()
    make.granted(holder, "100000")
    return holder


@pytest.mark.parametrize(
    ("chosen", "amount"),
    [((), "1200"), (("fast",), "1800"), (("night",), "900"), (("night", "fast", "fast"), "1500"), (("hires",), "1250")],
)
def test_each_add_on_is_of_the_price_itself(kim, chosen, amount):
    priced(FAST, NIGHT, HIRES)
    assert used(kim, 100, *chosen).amount == Decimal(amount)


def test_a_combination_is_one_price_however_often_it_is_used(kim):
    priced(FAST, NIGHT)
    for chosen in (("fast", "night"), ("night", "fast"), ("fast",)):
        used(kim, 1, *chosen)
    assert sorted(Price.objects.filter(base__isnull=False).values_list("chosen", flat=True)) == [
        ["fast"], ["fast", "night"],
    ]  # fmt: skip


def test_fractions_are_exact(kim):
    priced(AddOnLine("odd", Decimal("12.25")), amount="0.0015")
    done = used(kim, 1_000_000, "odd")
    assert done.amount == Decimal("1683.75")


def test_unknown_add_on_is_refused_and_nothing_is_used(kim):
    priced(FAST)
    with pytest.raises(NoSuchAddOn):
        used(kim, 1, "fast", "gold")
    assert (Charge.objects.count(), Price.objects.count()) == (0, 1)


def test_events_are_rated_with_their_add_ons(kim):
    priced(FAST, NIGHT)
    made = make.taken(
        make.event(kim, "a", quantity=100, add_ons=["fast"]),
        make.event(kim, "b", quantity=100),
        make.event(kim, "c", quantity=100, add_ons=["gold"]),
        make.event(kim, "d", quantity=100, add_ons=["night", "fast"]),
    )
    assert (made.accepted, [(one.index, one.code) for one in made.rejected]) == (3, [(2, "unknown_add_on")])
    amounts = dict(UsageEvent.objects.values_list("event_id", "amount"))
    assert amounts == {"a": 1800, "b": 1200, "d": 1500}
    assert sorted(Charge.objects.values_list("amount", flat=True)) == [1200, 1500, 1800]


def test_a_repeat_with_other_add_ons_is_a_conflict(kim):
    priced(FAST)
    first = make.event(kim, "a", quantity=1, add_ons=["fast"])
    make.taken(first)
    assert make.taken(first | {"add_ons": ["fast", "fast"]}).duplicate == 1
    assert [one.code for one in make.taken(first | {"add_ons": None}).rejected] == ["id_conflict"]
    assert [one.code for one in make.taken(make.event(kim, "a", quantity=1)).rejected] == ["id_conflict"]


@pytest.mark.parametrize("wrong", ["fast", [1], [""], ["x" * 41], ["f\0"], [str(n) for n in range(21)], {"fast": 1}])
def test_malformed_add_ons_are_rejected(kim, wrong):
    priced(FAST)
    assert [one.code for one in make.taken(make.event(kim, add_ons=wrong)).rejected] == ["invalid_event"]
    assert UsageEvent.objects.count() == 0


def test_codes_with_odd_signs_come_through(kim):
    odd = 'a "quoted", {braced} \\ 코드'
    priced(AddOnLine(odd, Decimal(100)))
    assert make.taken(make.event(kim, quantity=1, add_ons=[odd])).accepted == 1
    assert UsageEvent.objects.get().amount == 24


def test_price_of_the_time_of_use_and_its_add_ons(kim):
    priced(FAST)
    priced(AddOnLine("fast", Decimal(20)), amount="15", since=date(2026, 2, 10))
    before, after = make.later(days=-1).isoformat(), make.NOON.isoformat()
    make.taken(make.event(kim, "a", at=before, add_ons=["fast"]), make.event(kim, "b", at=after, add_ons=["fast"]))
    assert dict(UsageEvent.objects.values_list("event_id", "amount")) == {"a": 18, "b": 18}
    assert Price.objects.filter(base__isnull=False).count() == 2


def test_parts_add_up_on_charges_calls_and_invoices():
    holder = make.member(postpaid=True)
    priced(FAST, HIRES, amount="0.123457", per=7)
    make.taken(*[make.event(holder, str(n), quantity=n, add_ons=["fast", "hires"]) for n in range(1, 40)])
    charge = Charge.objects.get()
    parts = spending.parts_charged(charge)
    assert [one.part.kind for one in parts] == ["usage", "add_on", "add_on"]
    assert sum(one.amount for one in parts) == charge.amount
    call = calls(Scope(holder.pk, date(2026, 2, 1), date(2026, 2, 28)))[0]
    assert sum(one.amount for one in call.part_amounts) == call.amount
    closing.close_due(at=make.later(days=40))
    line = lines_of_invoice(holder.invoices.get())[0]
    assert (line.row.amount, sum(one.amount for one in line.parts)) == (charge.amount, charge.amount)
    assert line.row.what_en == "ocr · page · Express, hires"


def test_why_says_each_part(kim):
    priced(FAST, NIGHT)
    used(kim, 100, "fast", "night")
    why = spending.why_charged(Charge.objects.get())
    assert why.en == (
        "100 page × ₩12 = ₩1,200 (the price since 1 Jan 2026); Express +50% +₩600, night −25% −₩300 = ₩1,500"
    )
    assert "빠른 처리 +50% +600원" in why.ko


def test_correction_rates_with_the_add_ons_of_the_use(kim):
    priced(FAST)
    make.taken(make.event(kim, "a", quantity=100, add_ons=["fast"]))
    use = correcting.Use(kim.pk, make.NOON, "a")
    done = correcting.of_platform(use, quantity=Decimal(40), reason="counted twice", by=None, at=make.NOON)
    assert (done.row.amount_before, done.row.amount, done.row.restored) == (1800, 720, 1080)


def test_hold_keeps_the_add_ons_for_its_capture(kim):
    priced(FAST)
    use = Use("ocr", "page", Decimal(100), add_ons=("fast",))
    held = holding.place(member_id=kim.pk, use=use, expires_in=None, by=None, at=make.NOON)
    assert held.credits.held == 1800
    done = holding.capture(hold=held.hold.public_id, quantity=Decimal(50), by=None, at=make.NOON)
    assert done.charge.amount == 900


@pytest.mark.parametrize(
    "wrong",
    [
        (AddOnLine("a", Decimal("0.001")),),
        (AddOnLine("a", Decimal("0.0000001"), "per_unit"),),
        (AddOnLine("", Decimal(1)),),
        (AddOnLine("a", Decimal(1)), AddOnLine("a", Decimal(2))),
        tuple(AddOnLine(str(n), Decimal(1)) for n in range(21)),
    ],
)
def test_add_ons_that_are_not_possible(wrong):
    with pytest.raises(InvalidAmount):
        priced(*wrong)
    assert Price.objects.count() == 0


def test_discounts_are_never_more_than_the_price():
    with pytest.raises(MoreThanThePrice):
        priced(AddOnLine("a", Decimal(-60)), AddOnLine("b", Decimal(-5), "per_unit"))
    priced(AddOnLine("a", Decimal(-60)), AddOnLine("b", Decimal("-4.8"), "per_unit"))


def test_prices_with_a_base_are_not_on_the_list(kim, client):
    priced(FAST)
    used(kim, 1, "fast")
    assert Price.objects.listed().count() == 1

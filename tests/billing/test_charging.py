from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts.enums import RestrictionKind
from accounts.errors import NotActive, Restricted
from billing.errors import BadQuantity, NoSuchPrice
from billing.models import BillingMonth, Charge, Service, UsageDay, UsageEvent, UsageHour
from billing.services import charging, holding
from billing.services.charging import Use
from credits import queries as credit_queries
from credits.errors import InsufficientCredits
from credits.services import books
from tests.accounts.restricting import restricted
from tests.billing import make
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount
from upstage_console.kernel.idempotency import IdempotencyMismatch, Request
from upstage_console.kernel.money import Money

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.3")]


def charged(holder, amount, key=None):
    use = Use.of_amount(Decimal(amount))
    return charging.charge(member_id=holder.pk, use=use, by=None, at=make.NOON, key=key)


def test_amount_burns_credits():
    kim = make.member()
    lot = make.granted(kim, "100")
    done = charged(kim, "30.5")
    assert [(part.lot, part.amount) for part in done.allocations] == [(lot.public_id, Decimal("30.5"))]
    assert (done.balance, done.owed) == (Decimal("69.5"), 0)
    assert not Service.objects.filter(is_listed=True).exists()


def test_prepaid_is_refused_whole():
    kim = make.member(card="ok")
    make.granted(kim, "100")
    with pytest.raises(InsufficientCredits) as refused:
        charged(kim, "100.000001")
    assert refused.value.facts["available"].amount == 100
    assert not (Charge.objects.exists())
    assert not (UsageEvent.objects.exists())
    assert credit_queries.balance(kim.pk, make.NOON).total == 100


@pytest.mark.clause("upstage/17.1")
def test_postpaid_owes_the_rest():
    kim = make.member(postpaid=True)
    make.granted(kim, "100")
    done = charged(kim, "130")
    assert (done.burned, done.owed, done.balance) == (100, 30, 0)
    assert charged(kim, "5").owed == 5


def test_by_meter():
    kim = make.member()
    make.price("640", service="solar", meter="token", per=1000)
    make.granted(kim, "1000")
    use = Use("solar", "token", Decimal(1500))
    assert charging.charge(member_id=kim.pk, use=use, by=None, at=make.NOON).amount == 960


def test_same_key_again():
    kim = make.member()
    make.granted(kim, "100")
    charged(kim, "10", key="one")
    with pytest.raises(AlreadyDone):
        charged(kim, "10", key="one")
    assert credit_queries.balance(kim.pk, make.NOON).total == 90


@pytest.mark.parametrize(("amount", "refusal"), [("0", BadQuantity), ("-1", BadQuantity), ("0.0000001", InvalidAmount),
                                                 ("1000000001", BadQuantity), ("NaN", InvalidAmount)])  # fmt: skip
def test_amount_that_cannot_be_used(amount, refusal):
    kim = make.member()
    with pytest.raises(refusal):
        charged(kim, amount)
    assert not Charge.objects.exists()


def test_meter_without_a_price():
    use = Use("solar", "token", Decimal(1))
    with pytest.raises(NoSuchPrice):
        charging.charge(member_id=make.member().pk, use=use, by=None, at=make.NOON)


def test_member_who_left():
    kim = make.member()
    type(kim).objects.filter(pk=kim.pk).update(status="withdrawn", withdrawn_at=make.NOON)
    with pytest.raises(NotActive):
        charged(kim, "1")


def test_what_is_held_or_not_settled_is_not_there_to_use():
    kim = make.member()
    make.price("12")
    make.granted(kim, "100")
    holding.place(member_id=kim.pk, use=Use.of_amount(Decimal(20)), expires_in=None, by=None, at=make.NOON)
    make.unsettled(make.event(kim, quantity="5"))
    with pytest.raises(InsufficientCredits) as refused:
        charged(kim, "20.5")
    assert refused.value.facts == {"available": Money(Decimal(20), "KRW"), "amount": Money(Decimal("20.5"), "KRW")}
    done = charged(kim, "15")
    assert (done.balance, done.available) == (85, 5)
    now = credit_queries.balance(kim.pk, make.NOON)
    assert (now.total, now.held, now.unsettled, now.available) == (85, 20, 60, 5)


def test_member_by_either_id():
    kim = make.member()
    make.granted(kim, "10")
    one = charging.charge(member_id=kim.public_id, use=Use.of_amount(Decimal(1)), by=None, at=make.NOON)
    assert (one.member, charged(kim, "1").member) == (kim.public_id, kim.public_id)


def test_repeated_request_gets_the_first_answer():
    kim = make.member()
    make.granted(kim, "10")
    request = Request("key_1", "a", "what it says")

    def asked(request):
        use = Use.of_amount(Decimal("2.5"))
        return charging.charge(member_id=kim.pk, use=use, by=None, at=make.NOON, request=request)

    first, again = asked(request), asked(request)
    assert (first.is_repeat, again) == (False, replace(first, is_repeat=True))
    with pytest.raises(IdempotencyMismatch):
        asked(replace(request, fingerprint="something else"))
    assert credit_queries.balance(kim.pk, make.NOON).total == Decimal("7.5")


def test_refusal_keeps_the_key_free():
    kim, request = make.member(), Request("key_1", "a", "what it says")
    use = Use.of_amount(Decimal(1))
    with pytest.raises(InsufficientCredits):
        charging.charge(member_id=kim.pk, use=use, by=None, at=make.NOON, request=request)
    make.granted(kim, "1")
    assert charging.charge(member_id=kim.pk, use=use, by=None, at=make.NOON, request=request).balance == 0


@pytest.mark.clause("upstage/26.1")
def test_restricted_member():
    kim = make.member()
    make.granted(kim, "10")
    restricted(kim, RestrictionKind.SUSPENSION, at=make.NOON)
    with pytest.raises(Restricted) as refused:
        charged(kim, "1")
    assert refused.value.clauses == ("upstage/26.1", "upstage/7.1.8")
    assert not Charge.objects.exists()


@pytest.mark.clause("upstage/6.1")
def test_restriction_of_paid_use_leaves_what_is_free():
    kim = make.member()
    make.price("0")
    restricted(kim, RestrictionKind.INFORMATION, at=make.NOON)
    free = charging.charge(member_id=kim.pk, use=Use("ocr", "page", Decimal(1)), by=None, at=make.NOON)
    assert (free.amount, free.allocations) == (0, ())
    with pytest.raises(Restricted):
        charged(kim, "1")


@pytest.mark.clause("upstage/2.7", "upstage/8.3")
def test_sums_are_written_with_it():
    kim = make.member(postpaid=True)
    make.price("12")
    make.granted(kim, "30")
    for quantity in ("2", "1"):
        charging.charge(member_id=kim.pk, use=Use("ocr", "page", Decimal(quantity)), by=None, at=make.NOON)
    day, hour = UsageDay.objects.get(), UsageHour.objects.get()
    assert (day.events, day.quantity, day.amount, day.burned, day.owed) == (2, 3, 36, 30, 6)
    assert (hour.events, hour.quantity, hour.amount) == (2, 3, 36)
    assert books.findings() == []


def test_month_that_is_closing_passes_it_on():
    kim = make.member()
    make.granted(kim, "10")
    BillingMonth.objects.create(month=date(2026, 2, 1), closing_at=make.NOON)
    charged(kim, "1")
    assert (Charge.objects.get().day, Charge.objects.get().billing_month) == (date(2026, 2, 10), date(2026, 3, 1))


def test_day_of_use_is_noted():
    kim = make.member()
    make.granted(kim, "10")
    charged(kim, "1")
    kim.refresh_from_db()
    assert kim.last_used_on == date(2026, 2, 10)


def test_month_without_a_partition_gets_one():
    kim = make.member()
    at = datetime(2031, 5, 3, 12, tzinfo=KST)
    make.granted(kim, "10", until=date(2031, 12, 31))
    charging.charge(member_id=kim.pk, use=Use.of_amount(Decimal(1)), by=None, at=at)
    assert UsageEvent.objects.get().occurred_at == at


def test_one_statement(django_assert_num_queries):
    kim, request = make.member(), Request("key_1", "a", "what it says")
    make.granted(kim, "10")
    charged(kim, "1")
    use = Use.of_amount(Decimal(1))
    for _ in range(2):
        with django_assert_num_queries(1):
            charging.charge(member_id=kim.pk, use=use, by=None, at=make.NOON, request=request)


def test_an_amount_has_one_meter_and_no_other_is_made():
    kim = make.member()
    with pytest.raises(NoSuchPrice):
        charging.charge(member_id=kim.pk, use=Use("direct", "pages", Decimal(1)), by=None, at=make.NOON)
    assert not Charge.objects.exists()

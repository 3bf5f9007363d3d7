"""Cards that expire are told of in time; cards that failed are tried again; money nobody decides goes to staff."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice
from billing.models import Invoice, Payment, PaymentMethod
from billing.services import card_notices, closing, collecting, open_money, payments
from tests.billing import make
from upstage_console.kernel.calendars import day_start
from upstage_console.kernel.models import DueItem

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/19")]
LAST_DAY = date(2026, 6, 30)


def expiring(on=LAST_DAY):
    kim = make.member(card="ok")
    PaymentMethod.objects.filter(member=kim).update(expires_on=on)
    return kim


def told_on(day):
    return card_notices.tell(at=day_start(day))


def stages(kim):
    return list(Notice.objects.filter(member=kim, about="card").order_by("pk").values_list("stage", flat=True))


def test_holder_is_told_at_30_days_at_7_and_afterwards():
    kim = expiring()
    told = {days: told_on(LAST_DAY - timedelta(days=days)) for days in (31, 30, 29, 8, 7, 0, -1, -2)}
    assert told == {31: 0, 30: 1, 29: 0, 8: 0, 7: 1, 0: 0, -1: 1, -2: 0}
    assert stages(kim) == ["30", "7", "0"]
    last = Notice.objects.filter(member=kim).latest("pk")
    assert "30 Jun 2026" in last.body_en
    assert "2026년 6월 30일" in last.body_ko


def test_run_that_comes_late_tells_once_of_what_is_so_now():
    kim = expiring()
    assert (told_on(LAST_DAY + timedelta(days=9)), stages(kim)) == (1, ["0"])


def test_new_card_and_who_has_left_are_told_of_nothing():
    replaced, left = expiring(), expiring()
    make.give_card(replaced, at=make.later(days=1))
    type(left).objects.filter(pk=left.pk).update(status="withdrawn", withdrawn_at=make.NOON)
    assert told_on(LAST_DAY) == 0


def test_statements_do_not_grow_with_cards():
    asked = []
    for cards in (1, 3):
        for _card in range(cards):
            expiring()
        with CaptureQueriesContext(connection) as seen:
            assert told_on(LAST_DAY) == cards
        asked.append(len(seen))
    assert asked[0] == asked[1] < 12


FEBRUARY = date(2026, 2, 1)
FIRST = day_start(date(2026, 3, 1)) + timedelta(hours=1)


@pytest.fixture
def kim():
    """Somebody with an invoice of February that their card does not pay."""
    kim = make.member(card="declined")
    make.price("12")
    make.taken(make.event(kim, quantity=100))
    closing.close(FEBRUARY, by=None, at=FIRST)
    return kim


def tries(days):
    collecting.collect(at=FIRST + timedelta(days=days))
    collecting.collect(at=FIRST + timedelta(days=days, hours=1))
    return Payment.objects.count()


def test_card_that_failed_is_tried_again_after_1_3_and_5_days(kim):
    assert [tries(days) for days in (0, 1, 2, 3, 4, 5, 6, 30)] == [1, 2, 2, 3, 3, 4, 4, 4]
    assert Notice.objects.filter(member=kim, about="invoice").count() == 4


def test_job_that_stood_still_tries_once_a_run(kim):
    assert tries(0) == 1
    collecting.collect(at=FIRST + timedelta(days=10))
    assert Payment.objects.count() == 2


def test_another_card_pays_at_once(kim):
    tries(0)
    make.give_card(kim, "ok", at=FIRST + timedelta(hours=2))
    assert collecting.collect(at=FIRST + timedelta(hours=3)) == 1
    assert (Invoice.objects.get().status, tries(1)) == ("paid", 2)


def test_payment_that_nobody_decided_is_not_tried_beside(kim):
    make.give_card(kim, "times_out", at=FIRST)
    assert (tries(0), tries(1)) == (1, 1)


def test_money_that_stays_open_goes_to_staff_until_it_is_settled():
    kim = make.member(card="times_out")
    make.bought(kim, "1000")
    assert open_money.ask_staff(at=make.later(hours=23)) == 0
    assert (open_money.ask_staff(at=make.later(days=1)), open_money.ask_staff(at=make.later(days=2))) == (1, 1)
    task = DueItem.objects.get(kind=open_money.TASK)
    assert (task.about, task.closed_at) == (kim.public_id, None)
    payments.reconcile(at=make.later(days=2))
    assert open_money.ask_staff(at=make.later(days=3)) == 0
    task.refresh_from_db()
    assert task.outcome == "settled"

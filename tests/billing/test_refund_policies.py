"""The refund policy: posted with its day, shown before buying, kept by what was bought under it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing.models import RefundPolicy
from billing.queries import refund_policies as queries
from billing.rules import conditions
from billing.services import refund_policies
from billing.services.refund_policies import Text
from tests.billing import make
from tests.billing.test_documents import browser_of
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed

pytestmark = pytest.mark.django_db
TODAY = kst_date(make.NOON)
TOMORROW = TODAY + timedelta(days=1)
NEW = Text("14일 안에 모두 환불합니다.", "All of it within 14 days.")


def post(on: date = TOMORROW, text: Text = NEW) -> RefundPolicy:
    return refund_policies.post(text=text, effective_on=on, by=None, at=make.NOON)


@pytest.mark.clause("upstage/20.5")
def test_a_version_is_in_force_from_its_day_on():
    post()
    assert queries.in_force(TODAY) == conditions.FIRST
    assert (queries.in_force(TOMORROW).version, queries.in_force(TOMORROW).ko) == (TOMORROW.isoformat(), NEW.ko)


@pytest.mark.clause("upstage/20.5")
def test_what_is_bought_keeps_the_version_it_was_bought_under():
    kim = make.member(card="ok")
    before = make.bought(kim, "1000")
    post()
    after = make.bought(kim, "2000", key="two", at=make.NOON + timedelta(days=1))
    assert (before.conditions, after.conditions) == (conditions.FIRST.version, TOMORROW.isoformat())
    assert [queries.of_version(one.conditions).en for one in (before, after)] == [conditions.FIRST.en, NEW.en]


@pytest.mark.parametrize(("on", "refusal"), [(TODAY, DayHasPassed), (TOMORROW, AlreadyDone)])
def test_neither_for_today_nor_twice_for_a_day(on, refusal):
    post()
    with pytest.raises(refusal):
        post(on, Text("다른 글", "Another"))
    assert RefundPolicy.objects.get().text_ko == NEW.ko


def test_a_posted_version_is_not_changed():
    post()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE billing_refundpolicy SET text_ko = 'x'")


def test_everybody_reads_every_version(client):
    post()
    client.cookies["django_language"] = "en"
    with clock.fixed(make.NOON):
        shown = client.get(reverse("refund-policy")).content.decode()
    assert NEW.en in shown
    assert conditions.FIRST.en.replace("'", "&#x27;") in shown
    assert shown.index("to come") < shown.index("in force")


def test_the_new_text_is_shown_before_buying():
    kim = make.member(card="ok")
    post()
    with clock.fixed(make.NOON + timedelta(days=1)):
        shown = browser_of(kim).get(reverse("credits-confirm"), {"amount": "10000"}).content.decode()
    assert NEW.ko in shown or NEW.en in shown

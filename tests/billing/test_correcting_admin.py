"""Corrections of usage at the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse

from billing.models import Charge, UsageCorrection
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import preview, use, verb_of
from tests.billing import make
from upstage_console.kernel import clock

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(make.NOON + timedelta(hours=1)):
        yield


@pytest.fixture
def charge(db):
    make.price("12")
    holder = make.member(card="ok", postpaid=True)
    make.taken(make.event(holder, quantity=20_000))
    return Charge.objects.get()


def test_a_use_is_corrected_from_its_charge_after_a_preview(amy, charge):
    office, url = desk_of(amy), verb_of(charge, "correct-use")
    shown = preview(office, url, event="e1", quantity="19999", reason="a page twice").content.decode()
    assert "₩239,988" in shown
    assert not UsageCorrection.objects.exists()
    use(office, url, event="e1", quantity="19999", reason="a page twice")
    assert UsageCorrection.objects.get().status == "applied"


def test_a_large_one_is_approved_by_somebody_else(amy, ben, charge):
    use(desk_of(amy), verb_of(charge, "correct-use"), event="e1", quantity="1", reason="a wrong unit")
    row = UsageCorrection.objects.get()
    assert row.status == "proposed"
    use(desk_of(ben), verb_of(row, "approve"), reason="I looked it up")
    row.refresh_from_db()
    assert (row.status, row.lowered) == ("applied", 239_988)


def test_a_use_that_is_not_of_the_charge_is_not_found(amy, charge):
    url = verb_of(charge, "correct-use")
    assert "There is no such thing" in preview(desk_of(amy), url, event="e9", quantity="1", reason="x").content.decode()


def test_who_may_not_correct_sees_no_verb(clerk, charge):
    client = clerk("billing.view_charge")
    page = client.get(reverse("admin:billing_charge_change", args=[charge.pk])).content.decode()
    assert "Correct a use" not in page
    assert client.get(verb_of(charge, "correct-use")).status_code == 403

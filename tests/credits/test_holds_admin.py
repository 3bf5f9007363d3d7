"""Holds in the back office: seen, and released with a reason."""

from decimal import Decimal

import pytest

from billing.services import holding
from billing.services.rating import Use
from credits import queries
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.credits import make
from upstage_console.kernel import clock
from upstage_console.kernel.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.3")]


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(make.NOON):
        yield


@pytest.fixture
def desk(client, amy):
    client.force_login(amy)
    return client


@pytest.fixture
def hold():
    kim = make.member()
    make.granted(kim, "100")
    thirty = Use.of_amount(Decimal(30))
    return holding.place(member_id=kim.pk, use=thirty, expires_in=None, by=None, at=make.NOON).hold


def held(hold):
    return queries.balance(hold.member_id, make.NOON).held


def test_list_and_page(desk, hold):
    assert hold.public_id in desk.get("/admin/credits/hold/").content.decode()
    page = desk.get(page_of(hold))
    assert (page.status_code, [one.why_not for one in page.context["buttons"]]) == (200, [""])


def test_release_is_previewed_and_leaves_history(desk, hold):
    assert preview(desk, verb_of(hold, "release")).status_code == 200
    assert held(hold) == 30
    assert use(desk, verb_of(hold, "release")).status_code == 302
    assert held(hold) == 0
    event = AuditEvent.objects.get(action="credits.released")
    assert (event.reason, event.about, event.clauses) == ("asked for", hold.member.public_id, ["upstage/15.3"])


def test_hold_that_has_ended_cannot_be_released(desk, hold):
    holding.release(hold=hold.public_id, by=None, at=make.NOON)
    assert desk.get(page_of(hold)).context["buttons"][0].why_not
    assert not AuditEvent.objects.filter(action="credits.released").exists()


def test_hold_that_is_over_says_so(desk, hold):
    with clock.fixed(hold.expires_at):
        assert desk.get(page_of(hold)).context["buttons"][0].why_not

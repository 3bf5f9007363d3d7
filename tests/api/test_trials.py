"""Free trials by API: a member's own key alone agrees to pay (upstage/17.3)."""

import json
from datetime import timedelta

import pytest

from accounts.rules.keys import PLATFORM_SCOPES
from billing.models import Service, Trial
from billing.services import trials
from tests.api.asking import is_problem, wrong_fields
from tests.billing import make
from upstage_console.kernel import clock
from upstage_console.kernel.api.formats import utc
from upstage_console.kernel.calendars import day_start, kst_date

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/17.3")]


@pytest.fixture(autouse=True)
def still(at):
    with clock.fixed(at):
        yield


@pytest.fixture
def trial(member, at):
    make.price()
    service = Service.objects.get(code="ocr")
    trials.offer(service_id=service.pk, days=14, effective_on=kst_date(at), by=None, at=at)
    return trials.start(member_id=member.pk, service_id=service.pk, agrees=False, by=None, at=at)


def put(asking, trial, day):
    body = json.dumps({"paid_from": day}).encode()
    return asking.ask("PUT", f"/trials/{trial.public_id}/paid-use", data=body, content_type="application/json")


def test_the_day_is_chosen_changed_and_taken_back(own, trial, at, gateway, member):
    first = trial.ends_on + timedelta(days=1)
    assert put(own, trial, None).json()["paid_at"] == utc(day_start(first))
    assert is_problem(put(own, trial, str(first)), 409, "already_done")
    later = put(own, trial, str(first + timedelta(days=3))).json()
    assert (
        own.get("/trials").json()["items"] == gateway.get("/trials", member=member.public_id).json()["items"] == [later]
    )
    gone = own.ask("DELETE", f"/trials/{trial.public_id}/paid-use").json()
    assert (gone["paid_at"], gone["agreed_en"]) == (None, "")
    assert is_problem(own.ask("DELETE", f"/trials/{trial.public_id}/paid-use"), 409, "already_done")


@pytest.mark.parametrize("days", [0, -20, 60])
def test_days_that_cannot_be_chosen(own, trial, days):
    assert is_problem(put(own, trial, str(trial.ends_on + timedelta(days=days))), 422, "start_not_possible")
    assert Trial.objects.get().agreed_at is None


@pytest.mark.parametrize(("day", "told"), [("soon", "invalid"), (7, "invalid")])
def test_what_is_no_day_is_told_by_field(own, trial, day, told):
    assert wrong_fields(put(own, trial, day)) == {"paid_from": told}


def test_trials_of_others_are_not_there_and_the_platform_agrees_to_nothing(own, trial, stranger, gateway, make_key):
    others = own.with_key(make_key(stranger))
    assert others.get("/trials").json() == {"items": []}
    assert is_problem(put(others, trial, None), 404, "not_found")
    assert is_problem(others.ask("DELETE", f"/trials/{trial.public_id}/paid-use"), 404, "not_found")
    platform = gateway.with_key(make_key(None, PLATFORM_SCOPES))
    assert is_problem(put(platform, trial, None), 403, "scope_missing")
    assert Trial.objects.get().agreed_at is None

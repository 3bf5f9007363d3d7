"""Policy settings change with two people; holidays with a reason."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.admin.conftest import desk_of
from tests.admin.verbs import preview, use, verb_of
from upstage_console.kernel import policy
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.models import AuditEvent, Holiday, PolicySetting

NAME = "tests.days"
PROPOSE = "admin:kernel_policysetting_do_on_list"
ADD = "admin:kernel_holiday_do_on_list"


@pytest.fixture(autouse=True)
def reading() -> None:
    policy.reading(NAME, 7, clause="upstage/20.3", why_ko="시험", why_en="a test", valid=lambda new: new > 0)


@pytest.fixture
def proposed(office: Client, at: datetime) -> PolicySetting:
    use(office, reverse(PROPOSE, args=["propose"]), name=NAME, value="9", starts_on=kst_date(at))
    return PolicySetting.objects.get()


def test_a_proposal_waits_for_the_second_person(proposed: PolicySetting, amy: User, at: datetime) -> None:
    assert (proposed.value, proposed.proposed_by, policy.value(NAME, at=at)) == (9, amy, 7)


def test_the_second_person_brings_it_into_force(proposed: PolicySetting, ben: User, at: datetime) -> None:
    use(desk_of(ben), verb_of(proposed, "approve"))
    assert policy.value(NAME, at=at) == 9


def test_the_first_person_cannot_approve(proposed: PolicySetting, office: Client, at: datetime) -> None:
    answer = preview(office, verb_of(proposed, "approve"))
    assert (answer.context["refused"].code, policy.value(NAME, at=at)) == ("same_person", 7)


def test_a_value_that_cannot_be_is_refused(office: Client, at: datetime) -> None:
    answer = preview(office, reverse(PROPOSE, args=["propose"]), name=NAME, value="0", starts_on=kst_date(at))
    assert (answer.context["refused"].code, PolicySetting.objects.count()) == ("invalid", 0)


def added(office: Client, day: date) -> Any:
    fields = {"day": day, "name_ko": "임시공휴일", "name_en": "A day off"}
    return use(office, reverse(ADD, args=["add"]), **fields)


def test_a_holiday_is_added_with_its_reason(office: Client) -> None:
    added(office, date(2026, 12, 24))
    reason = AuditEvent.objects.get(action="holiday.added").reason
    assert (reason, Holiday.objects.calendar().is_business_day(date(2026, 12, 24))) == ("asked for", False)


def test_a_holiday_is_taken_back(office: Client) -> None:
    added(office, date(2026, 12, 24))
    use(office, verb_of(Holiday.objects.get(), "remove"))
    assert Holiday.objects.count() == 0


def test_a_day_that_has_passed_is_not_made_a_holiday(office: Client) -> None:
    fields = {"day": date(2026, 11, 1), "name_ko": "휴일", "name_en": "A day off"}
    answer = preview(office, reverse(ADD, args=["add"]), **fields)
    assert (answer.context["refused"].code, Holiday.objects.count()) == ("day_has_passed", 0)

"""A year without use: told in time, restricted from the day after it, awake again at once (upstage/26.2)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import RestrictionKind
from accounts.models import Notice, Restriction
from accounts.queries import standing
from accounts.rules import dormancy as rules
from accounts.services import activity, dormancy
from upstage_console.kernel.calendars import day_start
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.clause("upstage/26.2")

LAST_USE = date(2027, 2, 1)
TOLD_ON, DORMANT_ON = date(2028, 1, 2), date(2028, 2, 2)


@pytest.fixture
def idle(make_member):
    return make_member(last_used_on=LAST_USE)


@pytest.mark.parametrize(
    ("last_use", "dormant"),
    [
        (LAST_USE, DORMANT_ON),
        (date(2027, 2, 28), date(2028, 3, 1)),  # the year begins on 1 March, and ends with 29 February
        (date(2028, 2, 29), date(2029, 3, 1)),
        (date(2027, 12, 31), date(2029, 1, 1)),
    ],
)
def test_dormant_from_the_day_after_the_year(last_use, dormant):
    assert rules.dormant_on(last_use) == dormant


def test_thirty_clear_days_lie_between_notice_and_restriction():
    assert (DORMANT_ON - TOLD_ON).days == rules.NOTICE_DAYS + 1
    assert rules.latest_notice_day(DORMANT_ON) == TOLD_ON


def test_idle_day_is_the_inverse_of_the_dormant_day():
    for number in range(800):
        today = DORMANT_ON + timedelta(days=number)
        last = rules.latest_idle_day(today)
        assert rules.dormant_on(last) <= today < rules.dormant_on(last + timedelta(days=1))


def test_notice_goes_out_thirty_days_before_and_not_earlier(idle):
    assert dormancy.run(at=day_start(TOLD_ON) - timedelta(minutes=1)) == (0, 0)
    assert dormancy.run(at=day_start(TOLD_ON)) == (0, 1)
    notice = Notice.objects.get(member=idle)
    assert (notice.about, notice.clauses) == ("dormancy", ["upstage/26.2"])
    assert "2028년 2월 2일" in notice.body_ko


def test_notice_goes_out_once_in_a_period_of_disuse(idle):
    for number in range(40):
        dormancy.run(at=day_start(TOLD_ON + timedelta(days=number)))
    assert Notice.objects.filter(member=idle).count() == 1
    assert Restriction.objects.filter(member=idle).count() == 1


def test_restriction_begins_at_midnight_of_the_day_after_the_year(idle):
    dormancy.run(at=day_start(TOLD_ON))
    dormancy.run(at=day_start(DORMANT_ON) - timedelta(minutes=1))
    assert standing(idle, at=day_start(DORMANT_ON)).may_use
    dormancy.run(at=day_start(DORMANT_ON) + timedelta(minutes=5))
    assert not standing(idle, at=day_start(DORMANT_ON) + timedelta(minutes=5)).may_use
    restriction = Restriction.objects.get(member=idle)
    assert (restriction.kind, restriction.starts_at) == (RestrictionKind.DORMANT, day_start(DORMANT_ON))
    assert AuditEvent.objects.filter(subject=restriction.public_id, action="member.restricted").count() == 1


def test_notice_that_is_late_puts_the_restriction_off(idle):
    late = DORMANT_ON + timedelta(days=10)
    assert dormancy.run(at=day_start(late)) == (0, 1)
    assert "2028년 3월 14일" in Notice.objects.get(member=idle).body_ko
    assert dormancy.run(at=day_start(date(2028, 3, 13))) == (0, 0)
    assert dormancy.run(at=day_start(date(2028, 3, 14))) == (1, 0)


def test_use_after_the_notice_keeps_awake_and_begins_a_new_period(idle):
    dormancy.run(at=day_start(TOLD_ON))
    activity.note_use([idle.pk], at=day_start(DORMANT_ON) - timedelta(hours=1))
    assert dormancy.run(at=day_start(DORMANT_ON)) == (0, 0)
    assert dormancy.run(at=day_start(date(2029, 1, 2))) == (0, 1)


def test_without_any_use_the_day_of_acceptance_counts(make_member, at):
    make_member(accepted_at=at)
    told = rules.dormant_on(at.date()) - timedelta(days=31)
    assert dormancy.run(at=day_start(told) - timedelta(minutes=1)) == (0, 0)
    assert dormancy.run(at=day_start(told)) == (0, 1)


def test_member_who_has_left_is_left_alone(make_member, at):
    make_member(last_used_on=LAST_USE, status="withdrawn", withdrawn_at=at)
    assert dormancy.run(at=day_start(DORMANT_ON)) == (0, 0)


def test_confirming_identity_wakes_at_once(idle):
    _make_dormant()
    now = day_start(DORMANT_ON) + timedelta(hours=9)
    dormancy.wake(idle.pk, by=idle.user, at=now)
    idle.refresh_from_db()
    assert standing(idle, at=now).may_use
    assert idle.last_used_on == DORMANT_ON


def test_log_in_alone_does_not_lift_dormancy(idle):
    _make_dormant()
    activity.note_use([idle.pk], at=day_start(DORMANT_ON))
    assert not standing(idle, at=day_start(DORMANT_ON)).may_use


def test_waking_who_is_awake_is_refused(idle, at):
    with pytest.raises(AlreadyDone):
        dormancy.wake(idle.pk, by=idle.user, at=at)
    idle.refresh_from_db()
    assert idle.last_used_on == LAST_USE


def test_lifted_by_staff_nobody_becomes_dormant_twice_in_one_period(idle):
    _make_dormant()
    Restriction.objects.update(lifted_at=day_start(DORMANT_ON), lifted_why="-")
    assert dormancy.run(at=day_start(DORMANT_ON + timedelta(days=1))) == (0, 0)


def test_statements_grow_with_batches_not_with_members(make_member):
    counts = []
    for wanted in (1, 3):
        for _number in range(wanted):
            make_member(last_used_on=LAST_USE)
        for day in (TOLD_ON, DORMANT_ON):
            with CaptureQueriesContext(connection) as queries:
                dormancy.run(at=day_start(day))
            counts.append(len(queries))
        Restriction.objects.all().delete()
        Notice.objects.all().delete()
    assert counts[:2] == counts[2:]


def test_small_batches_reach_everybody(make_member, monkeypatch):
    monkeypatch.setattr(dormancy, "AT_A_TIME", 2)
    for _number in range(5):
        make_member(last_used_on=LAST_USE)
    assert dormancy.run(at=day_start(TOLD_ON)) == (0, 5)
    assert dormancy.run(at=day_start(DORMANT_ON)) == (5, 0)


def _make_dormant():
    dormancy.run(at=day_start(TOLD_ON))
    assert dormancy.run(at=day_start(DORMANT_ON)) == (1, 0)

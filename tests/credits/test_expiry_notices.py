"""Told 30, 7 and 1 days before, and once it has happened (upstage/15.6)."""

from datetime import date, datetime

import pytest

from accounts.models import Notice
from credits.rules.expiry import notice_stage
from credits.services import expiry
from credits.services.expiry_notices import tell_of_expiries
from tests.credits.make import burned, granted, member
from upstage_console.kernel.clock import KST

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.6")]
LONG_AGO, LAST = date(2026, 1, 1), date(2026, 6, 30)


def morning(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 8, tzinfo=KST)


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2026, 5, 30), None),
        (date(2026, 5, 31), 30),
        (date(2026, 6, 22), 30),
        (date(2026, 6, 23), 7),
        (date(2026, 6, 29), 1),
        (date(2026, 6, 30), 1),
        (date(2026, 7, 1), None),
    ],
)
def test_the_stage_is_the_latest_whose_day_has_come(today: date, stage: int | None) -> None:
    assert notice_stage(LONG_AGO, LAST, today) == stage


def test_credits_that_came_in_later_are_too_young_for_a_stage() -> None:
    assert notice_stage(date(2026, 6, 1), LAST, date(2026, 6, 1)) is None
    assert notice_stage(date(2026, 5, 31), LAST, date(2026, 5, 31)) == 30
    assert notice_stage(date(2026, 6, 1), LAST, date(2026, 6, 23)) == 7


def test_each_stage_is_told_once() -> None:
    holder = member()
    granted(holder, "5600", LAST)
    told = [
        tell_of_expiries(at=morning(*day)) for day in [(5, 30), (5, 31), (5, 31), (6, 1), (6, 23), (6, 29), (6, 30)]
    ]
    assert told == [0, 1, 0, 0, 1, 1, 0]
    stages = Notice.objects.filter(member=holder, about="credit_expiry").order_by("pk")
    assert [notice.stage for notice in stages] == ["30", "7", "1"]
    assert "5,600" in stages[0].subject_en
    assert stages[0].clauses == ["upstage/15.6"]


def test_a_late_run_tells_the_stage_that_holds_by_then() -> None:
    granted(member(), "5600", LAST)
    assert tell_of_expiries(at=morning(6, 25)) == 1
    assert Notice.objects.get().stage == "7"


def test_what_is_used_up_is_not_told() -> None:
    holder = member()
    granted(holder, "5600", LAST)
    burned(holder, "5600")
    assert tell_of_expiries(at=morning(6, 29)) == 0


def test_what_has_expired_is_told_once() -> None:
    holder = member()
    granted(holder, "5600", LAST)
    burned(holder, "600")
    expiry.post_expired(at=morning(7, 1))
    assert tell_of_expiries(at=morning(7, 1)) == 1
    assert tell_of_expiries(at=morning(7, 2)) == 0
    notice = Notice.objects.get()
    assert (notice.about, "5,000" in notice.body_en) == ("credit_expired", True)


def test_the_statements_do_not_grow_with_the_lots(django_assert_num_queries: object) -> None:
    for _ in range(3):
        granted(member(), "100", LAST)
    with django_assert_num_queries(7):  # type: ignore[operator]
        tell_of_expiries(at=morning(6, 29))

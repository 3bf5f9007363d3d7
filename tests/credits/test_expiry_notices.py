"""Told 30, 7 and 1 days before, and once it has happened (upstage/15.6)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.enums import MemberStatus
from accounts.models import Member, Notice
from accounts.services import member_batches
from credits.rules.expiry import notice_stage
from credits.services import expiry, expiry_notices, holds
from credits.services.expiry_notices import tell_of_expiries
from tests.credits.make import bought, burned, granted, held, member
from upstage_console.kernel.clock import KST
from upstage_console.kernel.models import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.6")]
LAST = date(2026, 6, 30)


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
    assert notice_stage(LAST, today) == stage


@pytest.mark.parametrize(("day", "stages"), [((5, 31), ["30"]), ((6, 1), []), ((6, 23), ["7"]), ((6, 24), [])])
def test_credits_that_came_in_later_are_too_young_for_a_stage(day: tuple[int, int], stages: list[str]) -> None:
    granted(member(), "5600", LAST, at=morning(*day))
    tell_of_expiries(at=morning(*day))
    assert [notice.stage for notice in Notice.objects.all()] == stages


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


def test_what_expired_on_one_day_is_one_letter_and_each_member_and_day_has_its_own() -> None:
    holder, other = member(), member()
    for amount in ("5000", "600.5"):
        granted(holder, amount, LAST)
    bought(holder, "10000", at=datetime(2021, 6, 30, 9, tzinfo=KST))
    granted(holder, "7", date(2026, 7, 1))
    granted(other, "8", LAST)
    expiry.post_expired(at=morning(7, 2))
    assert [tell_of_expiries(at=at) for at in (morning(7, 2), morning(7, 3))] == [3, 0]
    mine = Notice.objects.filter(member=holder, about="credit_expired").order_by("key")
    assert [notice.subject_en for notice in mine] == ["15,600.5 credits have expired", "7 credits have expired"]
    assert "5,600.5 free and 10,000 paid credits" in mine[0].body_en
    assert Notice.objects.get(member=other).subject_en == "8 credits have expired"


def test_what_has_expired_counts_for_the_stage_of_no_other_lot() -> None:
    holder = member()
    granted(holder, "5600", LAST)
    granted(holder, "1234.5", date(2026, 7, 30))
    assert tell_of_expiries(at=morning(7, 1)) == 1
    assert "1,234.5" in Notice.objects.get().subject_ko


def test_paid_credits_behind_free_ones_say_what_has_to_be_used_first() -> None:
    holder = member()
    paid = bought(holder, "10000", at=datetime(2021, 7, 1, 9, tzinfo=KST))
    granted(holder, "3000.5", date(2027, 1, 1))
    assert paid.expires_on == date(2026, 7, 1)
    assert tell_of_expiries(at=morning(6, 24)) == 1
    notice = Notice.objects.get()
    assert (notice.stage, "13,000.5" in notice.body_ko, "13,000.5" in notice.body_en) == ("7", True, True)
    assert "3,000.5 free credits burn before them" in notice.body_en


def test_paid_credits_alone_say_nothing_of_free_ones() -> None:
    holder = member()
    bought(holder, "10000", at=datetime(2021, 7, 1, 9, tzinfo=KST))
    used_up = granted(holder, "300", date(2026, 12, 31))
    burned(holder, "300", at=morning(6, 1))
    assert used_up.pk
    tell_of_expiries(at=morning(6, 24))
    assert "free" not in Notice.objects.get().body_en


def test_who_has_left_is_told_nothing() -> None:
    holder = member()
    granted(holder, "5600", LAST)
    Member.objects.update(status=MemberStatus.WITHDRAWN, withdrawn_at=morning(6, 1))
    assert tell_of_expiries(at=morning(6, 29)) == 0


def test_every_notice_leaves_by_mail_once() -> None:
    granted(member(), "5600", LAST)
    tell_of_expiries(at=morning(6, 29))
    tell_of_expiries(at=morning(6, 29))
    assert [message.key for message in OutboxMessage.objects.all()] == [Notice.objects.get().public_id]


def test_a_killed_run_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_batches, "BATCH", 1)
    for _ in range(3):
        granted(member(), "100", LAST)
    write, calls = expiry_notices._write, []

    def killed(*given: Any) -> int:
        calls.append(given)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return write(*given)

    monkeypatch.setattr(expiry_notices, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        tell_of_expiries(at=morning(6, 29))
    monkeypatch.setattr(expiry_notices, "_write", write)
    assert Notice.objects.count() == 1
    assert tell_of_expiries(at=morning(6, 29)) == 2


@pytest.mark.parametrize("lots", [1, 3])
def test_the_statements_do_not_grow_with_the_lots(lots: int, django_assert_num_queries: Any) -> None:
    for _ in range(lots):
        granted(member(), "100", LAST)
    with django_assert_num_queries(6):
        tell_of_expiries(at=morning(6, 29))


def test_what_a_hold_kept_over_the_end_is_told_together_with_the_rest() -> None:
    """10 of 100 were held at the end and freed a moment later: one letter of 100, whatever entries they make."""
    lot = granted(member(), "100", LAST)
    hold = held(lot.member, "10", at=morning(6, 30)).hold
    holds.release(hold_id=hold.public_id, at=datetime(2026, 7, 1, 0, 1, tzinfo=KST), by=None)
    expiry.post_expired(at=datetime(2026, 7, 1, 0, 5, tzinfo=KST))
    assert (tell_of_expiries(at=morning(7, 1)), lot.entries.filter(kind="expiry").count()) == (1, 2)
    assert Notice.objects.get().subject_en == "100 credits have expired"


def test_what_a_hold_gives_back_after_the_letter_is_told_as_well() -> None:
    holder = member()
    granted(holder, "5600", LAST)
    kept = [held(holder, amount, at=morning(6, 29), lasts=timedelta(days=3)).hold for amount in ("600", "70")]
    tell_of_expiries(at=morning(6, 29))
    expiry.post_expired(at=morning(7, 1))
    assert tell_of_expiries(at=morning(7, 1)) == 1
    for hold, hour in zip(kept, (9, 15), strict=True):
        at = datetime(2026, 7, 1, hour, tzinfo=KST)
        holds.release(hold_id=hold.public_id, at=at, by=None)
        assert [tell_of_expiries(at=at), tell_of_expiries(at=at)] == [1, 0]
    told = Notice.objects.filter(about="credit_expired").order_by("at").values_list("subject_en", flat=True)
    assert list(told) == ["4,930 credits have expired", "600 credits have expired", "70 credits have expired"]

"""Told once for each crossing: of a month's spending at a limit, and of a low balance."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail

from accounts.enums import MemberStatus
from accounts.models import Member, Notice
from billing.models import OwnLimits
from billing.services import alerts, settlement
from tests.billing import make
from tests.billing.limiting import limited
from tests.billing.make import NOON, event, later, member, price, taken, unsettled
from upstage_console.kernel import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def priced(db: None) -> None:
    price("1")


def used(holder: Member, quantity: int, name: str, at: datetime = NOON) -> None:
    taken(event(holder, name, quantity=quantity, at=at.isoformat()), at=at)


def told(at: datetime = NOON) -> list[tuple[str, str]]:
    """What a run tells."""
    before = set(Notice.objects.values_list("pk", flat=True))
    count = alerts.tell(at=at)
    new = Notice.objects.exclude(pk__in=before).order_by("pk")
    assert count == len(new)
    return [(notice.about, notice.stage) for notice in new]


SOFT, HARD, LOW = ("spending_limit", "soft"), ("spending_limit", "hard"), ("low_balance", "low")


def test_each_limit_is_told_once_a_month() -> None:
    holder = member()
    limited(holder, "80", "100")
    used(holder, 79, "1")
    assert told() == []
    used(holder, 1, "2")
    assert (told(), told(later(minutes=5))) == ([SOFT], [])
    used(holder, 40, "3")
    assert (told(later(hours=1)), told(later(hours=2))) == ([HARD], [])
    assert told(later(days=20)) == []
    used(holder, 90, "4", at=later(days=20))
    assert told(later(days=20)) == [SOFT]


def test_use_that_is_not_settled_yet_counts() -> None:
    holder = member()
    make.granted(holder, "1000")
    limited(holder, "80", low="950")
    unsettled(event(holder, quantity=100))
    assert told() == [SOFT, LOW]
    settlement.settle(at=NOON)
    assert told() == []


def test_both_limits_at_once_are_one_letter() -> None:
    holder = member()
    limited(holder, "80", "100")
    used(holder, 100, "1")
    assert (told(), told()) == ([HARD], [])


def test_a_raised_limit_tells_again() -> None:
    holder = member()
    limited(holder, "80")
    used(holder, 100, "1")
    assert told() == [SOFT]
    limited(holder, "70")
    assert told() == []
    limited(holder, "90")
    assert told() == [SOFT]
    limited(holder, "120")
    assert told() == []
    used(holder, 20, "2")
    assert told() == [SOFT]
    assert Notice.objects.values_list("key", flat=True).distinct().count() == 3


def test_a_low_balance_is_told_once_until_it_has_risen() -> None:
    holder = member()
    limited(holder, low="1000")
    assert (told(), told()) == ([LOW], [])
    make.granted(holder, "1000")
    assert told() == []
    used(holder, 1, "1")
    assert (told(), told()) == ([LOW], [])


def test_a_balance_that_expires_is_low_with_its_last_instant() -> None:
    holder = member()
    make.granted(holder, "5000", until=NOON.date())
    limited(holder, low="1000")
    assert told() == []
    assert told(make.datetime(2026, 2, 11, 0, 0, tzinfo=make.KST)) == [LOW]


def test_letters_are_in_both_languages_and_leave_by_mail() -> None:
    holder = member()
    limited(holder, "80", "1000", "500")
    make.granted(holder, "600")
    used(holder, 120, "1")
    assert told() == [SOFT, LOW]
    soft, low = Notice.objects.order_by("pk")
    assert (soft.subject_en, soft.clauses) == ("You used ₩120 in February 2026", [])
    assert "120원" in soft.subject_ko
    assert "₩80" in soft.body_en
    assert "480원" in low.subject_ko
    assert "₩500" in low.body_en
    outbox.deliver_due(at=NOON)
    assert len(mail.outbox) == 2


def test_who_has_left_is_told_nothing() -> None:
    holder = member()
    limited(holder, low="1000")
    Member.objects.filter(pk=holder.pk).update(status=MemberStatus.WITHDRAWN, withdrawn_at=NOON)
    assert told() == []


def test_limits_changed_meanwhile_are_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    holder = member()
    limited(holder, "80")
    used(holder, 100, "1")
    stale = list(OwnLimits.objects.all())
    limited(holder, "500")
    monkeypatch.setattr(alerts, "_batches", lambda: iter([stale]))
    assert told() == []


@pytest.mark.parametrize("members", [1, 3])
def test_the_statements_do_not_grow_with_the_members(members: int, django_assert_num_queries: Any) -> None:
    for number in range(members):
        holder = member()
        limited(holder, "80", "1000", "500")
        used(holder, 100, f"e{number}")
    with django_assert_num_queries(8):
        alerts.tell(at=NOON)
    assert Notice.objects.count() == 2 * members


def test_a_killed_run_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "AT_A_TIME", 1)
    for _ in range(3):
        limited(member(), low="1000")
    notify, calls = alerts.notices.notify_all, []

    def killed(*given: Any, **more: Any) -> int:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return notify(*given, **more)

    monkeypatch.setattr(alerts.notices, "notify_all", killed)
    with pytest.raises(KeyboardInterrupt):
        alerts.tell(at=NOON)
    assert Notice.objects.count() == 1
    assert len(told()) == 2

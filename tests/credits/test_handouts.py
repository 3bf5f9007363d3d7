"""Staff give a promotion to many: in batches, once, within the budget, and whom it refuses is told why."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member, Notice, User
from accounts.services import leaving
from credits import queries
from credits.models import Handout, HandoutRefusal, Lot, Promotion, PromotionGrant
from credits.queries.promotions import weigh
from credits.services import handouts, joining, promotions
from tests.credits import make, promoting
from tests.credits.books import findings
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import OutboxMessage

pytestmark = pytest.mark.django_db


def begun(promotion: Promotion, *named: Member, **other: object) -> Handout:
    members = [one.pk for one in named] or None
    return handouts.begin(promotion.public_id, members=members, reason="for the autumn", by=None, at=make.NOON)


def received(promotion: Promotion) -> list[int]:
    return sorted(promotion.grants.values_list("member", flat=True))


def refusals(handout: Handout) -> dict[int, str]:
    return dict(handout.refusals.values_list("member", "why"))


@pytest.mark.clause("upstage/2.8")
def test_everybody_with_its_currency_has_it() -> None:
    promotion = promoting.opened()
    kim, lee, us = make.member(), make.member(), make.member(currency="USD")
    handout = begun(promotion)
    assert handouts.hand_out(at=make.NOON) == 2
    handout.refresh_from_db()
    assert (received(promotion), handout.status, handout.given, handout.refused) == ([kim.pk, lee.pk], "done", 2, 0)
    assert (queries.balance(kim.pk, make.NOON).free, queries.balance(us.pk, make.NOON).total) == (1000, 0)
    assert findings() == []


def test_what_is_given_is_a_lot_like_any_other(amy: User) -> None:
    promotion, kim = promoting.opened(), make.member()
    make.granted(kim, "7")
    handouts.begin(promotion.public_id, members=[kim.pk], reason="r", by=amy, at=make.NOON)
    handouts.hand_out(at=make.later(hours=1))
    lot = Lot.objects.get(member=kim, key=f"promotion:{promotion.public_id}")
    assert (lot.kind, lot.source, lot.remaining, lot.granted_at) == ("free", "grant", 1000, make.later(hours=1))
    assert (lot.expires_on, lot.reason) == (date(2026, 3, 31), "가을 이벤트")
    assert lot.clauses == ["upstage/2.8", "upstage/15.4"]
    entry = queries.entries(kim.pk)[0]
    assert (entry.sequence, entry.balance_before, entry.balance, entry.by) == (2, 7, 1007, amy)
    make.burned(kim, "1007", at=make.later(hours=2))
    assert findings() == []


def test_the_name_is_in_the_members_language() -> None:
    promotion, kim = promoting.opened(), make.member()
    kim.user.language = "en"
    kim.user.save()
    begun(promotion, kim)
    handouts.hand_out(at=make.NOON)
    assert Lot.objects.get(member=kim).reason == "Autumn"


def test_whom_it_refuses_is_written_down_with_the_reason() -> None:
    promotion = promoting.opened(budget=Decimal(2000))
    left, has_it, gone, kim, lee = (make.member() for _ in range(5))
    abroad = make.member(currency="USD")
    leaving.withdraw(left.pk, by=left.user, at=make.NOON)
    Member.objects.filter(pk=gone.pk).update(status="disqualified", disqualified_at=make.NOON)
    joining.join(promotion.public_id, member_id=has_it.pk, by=has_it.user, at=make.NOON)
    handout = begun(promotion, left, has_it, abroad, gone, kim, lee)
    assert handouts.hand_out(at=make.NOON) == 1
    assert refusals(handout) == {
        left.pk: "left", has_it.pk: "has_it", abroad.pk: "other_currency", gone.pk: "disqualified", lee.pk: "budget",
    }  # fmt: skip
    handout.refresh_from_db()
    assert (handout.given, handout.refused, received(promotion)) == (1, 5, sorted([has_it.pk, kim.pk]))
    assert findings() == []


def test_the_preview_says_what_the_deed_does() -> None:
    promotion = promoting.opened(budget=Decimal(2000))
    people = [make.member() for _ in range(3)]
    abroad = make.member(currency="USD")
    weighed = weigh(promotion, [one.pk for one in [*people, abroad]])
    assert (weighed.given, dict(weighed.refused), weighed.budget_after) == (2, {"other_currency": 1, "budget": 1}, 0)
    assert (weighed.receivers, weighed.samples["other_currency"]) == (people[:2], [abroad])
    begun(promotion, *people, abroad)
    assert handouts.hand_out(at=make.NOON) == weighed.given


def test_members_are_told_once() -> None:
    promotion, kim = promoting.opened(), make.member()
    begun(promotion, kim)
    handouts.hand_out(at=make.NOON)
    notice = Notice.objects.get(member=kim)
    assert ("가을 이벤트" in notice.body_ko, "31 Mar 2026" in notice.body_en) == (True, True)
    assert OutboxMessage.objects.filter(topic="notice", key=notice.public_id).count() == 1
    begun(promotion, kim)
    handouts.hand_out(at=make.later(days=1))
    assert Notice.objects.filter(member=kim).count() == 1


def test_a_killed_run_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handouts, "MEMBERS_AT_A_TIME", 2)
    promotion = promoting.opened(budget=Decimal(9000))
    people = [make.member() for _ in range(5)]
    handout = begun(promotion, *people)
    assert handouts._batch(handout.pk, make.NOON) == 2
    assert (received(promotion), Notice.objects.count()) == ([one.pk for one in people[:2]], 2)
    assert handouts.hand_out(at=make.later(minutes=5)) == 3
    assert (received(promotion), Notice.objects.count()) == ([one.pk for one in people], 5)
    assert handouts.hand_out(at=make.later(minutes=6)) == 0
    assert findings() == []


def test_statements_do_not_grow_with_members() -> None:
    promotion = promoting.opened(budget=Decimal(99000))
    make.member()
    begun(promotion)
    with CaptureQueriesContext(connection) as one:
        handouts.hand_out(at=make.NOON)
    for _ in range(3):
        make.member()
    begun(promotion)
    with CaptureQueriesContext(connection) as three:
        assert handouts.hand_out(at=make.NOON) == 3
    assert len(three) == len(one)


def test_a_handout_stops_where_the_promotion_ends() -> None:
    promotion, kim = promoting.opened(), make.member()
    handout = begun(promotion, kim)
    promotions.end(promotion.public_id, by=None, at=make.NOON)
    assert handouts.hand_out(at=make.NOON) == 0
    handout.refresh_from_db()
    assert (handout.status, received(promotion), HandoutRefusal.objects.count()) == ("stopped", [], 0)


def test_a_stopped_handout_gives_to_nobody_more(amy: User) -> None:
    promotion, kim = promoting.opened(), make.member()
    handout = begun(promotion, kim)
    handouts.stop(handout.public_id, reason="wrong list", by=amy, at=make.NOON)
    assert (handouts.hand_out(at=make.NOON), received(promotion)) == (0, [])


def refused(promotion: Promotion, members: list[int] | None, **delta: float) -> str:
    before = Handout.objects.count()
    with pytest.raises(Refusal) as caught:
        handouts.begin(promotion.public_id, members=members, reason="r", by=None, at=make.later(**delta))
    assert Handout.objects.count() == before
    return caught.value.code


def test_what_cannot_begin() -> None:
    promotion = promoting.opened(budget=Decimal(1000))
    assert refused(promotion, None) == "nobody_to_give"
    kim = make.member()
    assert refused(promoting.drafted(), [kim.pk]) == "promotion_closed"
    assert refused(promotion, [kim.pk], days=11) == "promotion_closed"
    begun(promotion, kim)
    assert refused(promotion, [kim.pk]) == "handout_runs"
    handouts.hand_out(at=make.NOON)
    assert refused(promotion, [make.member().pk]) == "promotion_used_up"


def test_credits_given_by_days_end_by_the_day_of_the_batch() -> None:
    promotion, kim = promoting.opened(expires_on=None, valid_days=7), make.member()
    begun(promotion, kim)
    handouts.hand_out(at=make.NOON + timedelta(days=1))
    assert PromotionGrant.objects.get(member=kim).lot.expires_on == date(2026, 2, 18)


def test_a_handout_that_its_period_leaves_behind_stops_and_the_next_one_goes_on():
    """Begun a minute before the end, with credits that end that day too: nobody has them a minute after."""
    late, running = promoting.opened(expires_on=date(2026, 2, 20)), promoting.opened(ends_at=make.later(days=20))
    kim = make.member()
    handouts.begin(late.public_id, members=[kim.pk], reason="r", by=None, at=make.later(days=9))
    handouts.begin(running.public_id, members=[kim.pk], reason="r", by=None, at=make.later(days=9))
    assert handouts.hand_out(at=make.later(days=12)) == 1
    assert late.handouts.get().status == "stopped"
    assert (late.grants.count(), running.grants.count()) == (0, 1)

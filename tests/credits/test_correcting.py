"""Undoing charges, taking credits back, refunding them, ending a bonus (upstage/16, 20.3, 15-2.2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from credits import queries
from credits.errors import CorrectionTooLarge, InsufficientCredits, LotEnded, NotRefundable
from credits.models import Debt, Entry, Lot
from credits.services import correcting, expiry, lots, taking_out
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.db import new_id
from upstage_console.kernel.errors import InvalidAmount, NotFound
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db

LAST = date(2026, 2, 11)
MIDNIGHT = make.NOON.replace(hour=0) + timedelta(days=2)


@pytest.fixture
def kim():
    return make.member()


def correct(answer, amount, *, at=make.NOON, reason="counted twice", by=None):
    return correcting.correct(
        charge_id=answer.charge_id, member_id=answer.member_id, amount=Decimal(amount), reason=reason, by=by, at=at
    )


def of_lots(told):
    return [(part.lot, part.amount) for part in told.allocations]


def remaining(*found):
    return [Lot.objects.get(pk=lot.pk).remaining for lot in found]


@pytest.mark.clause("upstage/20.3")
def test_correction_restores_what_was_burned_last_first(kim):
    early, late = make.granted(kim, "5", LAST), make.granted(kim, "10")
    (answer,) = make.burned(kim, "8")
    told = correct(answer, "4")
    assert of_lots(told) == [(late.public_id, 3), (early.public_id, 1)]
    assert (told.forgiven, told.restored, told.lapsed, told.balance, told.available) == (0, 4, 0, 11, 11)
    assert remaining(early, late) == [1, 10]
    assert findings() == []


@pytest.mark.clause("upstage/20.3")
def test_correction_lowers_the_debt_first(kim):
    lot = make.granted(kim, "5")
    (answer,) = make.burned(kim, "8", may_owe=True)
    first, second = correct(answer, "2"), correct(answer, "2.5")
    assert [(told.forgiven, of_lots(told)) for told in (first, second)] == [
        (2, []), (1, [(lot.public_id, Decimal("1.5"))]),
    ]  # fmt: skip
    assert list(Debt.objects.order_by("id").values_list("amount", flat=True)) == [3, -2, -1]
    assert findings() == []


def test_corrections_together_undo_at_most_the_charge(kim):
    make.granted(kim, "5")
    (answer,) = make.burned(kim, "4")
    correct(answer, "3")
    with pytest.raises(CorrectionTooLarge) as refusal:
        correct(answer, "1.000001")
    assert refusal.value.facts["most"].amount == 1
    correct(answer, "1")
    assert queries.balance(kim.pk, make.NOON).total == 5
    assert findings() == []


def test_correction_of_no_charge_or_of_a_stranger(kim):
    make.granted(kim, "5")
    (answer,) = make.burned(kim, "4")
    for charge, member in ((new_id(), kim), (answer.charge_id, make.member())):
        with pytest.raises(CorrectionTooLarge):
            correcting.correct(
                charge_id=charge, member_id=member.pk, amount=Decimal(1), reason="x", by=None, at=make.NOON
            )
    assert queries.balance(kim.pk, make.NOON).total == 1


@pytest.mark.parametrize("amount", ["0", "-1", "0.0000001"])
def test_correction_of_an_impossible_amount(kim, amount):
    make.granted(kim, "5")
    (answer,) = make.burned(kim, "4")
    with pytest.raises(InvalidAmount):
        correct(answer, amount)


@pytest.mark.clause("upstage/15.4")
@pytest.mark.parametrize("posted", [False, True])
def test_what_goes_back_to_a_lot_that_is_over_expires_at_once(kim, posted):
    early, late = make.granted(kim, "5", LAST), make.granted(kim, "10")
    (answer,) = make.burned(kim, "7")
    make.granted(kim, "1", LAST)
    if posted:
        expiry.post_expired(at=MIDNIGHT)
    told = correct(answer, "6", at=MIDNIGHT + timedelta(hours=3))
    assert (of_lots(told), told.lapsed, told.balance) == ([(late.public_id, 2), (early.public_id, 4)], 4, 10)
    expiry.post_expired(at=MIDNIGHT + timedelta(days=1))
    expired = Entry.objects.filter(kind="expiry").order_by("at").values_list("amount", "at")
    assert list(expired) == [(-1, MIDNIGHT), (-4, MIDNIGHT + timedelta(hours=3))]
    assert findings() == []


def test_correction_beside_a_hold_that_is_over(kim):
    make.granted(kim, "10")
    (answer,) = make.burned(kim, "4")
    make.held(kim, "5", lasts=timedelta(hours=1))
    told = correct(answer, "4", at=make.later(hours=2))
    assert (told.balance, told.available) == (10, 10)
    assert findings() == []


def test_correction_is_written_down_with_its_reason(kim, amy: User):
    make.granted(kim, "10")
    (answer,) = make.burned(kim, "4")
    correct(answer, "1", by=amy)
    event = AuditEvent.objects.get(action="credits.correction")
    assert (event.subject, event.about, event.actor, event.reason) == (
        f"chg_{answer.charge_id.hex}", kim.public_id, amy, "counted twice",
    )  # fmt: skip
    entry = queries.entries(kim.pk)[0]
    assert (entry.by, entry.note, entry.charge) == (amy, "counted twice", answer.charge_id)


def test_a_captured_hold_can_be_corrected(kim):
    make.granted(kim, "10")
    answer = make.captured(make.held(kim, "4").hold, "3")
    assert correct(answer, "3").balance == 10
    assert findings() == []


def taken(verb, kim, lot, amount, at=make.NOON):
    return verb(member_id=kim.pk, lot_id=lot.public_id, amount=Decimal(amount), reason="a slip", by=None, at=at)


@pytest.mark.clause("upstage/16.2")
def test_refund_takes_paid_credits_out(kim):
    lot = make.bought(kim, "10")
    make.burned(kim, "1")
    entry = taken(taking_out.refund, kim, lot, "4")
    assert (entry.kind, entry.amount, entry.balance, entry.lot_remaining) == ("refund", -4, 5, 5)
    assert findings() == []


@pytest.mark.clause("upstage/16.1")
def test_free_credits_are_not_refunded(kim):
    lot = make.granted(kim, "10")
    with pytest.raises(NotRefundable):
        taken(taking_out.refund, kim, lot, "4")
    assert remaining(lot) == [10]


def test_mistaken_grant_is_taken_back(kim):
    lot = make.granted(kim, "10")
    entry = taken(taking_out.take_back, kim, lot, "10")
    assert (entry.kind, entry.amount, entry.charge, remaining(lot)) == ("correction", -10, None, [0])
    assert findings() == []


@pytest.mark.parametrize("verb", [taking_out.refund, taking_out.take_back])
def test_what_is_used_or_held_stays(kim, verb):
    lot = make.bought(kim, "10")
    make.burned(kim, "2")
    make.held(kim, "3")
    with pytest.raises(InsufficientCredits):
        taken(verb, kim, lot, "5.000001")
    taken(verb, kim, lot, "5")
    assert remaining(lot) == [3]
    assert findings() == []


@pytest.mark.parametrize("verb", [taking_out.refund, taking_out.take_back])
def test_taking_out_is_refused(kim, verb):
    lot = make.bought(kim, "10")
    with pytest.raises(NotFound):
        taken(verb, make.member(), lot, "1")
    with pytest.raises(InvalidAmount):
        taken(verb, kim, lot, "0")
    with pytest.raises(LotEnded):
        taken(verb, kim, lot, "1", at=lot.expires_at)
    assert remaining(lot) == [10]


def test_hold_that_is_over_gives_way_to_taking_out(kim):
    lot = make.bought(kim, "10")
    make.held(kim, "10", lasts=timedelta(hours=1))
    taken(taking_out.refund, kim, lot, "10", at=make.later(hours=1))
    assert findings() == []


@pytest.mark.clause("upstage/15-2.2")
def test_unused_bonus_ends_and_what_is_held_of_it_stays(kim):
    make.bought(kim, "10", purchase="pur_1")
    for number, purchase in enumerate(["pur_1", "pur_1", "pur_2"]):
        lots.grant(
            member_id=kim.pk, amount=Decimal(5), expires_on=LAST + timedelta(days=number), reason="", by=None,
            at=make.NOON, source="bonus", purchase=purchase,
        )  # fmt: skip
    make.burned(kim, "1")
    make.held(kim, "1")
    told = taking_out.end_bonus(member_id=kim.pk, purchase="pur_1", by=None, at=make.NOON)
    assert [(entry.kind, entry.amount) for entry in told] == [("bonus_end", -3), ("bonus_end", -5)]
    assert taking_out.end_bonus(member_id=kim.pk, purchase="pur_1", by=None, at=make.NOON) == []
    assert queries.balance(kim.pk, make.NOON).available == 15
    assert findings() == []


def test_entries_say_why(kim):
    make.granted(kim, "5", LAST)
    lot = make.bought(kim, "10", purchase="pur_7")
    (answer,) = make.burned(kim, "7")
    correct(answer, "3")
    taken(taking_out.refund, kim, lot, "4")
    taken(taking_out.take_back, kim, lot, "1")
    expiry.post_expired(at=MIDNIGHT)
    correct(answer, "1", at=MIDNIGHT + timedelta(hours=1))
    told = [queries.explained(entry) for entry in queries.entries(kim.pk).order_by("sequence")]
    assert [why.en for why in told[4:]] == [
        "A use was corrected (counted twice): 2 went back to the paid credits that expire on 10 Feb 2031, "
        "those burned last first. Balance: 8 + 2 = 10.",
        "A use was corrected (counted twice): 1 went back to the free credits that expire on 11 Feb 2026, "
        "those burned last first. Balance: 10 + 1 = 11.",
        "4 paid credits of the purchase pur_7 were refunded (a slip); 6 are left of them. Balance: 11 − 4 = 7.",
        "1 of the paid credits that expire on 10 Feb 2031 taken back (a slip): they had come in by mistake. "
        "Balance: 7 − 1 = 6.",
        "The 1 left of the free credits expired at the end of their last day, 11 Feb 2026. Balance: 6 − 1 = 5.",
        "A use was corrected (counted twice): 1 went back to the free credits that expire on 11 Feb 2026, "
        "those burned last first. Balance: 5 + 1 = 6.",
        "1 of the free credits came free after their last day, 11 Feb 2026, and expired at once. "
        "Balance: 6 − 1 = 5.",
    ]  # fmt: skip
    assert all("잔액" in why.ko for why in told)

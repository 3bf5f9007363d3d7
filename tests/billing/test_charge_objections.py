"""Objections to one charge: received with its records, upheld back to lots, debts and payments (upstage/20.3)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from accounts.errors import AlreadyAppealed
from accounts.models import Member, Notice, Restriction, User
from billing.invariants import CHECKS
from billing.models import (
    Charge,
    CreditNote,
    FeeObjection,
    Invoice,
    Repayment,
    UsageCorrection,
    UsageDay,
    UsageHour,
    UsageHourShift,
)
from billing.queries.calls import calls
from billing.queries.sums import Scope
from billing.services import closing, correcting, fee_objections, invoices, nonpayment, review_delays
from billing.services.correcting import Use
from credits import queries as credits
from credits.errors import CorrectionTooLarge
from credits.invariants import CHECKS as OF_CREDITS
from credits.models import Lot
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import preview, use, verb_of
from tests.billing import make
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, Invalid, InvalidAmount, NotFound, SamePerson
from upstage_console.kernel.models import DueItem

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db

LATER = make.later(hours=1)
IN_MARCH = datetime(2026, 3, 2, 10, tzinfo=KST)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed(LATER):
        yield


@pytest.fixture
def kim(db: None) -> Member:
    make.price("12")
    return make.member(card="ok", postpaid=True)


def objected(holder: Member, at: datetime = LATER, reason: str = "counted twice") -> FeeObjection:
    charge = Charge.objects.get(member=holder)
    return fee_objections.object_to_charge(
        member_id=holder.pk, charge_id=charge.public_id, reason=reason, by=holder.user, at=at
    )


def upheld(objection: FeeObjection, amount: str | None, by: User, at: datetime = LATER) -> FeeObjection:
    granted = None if amount is None else Decimal(amount)
    return fee_objections.uphold(objection.public_id, amount=granted, answer="You are right.", by=by, at=at)


def broken() -> list[str]:
    """What does not add up any more."""
    with connection.cursor() as cursor:
        return [sentence for sentence, statement in (CHECKS | OF_CREDITS).items()
                if cursor.execute(statement).fetchall()]  # fmt: skip


def sums(holder: Member) -> list[tuple[Decimal, Decimal, Decimal]]:
    days = UsageDay.objects.filter(member=holder).order_by("billing_month")
    return list(days.values_list("amount", "burned", "owed"))


@pytest.mark.clause("upstage/20.3")
def test_uses_lots_and_payments_are_attached_and_staff_have_seven_business_days(kim: Member) -> None:
    paid = make.bought(kim, "100")
    make.taken(make.event(kim, quantity=2), make.event(kim, "e2", at=make.later(hours=1).isoformat()), at=LATER)
    made = objected(kim)
    item = DueItem.objects.get(kind="fee_objection")
    assert (made.review_by, item.about, "10 Feb 2026" in item.title_en) == (
        date(2026, 2, 24), kim.public_id, True,
    )  # fmt: skip
    assert [row["amount"] for row in made.evidence["hours"]] == ["24.000000", "12.000000"]
    assert [row["lot"] for row in made.evidence["lots"]] == [paid.lot]
    assert [row["amount"] for row in made.evidence["payments"]] == ["110.00"]
    assert Notice.objects.filter(member=kim, about="fee_objection", stage="received").count() == 1


def test_what_is_refused_leaves_nothing(kim: Member) -> None:
    make.taken(make.event(kim))
    charge = Charge.objects.get()
    for member, reason, why in ((make.member(), "x", NotFound), (kim, " ", Invalid), (kim, "\u200b", Invalid)):
        with pytest.raises(why):
            fee_objections.object_to_charge(
                member_id=member.pk, charge_id=charge.public_id, reason=reason, by=None, at=LATER
            )
    assert (FeeObjection.objects.count(), DueItem.objects.filter(kind="fee_objection").count()) == (0, 0)
    objected(kim)
    with pytest.raises(AlreadyAppealed):
        objected(kim)


def test_nothing_is_left_to_object_to(kim: Member) -> None:
    make.taken(make.event(kim))
    correcting.of_platform(Use(kim.pk, make.NOON, "e1"), quantity=Decimal(0), reason="x", by=None, at=LATER)
    with pytest.raises(AlreadyDone):
        objected(kim)


@pytest.mark.clause("upstage/20.3")
def test_credits_go_back_to_the_lots_that_paid_the_last_first(kim: Member, amy: User) -> None:
    free, paid = make.granted(kim, "20"), make.bought(kim, "100")
    make.taken(make.event(kim, quantity=5))
    done = upheld(objected(kim), "50", amy)
    remaining = dict(Lot.objects.filter(member=kim).values_list("public_id", "remaining"))
    assert (done.status, remaining[free.public_id], remaining[paid.lot]) == ("approved", 10, 100)
    assert (done.credit_note, sums(kim), UsageHour.objects.get().amount) == (None, [(10, 10, 0)], 10)
    call = calls(Scope(kim.pk, make.NOON.date(), make.NOON.date()))[0]
    assert (call.amount, call.charge_amount, call.quantity) == (60, 10, 5)
    assert (Notice.objects.filter(stage="upheld").count(), broken()) == (1, [])


def test_what_is_owed_falls_first_then_hours_from_the_last_one(kim: Member, amy: User) -> None:
    make.granted(kim, "20")
    make.taken(make.event(kim, quantity=2), make.event(kim, "e2", at=make.later(hours=1).isoformat()), at=LATER)
    upheld(objected(kim), "20", amy)
    rows = UsageCorrection.objects.order_by("pk").values_list("lowered", "restored", "amount")
    assert list(rows) == [(12, 0, 0), (4, 4, 16)]
    assert (sums(kim), credits.balance(kim.pk, LATER).total, broken()) == ([(16, 16, 0)], 4, [])


@pytest.mark.clause("upstage/8.3")
def test_a_use_that_is_corrected_after_its_hour_was_given_back_leaves_no_hour_below_nothing(
    kim: Member, amy: User
) -> None:
    make.granted(kim, "100")
    last, first = make.later(hours=1), make.NOON
    make.taken(make.event(kim, quantity=4), make.event(kim, "e2", at=last.isoformat()), at=LATER)
    upheld(objected(kim), "20", amy)  # the last hour's 12, and 8 of the first's 48
    correcting.of_platform(Use(kim.pk, last, "e2"), quantity=Decimal(0), reason="x", by=None, at=LATER)
    hours = UsageHour.objects.order_by("hour").values_list("quantity", "amount")
    assert (list(hours), sums(kim)) == ([(4, 28), (0, 0)], [(28, 28, 0)])
    assert list(UsageHourShift.objects.values_list("hour", "amount")) == [(first.replace(minute=0), 12)]
    assert broken() == []


def test_what_the_hour_still_has_falls_there_first(kim: Member, amy: User) -> None:
    make.granted(kim, "200")
    hours = [make.NOON, make.later(hours=1), make.later(hours=2)]
    uses = [make.event(kim, f"u{place}", quantity=5, at=at.isoformat()) for place, at in enumerate(hours)]
    make.taken(*uses, at=hours[-1])
    with clock.fixed(hours[-1]):
        upheld(objected(kim, hours[-1]), "100", amy, hours[-1])  # 60 and 40, from the last hour on
        correcting.of_platform(Use(kim.pk, hours[1], "u1"), quantity=Decimal(1), reason="x", by=None, at=hours[-1])
    told = UsageHour.objects.order_by("hour").values_list("quantity", "amount")
    assert list(told) == [(5, 32), (1, 0), (5, 0)]
    assert (UsageHourShift.objects.get().amount, sums(kim), broken()) == (28, [(32, 32, 0)], [])


def test_all_of_it_goes_back_where_no_amount_is_said_and_no_more_ever(kim: Member, amy: User) -> None:
    make.granted(kim, "100")
    make.taken(make.event(kim, quantity=5))
    objection = objected(kim)
    for amount, why in (("0", InvalidAmount), ("-1", InvalidAmount), ("0.0000001", InvalidAmount),
                        ("NaN", InvalidAmount), ("60.000001", CorrectionTooLarge)):  # fmt: skip
        with pytest.raises(why):
            upheld(objection, amount, amy)
    upheld(objection, None, amy)
    assert (sums(kim), credits.balance(kim.pk, LATER).total) == ([(0, 0, 0)], 100)
    with pytest.raises(CorrectionTooLarge):
        correcting.of_platform(Use(kim.pk, make.NOON, "e1"), quantity=Decimal(1), reason="x", by=None, at=LATER)


def test_a_large_one_is_given_back_by_two(kim: Member, amy: User, ben: User) -> None:
    make.granted(kim, "200000")
    make.taken(make.event(kim, quantity=10_000))
    waits = upheld(objected(kim), None, amy)
    assert (waits.status, waits.needs_second, credits.balance(kim.pk, LATER).total) == ("under_review", True, 80_000)
    with pytest.raises(SamePerson):
        fee_objections.agree(waits.public_id, by=amy, at=LATER)
    done = fee_objections.agree(waits.public_id, by=ben, at=LATER)
    assert (done.status, credits.balance(kim.pk, LATER).total) == ("approved", 200_000)


def test_what_was_corrected_meanwhile_is_not_given_back_twice(kim: Member, amy: User, ben: User) -> None:
    make.granted(kim, "200000")
    make.taken(make.event(kim, quantity=10_000))
    waits = upheld(objected(kim), None, amy)
    correcting.of_platform(Use(kim.pk, make.NOON, "e1"), quantity=Decimal(1), reason="x", by=None, at=LATER)
    with pytest.raises(CorrectionTooLarge):
        fee_objections.agree(waits.public_id, by=ben, at=LATER)
    assert credits.balance(kim.pk, LATER).total == 199_988


@pytest.mark.clause("upstage/20.3")
def test_what_an_invoice_charged_and_was_paid_goes_back_with_its_tax(kim: Member, amy: User) -> None:
    make.granted(kim, "20")
    make.taken(make.event(kim, quantity=5))
    closing.close_due(at=IN_MARCH)
    invoice = Invoice.objects.get()
    invoices.pay(member_id=kim.pk, invoice_id=invoice.public_id, by=kim.user, at=IN_MARCH, key="p")
    done = upheld(objected(kim, IN_MARCH), "50", amy, IN_MARCH)
    note = CreditNote.objects.get()
    line = note.lines.get()
    assert (done.credit_note, note.cause, note.total, note.back) == (note, done.public_id, -44, 44)
    assert (line.amount, line.credits, line.charged, Repayment.objects.get().amount) == (-50, -10, -40, 44)
    assert (credits.balance(kim.pk, IN_MARCH).total, broken()) == (10, [])


def test_after_the_close_what_credits_paid_shows_on_the_next_invoice(kim: Member, amy: User) -> None:
    make.granted(kim, "100")
    make.taken(make.event(kim, quantity=5))
    closing.close_due(at=IN_MARCH)
    upheld(objected(kim, IN_MARCH), "12", amy, IN_MARCH)
    assert (sums(kim), CreditNote.objects.count()) == ([(60, 60, 0), (-12, -12, 0)], 0)


@pytest.mark.clause("upstage/18.2")
def test_while_it_is_open_nobody_is_suspended_for_the_invoice_it_stands_on(kim: Member, amy: User) -> None:
    make.taken(make.event(kim, quantity=5))
    closing.close_due(at=IN_MARCH)
    made = objected(kim, IN_MARCH)
    months = [datetime(2026, 4, day, 9, tzinfo=KST) for day in range(1, 25)]
    for at in months:
        nonpayment.tell(at=at)
        nonpayment.suspend(at=at)
    assert not Restriction.objects.filter(member=kim).exists()
    fee_objections.reject(made.public_id, answer="You used it.", by=amy, at=months[-1])
    assert (nonpayment.suspend(at=months[-1]), Notice.objects.filter(stage="rejected").count()) == (1, 1)


@pytest.mark.clause("upstage/20.3")
def test_a_late_answer_is_told_once(kim: Member) -> None:
    make.taken(make.event(kim))
    objected(kim)
    last = datetime(2026, 2, 24, 23, 59, tzinfo=KST)
    assert [review_delays.tell(at=at) for at in (last, IN_MARCH, IN_MARCH)] == [0, 1, 0]
    assert "a charge for your use of" in Notice.objects.get(about="review_delayed").body_en


@pytest.mark.clause("upstage/20.3")
def test_at_the_desk_with_a_preview_of_what_goes_back(kim: Member, amy: User) -> None:
    make.granted(kim, "100")
    make.taken(make.event(kim, quantity=5))
    row = objected(kim)
    shown = preview(desk_of(amy), verb_of(row, "uphold"), amount="24", reason="yes").content.decode()
    assert ("Credits that go back" in shown, "₩24" in shown, UsageCorrection.objects.exists()) == (True, True, False)
    use(desk_of(amy), verb_of(row, "uphold"), amount="24", reason="yes")
    assert credits.balance(kim.pk, LATER).total == 64
    assert desk_of(amy).get("/admin/billing/feeobjection/").status_code == 200


def test_the_desk_reads_what_is_attached_as_the_member_does(kim: Member, amy: User) -> None:
    paid = make.bought(kim, "100")
    make.taken(make.event(kim, quantity=5))
    shown = desk_of(amy).get(f"/admin/billing/feeobjection/{objected(kim).pk}/change/").content.decode()
    assert ("What was reported, by hour" in shown, paid.lot in shown, "₩110" in shown) == (True, True, True)
    assert "quantity&quot;" not in shown


def test_who_may_not_decide_is_refused(kim: Member, clerk: Callable[..., Client]) -> None:
    make.taken(make.event(kim, quantity=5))
    assert clerk("billing.view_feeobjection").get(verb_of(objected(kim), "uphold")).status_code == 403

"""What the company owes for an incident, and what was paid of it (upstage/24)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Notice
from billing.enums import DamageCause, Fault
from billing.errors import CapExceeded, Outdated
from billing.models import Compensation, LiabilityClaim
from billing.queries.fees_paid import fees_paid
from billing.rules import liability as rules
from billing.rules.exclusions import EXCLUSIONS
from billing.rules.liability import UPSTAGE, Award, Claim, Fee, Refunded, Terms
from billing.services import compensating, fees, fulfilment, liability, repayments
from billing.services.claims import Story
from billing.services.compensating import Paid
from billing.services.liability import Head, Incident
from tests.billing import make
from upstage_console.kernel.calendars import window_before
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates, NotFound, SamePerson
from upstage_console.kernel.models import AuditEvent, DueItem
from upstage_console.kernel.wording import Phrase

pytestmark = [pytest.mark.clause("upstage/24.2", "upstage/24.5")]

STORY = Story("장애", "outage")
RIFT = Terms(months=12, is_cumulative=True, cap_clause="rift/17.3", exclusion_clause="rift/17.2")
ON = date(2026, 8, 31)
LATER = datetime(2026, 9, 2, 10, tzinfo=KST)


def fee(on, net, *refunds):
    return Fee(
        on, Decimal(net), Phrase("요금", "fee"), "x", tuple(Refunded(day, Decimal(part)) for day, part in refunds)
    )


def verdict(claimed, *found, indirect="0", fault=Fault.ORDINARY, awards=(), terms=UPSTAGE, currency="KRW", on=ON):
    claim = Claim(on, Decimal(claimed), Decimal(indirect), fault)
    return rules.assess(claim, found, awards, terms=terms, currency=currency)


def test_a_refund_belongs_to_its_payment_and_counts_until_the_day_before():
    inside = fee(date(2026, 3, 1), "1000", (date(2026, 8, 30), "300"), (date(2026, 8, 31), "500"))
    before = fee(date(2026, 2, 27), "9000", (date(2026, 3, 5), "9000"))
    found = verdict("5000", inside, before)
    assert (found.cap, [one.counts for one in found.fees]) == (700, [700])


def test_exactly_the_cap_is_not_capped_and_one_unit_more_is():
    paid = fee(date(2026, 5, 1), "1000")
    assert [(one.is_capped, one.payable) for one in (verdict("1000", paid), verdict("1001", paid))] == [
        (False, 1000), (True, 1000),
    ]  # fmt: skip


def test_what_was_paid_for_the_same_incident_counts_and_for_another_only_where_the_cap_is_cumulative():
    paid, awards = fee(date(2026, 5, 1), "1000"), [Award(Decimal(300)), Award(Decimal(200), is_same_incident=True)]
    assert verdict("5000", paid, awards=awards).payable == 800
    assert verdict("5000", paid, awards=awards, terms=RIFT).payable == 500
    assert verdict("5000", paid, awards=[Award(Decimal(2000))], terms=RIFT).payable == 0


@pytest.mark.parametrize("fault", [Fault.GROSS, Fault.INTENT])
def test_gross_negligence_and_intent_know_no_limit(fault):
    found = verdict("5000", fee(date(2026, 5, 1), "10"), indirect="4000", fault=fault, awards=[Award(Decimal(7), True)])
    assert (found.payable, found.is_capped, found.excluded, found.cap) == (5000, False, 0, 10)
    assert "neither cap nor exclusion" in found.reason.en


@pytest.mark.clause("upstage/24.1", "upstage/24.3")
@pytest.mark.parametrize("cause", DamageCause)
def test_a_cause_that_is_left_out_leaves_nothing_payable_short_of_gross_negligence(cause):
    paid = fee(date(2026, 5, 1), "1000")
    out, kept = (
        rules.assess(Claim(ON, Decimal(900), Decimal(0), fault, cause), [paid], (), terms=UPSTAGE, currency="KRW")
        for fault in (Fault.ORDINARY, Fault.GROSS)
    )
    assert (out.excluded, out.payable, out.is_capped, kept.payable) == (900, 0, False, 900)
    assert out.reason.clauses[0] == EXCLUSIONS[cause].clause
    assert EXCLUSIONS[cause].what.ko in out.reason.ko


@pytest.mark.parametrize(("claimed", "indirect"), [("0", "0"), ("-1", "0"), ("5", "-1"), ("5", "6"), ("1.5", "0")])
def test_amounts_that_are_none_are_refused(claimed, indirect):
    with pytest.raises(InvalidAmount):
        verdict(claimed, indirect=indirect)


def test_cents_are_units_of_dollars():
    assert verdict("1.25", fee(date(2026, 5, 1), "1.24"), currency="USD").payable == Decimal("1.24")


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.sampled_from([6, 12]), st.integers(-400, 10))
def test_a_payment_counts_on_just_the_days_of_the_window(on, months, shift):
    paid_on = date.fromordinal(on.toordinal() + shift)
    terms = Terms(months, is_cumulative=False, cap_clause="upstage/24.5", exclusion_clause="upstage/24.2")
    first, last = window_before(on, months=months)
    found = verdict("5000", fee(paid_on, "700"), terms=terms, on=on)
    assert (found.cap == 700) == (first <= paid_on <= last)
    assert (found.window_from, found.window_to) == (first, last)


@given(st.lists(st.integers(0, 10**12), max_size=8), st.integers(1, 10**13), st.data())
def test_nobody_gets_more_than_asked_or_than_the_cap(amounts, claimed, data):
    indirect, paid = data.draw(st.integers(0, claimed)), data.draw(st.integers(0, 10**12))
    found = verdict(
        str(claimed), *(fee(date(2026, 5, 1), str(one)) for one in amounts), indirect=str(indirect),
        awards=[Award(Decimal(paid), True)],
    )  # fmt: skip
    assert 0 <= found.payable <= claimed - indirect
    assert found.payable + paid <= max(found.cap, paid)
    assert found.is_capped == (claimed - indirect > found.payable)


# Services


@pytest.fixture
def member(db):
    holder = make.member(card="ok")
    fees.pay_at_once(
        member_id=holder.pk,
        amount=Decimal(40_000),
        what_ko="요금",
        what_en="Fee",
        by=holder.user,
        at=make.NOON,
        key="a",
    )
    return holder


def worked_out(member, amy, *heads, on=date(2026, 3, 2), at=LATER, follows=None, fault=Fault.ORDINARY):
    parts = heads or (Head("data", Decimal(90_000)), Head("lost profit", Decimal(5_000), is_excluded=True))
    return liability.propose(member.pk, Incident(on, fault, STORY, follows), parts, reason="asked", by=amy, at=at)


def approved(member, amy, ben, **how):
    row = worked_out(member, amy, **how)
    return liability.approve(row.public_id, reason="right", by=ben, at=LATER)


def paid(row, amy, amount, at=LATER):
    return compensating.propose(
        row.public_id, Paid(Decimal(amount), LATER.date(), "transfer 1"), reason="sent", by=amy, at=at
    )


def test_a_worksheet_shows_every_payment_and_opens_a_task(member, amy):
    row = worked_out(member, amy)
    assert (row.cap, row.excluded, row.payable, row.is_capped) == (40_000, 5_000, 40_000, True)
    assert [(one["on"], one["counts"]) for one in row.fees] == [("2026-02-10", "40000")]
    assert DueItem.objects.get(kind="liability_claim").subject == row.public_id
    assert not Notice.objects.filter(about="liability").exists()


def test_parts_of_a_won_are_no_heads_even_where_they_add_up(member, amy):
    halves = [Head("halves", Decimal("0.5")), Head("halves", Decimal("0.5"))]
    incident = Incident(make.later(days=20).date(), Fault.ORDINARY, STORY)
    with pytest.raises(InvalidAmount):
        liability.propose(member.pk, incident, halves, reason="x", by=amy, at=LATER)
    assert not LiabilityClaim.objects.exists()


def test_a_second_person_decides_and_the_member_is_told(member, amy, ben):
    row = worked_out(member, amy)
    with pytest.raises(SamePerson):
        liability.approve(row.public_id, reason="mine", by=amy, at=LATER)
    liability.approve(row.public_id, reason="right", by=ben, at=LATER)
    assert "₩40,000" in Notice.objects.get(about="liability").body_en
    assert DueItem.objects.get(kind="liability_claim").state == "done"
    with pytest.raises(AlreadyDone):
        liability.approve(row.public_id, reason="again", by=ben, at=LATER)


def test_what_would_come_out_otherwise_now_is_not_approved(member, amy, ben):
    row = approved(member, amy, ben)
    more = worked_out(member, amy, follows=row.public_id)
    compensating.approve(paid(row, amy, 25_000).public_id, reason="seen", by=ben, at=LATER)
    with pytest.raises(Outdated):
        liability.approve(more.public_id, reason="right", by=ben, at=LATER)
    assert LiabilityClaim.objects.get(pk=more.pk).status == "proposed"


def test_what_was_refunded_of_a_purchase_in_the_window_is_out(db, monkeypatch):
    monkeypatch.setitem(fulfilment._followers, "tst", lambda repayment, *, by, at: None)
    member = make.member(card="ok")
    payment = make.bought(member, "63000").payment
    for key, back, at in (("a", 34_650, make.NOON), ("b", 11_000, make.later(days=30))):
        with transaction.atomic():
            wanted = repayments.Wanted(payment.pk, "tst_1", key, Decimal(back))
            made = repayments.create(wanted, by=None, at=at)
        repayments.ask(made.pk, by=None, at=at)
    on = make.later(days=20).date()
    found = fees_paid(member.pk, *window_before(on, months=UPSTAGE.months))
    assert [(one.net, one.kept_until(on), one.kept_until(on + timedelta(days=20))) for one in found] == [
        (63_000, 31_500, 21_500),
    ]  # fmt: skip


def test_a_dropped_worksheet_tells_nobody(member, amy):
    row = liability.drop(worked_out(member, amy).public_id, reason="no", by=amy, at=LATER)
    assert (row.status, Notice.objects.filter(about="liability").count()) == ("dropped", 0)


def test_an_incident_to_come_or_of_another_day_is_refused(member, amy):
    with pytest.raises(InvalidDates):
        worked_out(member, amy, on=date(2026, 9, 3))
    first = worked_out(member, amy)
    with pytest.raises(NotFound):
        worked_out(member, amy, on=date(2026, 3, 3), follows=first.public_id)
    assert LiabilityClaim.objects.count() == 1


def test_compensation_is_recorded_by_two_and_never_above_what_is_payable(member, amy, ben):
    row = approved(member, amy, ben)
    with pytest.raises(CapExceeded):
        paid(row, amy, 40_001)
    first = paid(row, amy, 30_000)
    with pytest.raises(CapExceeded):
        paid(row, amy, 10_001)
    with pytest.raises(SamePerson):
        compensating.approve(first.public_id, reason="mine", by=amy, at=LATER)
    compensating.approve(first.public_id, reason="seen", by=ben, at=LATER)
    assert Notice.objects.filter(about="liability").count() == 2
    compensating.drop(paid(row, amy, 10_000).public_id, reason="came back", by=amy, at=LATER)
    assert paid(row, amy, 10_000).amount == 10_000


def test_more_of_the_same_incident_is_within_one_cap(member, amy, ben):
    row = approved(member, amy, ben)
    again = approved(member, amy, ben, follows=row.public_id)
    assert again.payable == 40_000
    compensating.approve(paid(row, amy, 25_000).public_id, reason="seen", by=ben, at=LATER)
    with pytest.raises(CapExceeded):
        paid(again, amy, 15_001)
    third = worked_out(member, amy, follows=again.public_id)
    assert (third.follows_id, third.already_paid, third.payable) == (row.pk, 25_000, 15_000)
    other = worked_out(member, amy)
    assert (other.already_paid, other.payable) == (0, 40_000)


def test_a_worksheet_of_a_cause_that_is_left_out_pays_nothing_and_is_counted_again_so(member, amy, ben):
    incident = Incident(date(2026, 3, 2), Fault.ORDINARY, STORY, cause=DamageCause.MALWARE)
    row = liability.propose(member.pk, incident, [Head("data", Decimal(9_000))], reason="asked", by=amy, at=LATER)
    assert liability.approve(row.public_id, reason="right", by=ben, at=LATER).payable == 0
    assert "악성 프로그램" in row.why["ko"]


def test_nothing_is_paid_on_a_worksheet_that_is_not_approved(member, amy):
    with pytest.raises(NotFound):
        paid(worked_out(member, amy), amy, 1)
    assert not Compensation.objects.exists()


def test_who_did_what_is_in_the_history(member, amy, ben):
    approved(member, amy, ben)
    deeds = AuditEvent.objects.filter(action__startswith="liability_claim").order_by("pk")
    assert [(deed.action, deed.actor) for deed in deeds] == [
        ("liability_claim.proposed", amy), ("liability_claim.approved", ben),
    ]  # fmt: skip

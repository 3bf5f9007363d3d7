"""Uses that were reported too high: corrected by reference, and every sum stays exact."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.models import Notice
from billing.enums import CorrectionStatus
from billing.errors import AlreadyInvoiced, BadQuantity, CorrectionWaits, NotLess, UsageArchived
from billing.models import (
    BillingMonth,
    Charge,
    CreditNote,
    Invoice,
    InvoiceLine,
    UsageCorrection,
    UsageDay,
    UsageEvent,
    UsageHour,
)
from billing.queries.calls import calls
from billing.queries.debts import debt_of
from billing.queries.sums import Scope
from billing.services import archiving, closing, correcting
from billing.services.correcting import Use
from credits import queries as credits
from credits.models import Lot
from tests.billing import make
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, NotFound, SamePerson
from upstage_console.kernel.models import AuditEvent, DueItem
from upstage_console.kernel.money import Money

pytestmark = pytest.mark.django_db

DAY = make.NOON.date()
LATER = make.later(hours=1)
IN_MARCH = datetime(2026, 3, 2, 10, tzinfo=KST)


@pytest.fixture
def kim(db):
    make.price("12")
    return make.member(card="ok", postpaid=True)


def use(holder, name="e1", at=make.NOON):
    return Use(holder.pk, at, name)


def lowered(holder, quantity, name="e1", at=LATER, **how):
    return correcting.of_platform(use(holder, name), quantity=Decimal(quantity), reason="counted twice", by=None, at=at)


def day_sums(holder):
    fields = ("billing_month", "events", "quantity", "amount", "burned", "owed")
    return list(UsageDay.objects.filter(member=holder).order_by("billing_month").values_list(*fields))


@pytest.mark.clause("upstage/20.3")
def test_credits_go_back_to_the_lots_that_paid_the_last_first(kim):
    free, paid = make.granted(kim, "20"), make.bought(kim, "100")
    make.taken(make.event(kim, quantity=5))
    done = lowered(kim, "2")
    assert (done.row.amount_before, done.row.amount, done.row.restored, done.row.lowered) == (60, 24, 36, 0)
    remaining = dict(Lot.objects.filter(member=kim).values_list("public_id", "remaining"))
    assert (remaining[free.public_id], remaining[paid.lot]) == (0, 96)
    assert [(part.lot, part.amount) for part in done.allocations] == [(paid.lot, 36)]


def test_what_is_owed_is_lowered_first(kim):
    make.granted(kim, "20")
    make.taken(make.event(kim, quantity=5))
    done = lowered(kim, "1")
    assert (done.row.lowered, done.row.restored) == (40, 8)
    assert day_sums(kim) == [(date(2026, 2, 1), 1, 1, 12, 12, 0)]


def test_day_hour_and_calls_say_what_it_really_was_and_the_event_what_was_reported(kim):
    make.granted(kim, "100")
    make.taken(make.event(kim, quantity=5), make.event(kim, "e2"))
    lowered(kim, "2.5")
    assert UsageHour.objects.get().amount == UsageDay.objects.get().amount == 42
    call = next(one for one in calls(Scope(kim.pk, DAY, DAY)) if one.id == "e1")
    assert (call.quantity, call.amount, call.reported, call.charge_amount) == (Decimal("2.5"), 30, 5, 42)
    assert (UsageEvent.objects.get(event_id="e1").quantity, Charge.objects.get().amount) == (5, 72)


def test_a_use_may_be_corrected_several_times_down_to_nothing(kim):
    make.granted(kim, "100")
    make.taken(make.event(kim, quantity=5))
    lowered(kim, "3")
    lowered(kim, "0")
    assert credits.balance(kim.pk, LATER).total == 100
    assert day_sums(kim) == [(date(2026, 2, 1), 1, 0, 0, 0, 0)]


def test_a_use_on_the_house_changes_its_quantity_alone(kim):
    make.price("0", meter="line")
    make.taken(make.event(kim, meter="line", quantity=5))
    done = lowered(kim, "2")
    assert (done.row.restored, done.row.lowered, done.allocations, UsageDay.objects.get().quantity) == (0, 0, (), 2)


def test_what_is_not_settled_is_settled_first(kim):
    make.granted(kim, "100")
    make.unsettled(make.event(kim, quantity=5))
    lowered(kim, "2")
    assert credits.balance(kim.pk, LATER).total == 76


@pytest.mark.parametrize(("quantity", "refusal"), [("6", NotLess), ("5", AlreadyDone), ("-1", BadQuantity)])
def test_a_correction_only_lowers(kim, quantity, refusal):
    make.taken(make.event(kim, quantity=5))
    with pytest.raises(refusal):
        lowered(kim, quantity)
    assert not UsageCorrection.objects.exists()


def test_a_correction_has_six_decimals_at_most(kim):
    make.taken(make.event(kim, quantity=5))
    with pytest.raises(BadQuantity):
        lowered(kim, "1.0000001")


def test_a_repeat_is_refused(kim):
    make.taken(make.event(kim, quantity=5))
    lowered(kim, "2")
    with pytest.raises(AlreadyDone):
        lowered(kim, "2")
    assert UsageCorrection.objects.count() == 1


@pytest.mark.parametrize("strange", [{"name": "e9"}, {"at": make.later(seconds=1)}])
def test_a_use_that_is_not_there_is_not_found(kim, strange):
    make.taken(make.event(kim, quantity=5))
    with pytest.raises(NotFound):
        correcting.of_platform(use(kim, **strange), quantity=Decimal(1), reason="x", by=None, at=LATER)


def test_a_strangers_use_is_not_found(kim):
    make.taken(make.event(make.member(card="ok", postpaid=True), quantity=5))
    with pytest.raises(NotFound):
        lowered(kim, "1")


# Months that are closed


def test_after_the_close_credits_go_back_and_the_next_invoice_shows_it(kim):
    make.granted(kim, "100")
    make.taken(make.event(kim, quantity=5))
    closing.close_due(at=IN_MARCH)
    lowered(kim, "2", at=IN_MARCH)
    assert day_sums(kim) == [(date(2026, 2, 1), 1, 5, 60, 60, 0), (date(2026, 3, 1), 0, -3, -36, -36, 0)]
    closing.close_due(at=datetime(2026, 4, 2, tzinfo=KST))
    march = Invoice.objects.get(month=date(2026, 3, 1))
    assert (march.usage, march.credits_applied, march.total) == (-36, -36, 0)
    assert InvoiceLine.objects.get(invoice=march).kind == "adjustment"


def test_what_is_owed_on_an_invoice_is_credited(kim):
    make.taken(make.event(kim, quantity=5))
    closing.close_due(at=IN_MARCH)
    row = lowered(kim, "2", at=IN_MARCH).row
    note = CreditNote.objects.get()
    assert (note.number, note.subtotal, note.tax, note.total) == ("CN-202603-000001", -36, -4, -40)
    assert (note.off_principal, note.back, note.cause) == (40, 0, row.public_id)
    line = note.lines.get()
    assert (line.quantity, line.amount, line.credits, line.charged, line.rounding) == (-3, -36, 0, -36, 0)
    assert debt_of(note.invoice, IN_MARCH.date()).total == 26
    assert day_sums(kim) == [(date(2026, 2, 1), 1, 2, 24, 0, 24)]


def test_what_credits_paid_of_an_invoiced_use_comes_back_after_what_was_owed(kim):
    make.granted(kim, "30")
    make.taken(make.event(kim, quantity=5))
    closing.close_due(at=IN_MARCH)
    lowered(kim, "1", at=IN_MARCH)
    note = CreditNote.objects.get()
    line = note.lines.get()
    assert (line.amount, line.credits, line.charged, note.total) == (-48, -18, -30, -33)
    assert Invoice.objects.get().status == "paid"
    lowered(kim, "0", at=IN_MARCH)
    assert CreditNote.objects.count() == 1
    assert day_sums(kim)[1:] == [(date(2026, 3, 1), 0, -1, -12, -12, 0)]


def test_fractions_that_rounding_had_taken_off_are_rounded_anew(kim):
    make.price("0.3", service="solar", meter="token")
    make.taken(make.event(kim, service="solar", meter="token", quantity=4))
    closing.close_due(at=IN_MARCH)
    lowered(kim, "3", at=IN_MARCH)
    line = CreditNote.objects.get().lines.get()
    assert (line.amount, line.charged, line.rounding) == (Decimal("-0.3"), -1, Decimal("0.7"))


def test_while_the_month_is_being_invoiced_nothing_is_lowered(kim):
    make.taken(make.event(kim, quantity=5))
    BillingMonth.objects.filter(month=date(2026, 2, 1)).update(closing_at=IN_MARCH)
    with pytest.raises(AlreadyInvoiced) as refused:
        lowered(kim, "2", at=IN_MARCH)
    assert refused.value.facts == {"month": "2026-02", "owed": Money(Decimal(60), "KRW"), "currency": "KRW"}
    with translation.override("en"):
        assert "with ₩60 owed for this use" in str(refused.value)
    assert not UsageCorrection.objects.exists()


def test_what_is_archived_is_not_corrected(kim):
    make.taken(make.event(kim, quantity=5))
    closing.close_due(at=IN_MARCH)
    later = datetime(2027, 4, 2, tzinfo=KST)
    archiving.seal(date(2026, 2, 1), at=later)
    with pytest.raises(UsageArchived):
        lowered(kim, "2", at=later)


def test_a_corrected_month_is_archived_with_what_was_reported(kim, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    make.granted(kim, "100")
    make.taken(make.event(kim, quantity=5))
    lowered(kim, "2")
    closing.close_due(at=IN_MARCH)
    assert archiving.archive_due(at=datetime(2027, 4, 2, tzinfo=KST)) == 1


# Two people


@pytest.fixture
def large(kim, amy):
    make.taken(make.event(kim, quantity=20_000))
    return correcting.propose(use(kim), quantity=Decimal(1), reason="a wrong unit", by=amy, at=LATER).row


def test_a_small_correction_of_staff_is_applied_at_once(kim, amy):
    make.taken(make.event(kim, quantity=5))
    done = correcting.propose(use(kim), quantity=Decimal(1), reason="x", by=amy, at=LATER)
    assert done.row.status == CorrectionStatus.APPLIED


def test_a_large_one_waits_for_somebody_else(kim, large, amy, ben):
    assert (large.status, UsageDay.objects.get().owed) == (CorrectionStatus.PROPOSED, 240_000)
    with pytest.raises(SamePerson):
        correcting.approve(large.public_id, reason="fine", by=amy, at=LATER)
    correcting.approve(large.public_id, reason="fine", by=ben, at=LATER)
    assert UsageDay.objects.get().owed == 12
    assert DueItem.objects.get(kind=correcting.TASK).closed_at == LATER
    with pytest.raises(AlreadyDone):
        correcting.approve(large.public_id, reason="fine", by=ben, at=LATER)


def test_parts_of_a_large_one_are_no_way_around_the_second_person(kim, amy):
    make.taken(make.event(kim, quantity=20_000))
    parts = [
        correcting.propose(use(kim), quantity=Decimal(left), reason="x", by=amy, at=LATER) for left in (12_000, 9_000)
    ]
    assert [part.row.status for part in parts] == [CorrectionStatus.APPLIED, CorrectionStatus.PROPOSED]


def test_while_one_waits_no_other_comes_in_between(kim, large):
    with pytest.raises(CorrectionWaits):
        lowered(kim, "2")


def test_a_dropped_one_changes_nothing(kim, large, ben):
    correcting.drop(large.public_id, reason="it was right", by=ben, at=LATER)
    assert (UsageDay.objects.get().owed, UsageCorrection.objects.get().status) == (240_000, CorrectionStatus.DROPPED)
    with pytest.raises(AlreadyDone):
        correcting.approve(large.public_id, reason="fine", by=ben, at=LATER)


def test_an_approval_after_the_invoice_issues_a_credit_note_by_two(kim, large, ben):
    closing.close_due(at=IN_MARCH)
    correcting.approve(large.public_id, reason="fine", by=ben, at=IN_MARCH)
    note = CreditNote.objects.get()
    assert (note.issued_by, note.approved_by) == (large.proposed_by, ben)
    assert note.subtotal == -UsageCorrection.objects.get().lowered


def test_the_member_is_told_once(kim):
    make.granted(kim, "100")
    make.taken(make.event(kim, quantity=5))
    lowered(kim, "2", at=LATER + timedelta(hours=1))
    notice = Notice.objects.get(member=kim, about="usage_corrected")
    assert "corrected from 5 to 2 page. ₩36 of credits went back" in notice.body_en
    assert AuditEvent.objects.filter(action="usage.corrected").count() == 1

"""Penalties and damages: worked out by one, approved by another, invoiced apart (upstage/18.6, 25)."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import Notice
from billing.enums import HeadKind
from billing.errors import BaseNeedsReason, NothingClaimed, PenaltyAboveLimit
from billing.models import ClaimEvidence, Invoice, MemberClaim, PenaltySheet
from billing.queries.debts import debt_of, unpaid
from billing.queries.rated import rated
from billing.rules import penalties as rules
from billing.services import claims, invoices, nonpayment, penalties
from billing.services.claims import Head, Story
from billing.services.penalties import Conduct
from tests.billing import make
from upstage_console.kernel import outbox
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates, SamePerson
from upstage_console.kernel.models import DueItem

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.6")]

STORY = Story("무단 복제", "copied without leave")
FIRST = date(2026, 2, 3)


@pytest.fixture
def member(db):
    return make.member(card="ok")


def penalty(member, amy, *, at=make.NOON, **how):
    conduct = Conduct(**({"first_on": FIRST, "factor": Decimal(3), "base": Decimal(1000), "base_reason": "seen"} | how))
    return penalties.propose(member.pk, conduct, STORY, reason="a finding", by=amy, at=at)


def damages(member, amy, *heads):
    parts = heads or (
        Head(HeadKind.DAMAGE, "a server", Decimal(70_000)),
        Head(HeadKind.LEGAL_FEES, "x", Decimal(5_001)),
    )
    return claims.propose_damages(member.pk, parts, STORY, reason="a finding", by=amy, at=make.NOON)


@pytest.mark.parametrize(
    ("base", "factor", "limit", "amount"),
    [("430000", "10", 4_300_000, 4_300_000), ("333", "0.333333", 3330, 110), ("0", "10", 0, 0), ("0.5", "1", 5, 0)],
)
def test_it_is_the_base_times_the_factor_rounded_down(base, factor, limit, amount):
    found = rules.penalty(Decimal(base), Decimal(factor), first_on=FIRST, currency="KRW")
    assert (found.limit, found.amount) == (limit, amount)


@pytest.mark.parametrize("factor", ["10.000001", "11", "1E+30", "Infinity"])
def test_more_than_ten_times_is_refused(factor):
    with pytest.raises(PenaltyAboveLimit):
        rules.penalty(Decimal(1), Decimal(factor), first_on=FIRST, currency="KRW")


@pytest.mark.parametrize(("base", "factor"), [("1", "0"), ("1", "-1"), ("1", "0.0000001"), ("-1", "1"), ("1", "NaN")])
def test_a_factor_or_a_base_that_is_none_is_refused(base, factor):
    with pytest.raises(InvalidAmount):
        rules.penalty(Decimal(base), Decimal(factor), first_on=FIRST, currency="KRW")


def test_the_base_is_all_that_was_used_since_the_first_day(member, amy):
    make.price("10")
    make.granted(member, "25")
    days = [make.NOON - timedelta(days=8), make.NOON - timedelta(days=7), make.NOON]
    make.give_card(member, postpaid=True)
    make.taken(*(make.event(member, f"e{n}", quantity=3, at=day.isoformat()) for n, day in enumerate(days)))
    make.unsettled(make.event(member, "later", quantity=2))
    assert rated(member.pk, FIRST, make.NOON.date(), "KRW") == 80
    claim = penalty(member, amy, base=None, base_reason="", factor=Decimal(2))
    assert (claim.sheet.rated, claim.sheet.base, claim.amount, claim.sheet.base_reason) == (80, 80, 160, "")
    one_day = penalty(member, amy, base=None, base_reason="", last_on=FIRST)
    assert one_day.sheet.base == 30


def test_another_base_needs_a_reason(member, amy):
    with pytest.raises(BaseNeedsReason):
        penalty(member, amy, base_reason=" ")
    assert not MemberClaim.objects.exists()


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 2, 11), None), (FIRST, date(2026, 2, 11)), (FIRST, date(2026, 2, 2))]
)
def test_days_to_come_or_the_wrong_way_round_are_refused(member, amy, first, last):
    with pytest.raises(InvalidDates):
        penalty(member, amy, first_on=first, last_on=last)


def test_it_is_invoiced_once_another_approves_it(member, amy, ben):
    claim = penalty(member, amy)
    assert (claim.status, Invoice.objects.count(), DueItem.objects.get().kind) == ("proposed", 0, "member_claim")
    with pytest.raises(SamePerson):
        claims.approve(claim.public_id, reason="mine", by=amy, at=make.NOON)
    done = claims.approve(claim.public_id, reason="right", by=ben, at=make.NOON)
    invoice = done.invoice
    assert (invoice.kind, invoice.tax, invoice.total, invoice.number) == ("claim", 0, 3000, "CL-202602-000001")
    with pytest.raises(AlreadyDone):
        claims.approve(claim.public_id, reason="right", by=ben, at=make.NOON)
    assert (Invoice.objects.count(), DueItem.objects.get().state) == (1, "done")


def test_the_member_is_told_with_the_invoice(member, amy, ben):
    claims.approve(penalty(member, amy).public_id, reason="right", by=ben, at=make.NOON)
    outbox.deliver_due(at=make.NOON)
    assert "how to object" in Notice.objects.get(about="invoice").body_en


@pytest.mark.clause("upstage/18.2")
def test_it_bears_no_late_fee_and_bars_nothing(member, amy, ben):
    done = claims.approve(penalty(member, amy).public_id, reason="right", by=ben, at=make.NOON)
    later = make.NOON + timedelta(days=200)
    assert debt_of(done.invoice, later.date()).late_fee == 0
    assert not unpaid(member.pk, later).exists()
    assert nonpayment.tell(at=later) == 0


def test_it_is_paid_as_any_invoice(member, amy, ben):
    done = claims.approve(penalty(member, amy).public_id, reason="right", by=ben, at=make.NOON)
    invoices.pay(member_id=member.pk, invoice_id=done.invoice.public_id, by=member.user, at=make.NOON, key="k")
    assert Invoice.objects.get().status == "paid"


def test_a_penalty_of_nothing_is_not_invoiced(member, amy, ben):
    claim = penalty(member, amy, base=None, base_reason="")
    with pytest.raises(NothingClaimed):
        claims.approve(claim.public_id, reason="right", by=ben, at=make.NOON)
    assert claims.drop(claim.public_id, reason="nothing used", by=amy, at=make.NOON).status == "dropped"


@pytest.mark.clause("upstage/18.6")
def test_a_penalty_is_called_by_its_kind_in_each_language(member, amy):
    head = penalty(member, amy).heads.get()
    assert (head.what, str(head)) == ("", head.get_kind_display())


@pytest.mark.clause("upstage/25.1", "upstage/25.2")
def test_damages_have_heads_that_are_lines_of_the_invoice(member, amy, ben):
    claim = damages(member, amy)
    assert (claim.amount, claim.why["en"]) == (75_001, "Damage ₩70,000 + Legal fees ₩5,001 = ₩75,001")
    done = claims.approve(claim.public_id, reason="right", by=ben, at=make.NOON)
    lines = done.invoice.lines.order_by("position").values_list("what_en", "charged")
    assert list(lines) == [("Damage: a server", 70_000), ("Legal fees: x", 5_001)]


@pytest.mark.parametrize("amount", ["0", "-1", "1.5"])
def test_heads_without_an_amount_are_refused(member, amy, amount):
    with pytest.raises(InvalidAmount):
        damages(member, amy, Head(HeadKind.DAMAGE, "x", Decimal(amount)))
    assert not MemberClaim.objects.exists()


def test_no_head_is_no_claim(member, amy):
    with pytest.raises(InvalidAmount):
        claims.propose_damages(member.pk, [], STORY, reason="x", by=amy, at=make.NOON)


def test_evidence_is_kept_once_by_its_hash(member, amy, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    claim = damages(member, amy)
    made = added(claim, amy, b"proof")
    assert (made.size, made.sha256) == (5, hashlib.sha256(b"proof").hexdigest())
    assert made.file.open("rb").read() == b"proof"
    with pytest.raises(AlreadyDone):
        added(claim, amy, b"proof")
    added(claim, amy, b"more")
    assert ClaimEvidence.objects.count() == 2


def added(claim, amy, content):
    upload = SimpleUploadedFile("log.txt", content)
    return claims.add_evidence(claim.public_id, upload, name="log", is_shown=False, by=amy, at=make.NOON)


def test_the_database_itself_wants_two_people(member, amy, ben):
    claim = damages(member, amy)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberClaim.objects.filter(pk=claim.pk).update(status="approved", decided_by=amy, decided_at=make.NOON)


def test_a_worksheet_is_never_changed(member, amy):
    sheet = penalty(member, amy).sheet
    with pytest.raises(TypeError):
        PenaltySheet.objects.filter(pk=sheet.pk).update(factor=1)

"""Credit notes of firms: what is owed, what goes back, who decides, and what follows from it (rift/7.2, 7.3)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.enums import FirmCreditGround, FirmPaymentKind
from billing.models import FirmCreditNote, FirmCreditProposal, FirmInvoice, FirmPayout, FirmTaxInvoice
from billing.queries.firm_ageing import every
from billing.queries.firm_debts import debt_of, unpaid_of
from billing.services import firm_invoices
from billing.services.firm_credits import Wanted
from billing.services.firm_invoices import Transfer
from billing.services.firm_payouts import Sent
from contracts.models import Contract, CustomerNotice, Delinquency
from contracts.queries.liability import cap_of
from contracts.services import crediting, delinquencies, invoicing, paying, payouts
from contracts.services.crediting import Answer
from credits.services import books
from tests.contracts import making
from tests.contracts.minutes import kst
from upstage_console.kernel import due
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = [pytest.mark.django_db, pytest.mark.clause("rift/7.2", "rift/7.3")]
FEBRUARY = date(2027, 2, 1)
ISSUED = kst("2027-03-03 10:00")
DUE = date(2027, 3, 17)
LATE = kst("2027-03-27 10:00")
MISTAKE, GIVEN = FirmCreditGround.MISTAKE, FirmCreditGround.GIVEN


@pytest.fixture
def contract() -> Contract:
    fees = [making.fee(amount="900000"), making.fee("startup", "500000")]
    return making.concluded(
        making.drafted(making.customer(), starts_on=FEBRUARY, payment_days=14, fees=fees)
    )  # fmt: skip


@pytest.fixture
def invoice(contract: Contract) -> FirmInvoice:
    """₩1,400,000 and ₩140,000 of tax, due on the 17th of March."""
    amy = making.staff("amy")
    made = invoicing.issue_month(contract.public_id, FEBRUARY, by=amy, at=ISSUED).invoice
    return paying.receive(contract.public_id, made.public_id, on=ISSUED.date(), by=amy, at=ISSUED)


def credited(
    invoice: FirmInvoice, amount: int, ground: FirmCreditGround = MISTAKE, *, at: Any = ISSUED, cause: str = ""
) -> Answer:
    contract_id = invoice.under_contract.contract.public_id
    wanted = Wanted(Decimal(amount), ground, "두 번 청구했습니다.", cause)
    answer = crediting.propose(contract_id, invoice.public_id, wanted, by=making.staff("amy"), at=at)
    invoice.refresh_from_db()
    return answer


def by_two(
    invoice: FirmInvoice, amount: int, ground: FirmCreditGround = MISTAKE, *, at: Any = ISSUED
) -> FirmCreditNote:
    proposal = credited(invoice, amount, ground, at=at).proposal
    assert proposal is not None
    note = crediting.approve(proposal.public_id, reason="", by=making.staff("ben"), at=at)
    invoice.refresh_from_db()
    return note


def paid(invoice: FirmInvoice, amount: int | None = None, *, at: Any = ISSUED, key: str = "k") -> None:
    money = None if amount is None else Decimal(amount)
    contract_id = invoice.under_contract.contract.public_id
    paying.pay(contract_id, invoice.public_id, amount=money, key=key, by=making.staff("amy"), at=at)
    invoice.refresh_from_db()


def owed(invoice: FirmInvoice, on: date) -> tuple[Decimal, Decimal]:
    debt = debt_of(FirmInvoice.objects.get(pk=invoice.pk), today=on)
    return debt.principal, debt.interest


def sound() -> None:
    assert books.findings() == []


def test_less_is_owed_and_the_invoice_stays_as_issued(invoice: FirmInvoice) -> None:
    note = credited(invoice, 70_000).note
    assert note is not None
    assert (note.number, note.subtotal, note.tax, note.total) == ("FN-202703-000001", -70_000, -7_000, -77_000)
    assert (invoice.total, owed(invoice, DUE)) == (1_540_000, (1_463_000, 0))
    assert (unpaid_of(invoice.firm), every(DUE)[0].total) == (1_463_000, 1_463_000)
    assert [(line.line.kind, line.charged) for line in note.lines.select_related("line")] == [
        ("flat", -45_000), ("startup", -25_000),
    ]  # fmt: skip
    told = CustomerNotice.objects.get(about="credit_note")
    assert ("₩77,000" in told.body_en, "두 번 청구했습니다." in told.body_ko) == (True, True)
    with pytest.raises(TypeError):
        FirmCreditNote.objects.filter(pk=note.pk).update(total=0)
    sound()


def test_the_same_cause_is_credited_once(invoice: FirmInvoice) -> None:
    first, again = (credited(invoice, 1_000, cause="staff:1").note for _twice in range(2))
    assert (first, FirmCreditNote.objects.count(), CustomerNotice.objects.filter(about="credit_note").count()) == (
        again, 1, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "code"), [("0", "invalid_amount"), ("0.5", "invalid_amount"), ("1400001", "credit_too_large")]
)
def test_what_is_refused_leaves_nothing(invoice: FirmInvoice, amount: str, code: str) -> None:
    wanted = Wanted(Decimal(amount), MISTAKE, "r")
    contract_id = invoice.under_contract.contract.public_id
    with pytest.raises(Refusal) as caught:
        crediting.propose(contract_id, invoice.public_id, wanted, by=making.staff("amy"), at=ISSUED)
    assert (caught.value.code, FirmCreditNote.objects.count(), FirmCreditProposal.objects.count()) == (code, 0, 0)


def test_above_the_setting_a_second_person_decides(invoice: FirmInvoice) -> None:
    answer = credited(invoice, 500_000)
    assert (answer.note, FirmCreditNote.objects.count()) == (None, 0)
    proposal = FirmCreditProposal.objects.get()
    with pytest.raises(Refusal) as same:
        crediting.approve(proposal.public_id, reason="", by=making.staff("amy"), at=ISSUED)
    with pytest.raises(Refusal) as waits:
        credited(invoice, 500_000)
    assert (same.value.code, waits.value.code, owed(invoice, DUE)[0]) == ("same_person", "credit_waits", 1_540_000)
    note = crediting.approve(proposal.public_id, reason="ja", by=making.staff("ben"), at=ISSUED)
    assert (note.approved_by, note.issued_by, owed(invoice, DUE)[0]) == (
        making.staff("ben"), making.staff("amy"), 990_000,
    )  # fmt: skip
    with pytest.raises(Refusal) as twice:
        crediting.approve(proposal.public_id, reason="", by=making.staff("ben"), at=ISSUED)
    item = DueItem.objects.get(kind="firm_credit_proposal")
    assert (twice.value.code, item.closed_at is not None) == ("already_done", True)
    sound()


def test_small_ones_together_need_two_as_one_would(invoice: FirmInvoice) -> None:
    assert credited(invoice, 60_000).note is not None
    assert credited(invoice, 60_000).note is None


def test_a_proposal_that_is_dropped_credits_nothing(invoice: FirmInvoice) -> None:
    credited(invoice, 500_000)
    row = FirmCreditProposal.objects.get()
    crediting.drop(row.public_id, reason="no", by=making.staff("ben"), at=ISSUED)
    assert (FirmCreditNote.objects.count(), owed(invoice, DUE)[0]) == (0, 1_540_000)
    with pytest.raises(Refusal) as caught:
        crediting.approve(row.public_id, reason="", by=making.staff("ben"), at=ISSUED)
    assert caught.value.code == "already_done"


@pytest.mark.parametrize(("deed", "status"), [(crediting.approve, "approved"), (crediting.drop, "dropped")])
def test_a_waived_task_leaves_the_proposal_to_be_decided(invoice: FirmInvoice, deed: Any, status: str) -> None:
    ben, row = making.staff("ben"), credited(invoice, 500_000).proposal
    assert row is not None
    due.close_item("firm_credit_proposal", row.public_id, by=ben, at=ISSUED, outcome="not our task", waived=True)
    deed(row.public_id, reason="decided", by=ben, at=ISSUED)
    item = DueItem.objects.get(kind="firm_credit_proposal")
    assert (FirmCreditProposal.objects.get().status, item.state, item.outcome) == (status, "waived", "not our task")


def test_a_mistake_bore_no_interest_and_what_is_given_back_did_until_its_day(invoice: FirmInvoice) -> None:
    """Ten days late: 6 % a year of 1,540,000, of 1,430,000, and of ten days of one and two of the other."""
    assert owed(invoice, LATE.date())[1] == 1_540_000 * 10 * 6 // 36500
    by_two(invoice, 100_000, at=LATE)
    assert owed(invoice, LATE.date())[1] == 1_430_000 * 10 * 6 // 36500
    by_two(invoice, 100_000, GIVEN, at=LATE)
    later = date(2027, 3, 29)
    assert owed(invoice, later) == (1_320_000, (1_430_000 * 10 + 1_320_000 * 2) * 6 // 36500)
    sound()


def test_what_was_paid_goes_back_with_the_interest_on_what_was_never_owed(invoice: FirmInvoice) -> None:
    paid(invoice, at=LATE)
    assert invoice.status == "paid"
    note = by_two(invoice, 1_400_000, at=LATE)
    interest = 1_540_000 * 10 * 6 // 36500
    assert (note.off, note.back_principal, note.back_interest) == (0, 1_540_000, interest)
    payout = FirmPayout.objects.get()
    assert (payout.amount, payout.subject, payout.paid_on) == (1_540_000 + interest, note.public_id, None)
    assert owed(invoice, date(2027, 9, 1)) == (0, 0)
    sound()


def test_the_debt_falls_first_then_what_was_paid_goes_back(invoice: FirmInvoice) -> None:
    paid(invoice, 1_000_000)
    note = by_two(invoice, 600_000, GIVEN)
    assert (note.total, note.off_principal, note.back_principal, invoice.status) == (
        -660_000, 540_000, 120_000, "paid",
    )  # fmt: skip
    sound()


def test_the_transfer_is_written_down_once(invoice: FirmInvoice) -> None:
    paid(invoice)
    by_two(invoice, 600_000)
    payout = FirmPayout.objects.get()
    sent = Sent(ISSUED.date(), "B-77")
    for on, code in ((date(2027, 3, 2), "invalid_dates"), (date(2027, 3, 4), "invalid_dates")):
        with pytest.raises(Refusal) as caught:
            payouts.note_sent(payout.public_id, Sent(on, "B"), reason="", by=making.staff("amy"), at=ISSUED)
        assert caught.value.code == code
    payouts.note_sent(payout.public_id, sent, reason="", by=making.staff("amy"), at=ISSUED)
    payout.refresh_from_db()
    assert (payout.paid_on, payout.reference) == (ISSUED.date(), "B-77")
    assert DueItem.objects.get(kind="contract_payout").closed_at == ISSUED
    assert "B-77" in CustomerNotice.objects.get(key=f"sent:{payout.public_id}").body_en
    with pytest.raises(Refusal) as twice:
        payouts.note_sent(payout.public_id, sent, reason="", by=making.staff("amy"), at=ISSUED)
    assert twice.value.code == "already_done"


@pytest.mark.parametrize(("ground", "dated"), [(MISTAKE, date(2027, 2, 28)), (GIVEN, date(2027, 3, 27))])
def test_the_tax_invoice_is_amended(invoice: FirmInvoice, ground: FirmCreditGround, dated: date) -> None:
    note = credited(invoice, 70_000, ground, at=LATE).note
    row = FirmTaxInvoice.objects.get(credit_note=note)
    assert (row.amends, row.supply_value, row.tax, row.supplied_on, row.issue_by) == (
        invoice.tax_invoice, -70_000, -7_000, dated, date(2027, 4, 12),
    )  # fmt: skip
    item = DueItem.objects.get(kind="tax_invoice", key=row.public_id)
    assert (item.title_en, item.closed_at) == (f"Issue an amended tax invoice: 고객 931, {note}", None)


def test_a_delinquency_of_what_was_never_owed_is_annulled(contract: Contract, invoice: FirmInvoice) -> None:
    paid(invoice, 770_000)
    delinquencies.find(at=LATE)
    assert Delinquency.objects.get().unpaid == 770_000
    by_two(invoice, 100_000, at=LATE)
    assert delinquencies.count(contract) == 1
    by_two(invoice, 600_000, at=LATE)
    assert (delinquencies.count(contract), invoice.status) == (0, "paid")


def test_what_is_given_back_later_leaves_the_delinquency(contract: Contract, invoice: FirmInvoice) -> None:
    by_two(invoice, 1_400_000, GIVEN, at=LATE)
    assert (delinquencies.count(contract), owed(invoice, LATE.date())) == (1, (0, 1_540_000 * 10 * 6 // 36500))
    assert invoice.status == "issued", "the interest is still owed"


def test_what_was_credited_in_time_is_no_delinquency(contract: Contract, invoice: FirmInvoice) -> None:
    by_two(invoice, 1_400_000, GIVEN)
    assert (delinquencies.find(at=LATE), invoice.status) == (0, "paid")


def test_what_went_back_lowers_the_cap(contract: Contract, invoice: FirmInvoice) -> None:
    paid(invoice)
    assert cap_of(contract, date(2027, 6, 1)).cap == 1_400_000
    by_two(invoice, 600_000)
    assert cap_of(contract, date(2027, 6, 1)).cap == 800_000


@pytest.mark.clause("rift/17.3")
def test_what_was_set_off_last_goes_back_first_and_leaves_the_cap(contract: Contract, invoice: FirmInvoice) -> None:
    paid(invoice, 1_100_000)
    taken = Transfer("off", ISSUED.date(), Decimal(440_000), "", FirmPaymentKind.SET_OFF)
    firm_invoices.pay(invoice, taken, reason="", by=making.staff("amy"), at=ISSUED)
    by_two(invoice, 400_000)
    assert cap_of(contract, date(2027, 6, 1)).cap == 1_000_000
    by_two(invoice, 100_000)
    assert cap_of(contract, date(2027, 6, 1)).cap == 900_000


def test_everything_stands_in_the_history(invoice: FirmInvoice) -> None:
    by_two(invoice, 500_000)
    actions = set(AuditEvent.objects.filter(about=invoice.firm.public_id).values_list("action", flat=True))
    assert {"firm_credit.issued", "firm_credit_proposal.proposed", "firm_credit_proposal.approved"} <= actions

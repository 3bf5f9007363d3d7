"""Nothing that was billed ahead goes back twice: by a settlement and by credit notes (rift/7.2, 15.3)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from billing.enums import FirmCreditGround
from billing.models import FirmCreditProposal, FirmInvoice, FirmPayout
from billing.services.firm_credits import Wanted
from contracts.enums import EndReason, Side
from contracts.models import Contract, Termination
from contracts.queries.credit_room import room_of
from contracts.queries.settlement import Settlement
from contracts.services import crediting, ending, invoicing, paying
from contracts.services.crediting import Answer
from contracts.services.ending import End
from credits.services import books
from tests.contracts import billed, making
from tests.contracts.minutes import kst
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.money import Money

pytestmark = [pytest.mark.django_db, pytest.mark.clause("rift/7.2", "rift/15.3")]
FEBRUARY, MAY = date(2027, 2, 1), date(2027, 5, 1)
END_OF_FEBRUARY, END_OF_JUNE = kst("2027-02-28 10:00"), kst("2027-06-30 10:00")
ON_REQUEST = End(Side.CUSTOMER, EndReason.REQUEST)


@pytest.fixture
def contract() -> Contract:
    """₩1,000,000 a month since February, billed ahead by the quarter."""
    fees = [making.fee(amount="1000000", prepaid=3)]
    return making.concluded(making.drafted(starts_on=FEBRUARY, fees=fees))


def paid(contract: Contract, month: date) -> FirmInvoice:
    amy, at = making.staff("amy"), kst(f"{month:%Y-%m}-03 10:00")
    made = invoicing.issue_month(contract.public_id, month, by=amy, at=at).invoice
    paying.pay(contract.public_id, made.public_id, key=made.number, by=amy, at=at)
    return made


def proposed(contract: Contract, invoice: FirmInvoice, amount: int, at: Any) -> Answer:
    wanted = Wanted(Decimal(amount), FirmCreditGround.GIVEN, "r")
    return crediting.propose(contract.public_id, invoice.public_id, wanted, by=making.staff("amy"), at=at)


def by_two(contract: Contract, invoice: FirmInvoice, amount: int, at: Any) -> None:
    row = proposed(contract, invoice, amount, at).proposal
    assert row is not None
    crediting.approve(row.public_id, reason="", by=making.staff("ben"), at=at)


def ended(contract: Contract, at: Any) -> Termination:
    amy, ben = making.staff("amy"), making.staff("ben")
    return ending.terminate(contract.public_id, ON_REQUEST, by=amy, at=at, approver=ben)


def test_a_credit_for_a_shortfall_paid_for_what_is_not_performed(contract: Contract) -> None:
    """A note for a third of three months leaves two thirds of each, whatever the invoice was paid with."""
    billed.credited(contract, 2_000_000, date(2027, 1, 1))
    invoice = paid(contract, FEBRUARY)
    assert invoice.subtotal == 1_000_000
    by_two(contract, invoice, 1_000_000, END_OF_FEBRUARY)
    assert ended(contract, END_OF_FEBRUARY).refund == 1_333_333
    assert (room_of(contract, invoice), books.findings()) == (0, [])


def test_a_credit_note_that_waits_at_the_end_is_dropped(contract: Contract) -> None:
    invoice = paid(contract, FEBRUARY)
    proposed(contract, invoice, 3_000_000, END_OF_FEBRUARY)
    ended(contract, END_OF_FEBRUARY)
    row, item = FirmCreditProposal.objects.get(), DueItem.objects.get(kind="firm_credit_proposal")
    assert (row.status, item.closed_at, item.outcome) == ("dropped", END_OF_FEBRUARY, "terminated")
    with pytest.raises(Refusal) as caught:
        crediting.approve(row.public_id, reason="", by=making.staff("ben"), at=END_OF_FEBRUARY)
    assert (caught.value.code, FirmPayout.objects.get().amount) == ("already_done", 2_200_000)


@pytest.mark.parametrize("is_told", [True, False])
def test_what_a_settlement_gave_back_is_not_credited_again(
    contract: Contract, monkeypatch: pytest.MonkeyPatch, is_told: bool
) -> None:
    """Also where an earlier statement does not say of which invoice it gave back."""
    if not is_told:
        full = Settlement.as_json
        monkeypatch.setattr(Settlement, "as_json", lambda one: {"lines": [], "why": full(one)["why"]})
    invoice = paid(contract, FEBRUARY)
    ended(contract, END_OF_FEBRUARY)
    with pytest.raises(Refusal) as caught:
        proposed(contract, invoice, 1_000_001, END_OF_FEBRUARY)
    assert (caught.value.code, caught.value.facts["left"]) == ("credit_too_large", Money(Decimal(1_000_000), "KRW"))
    by_two(contract, invoice, 1_000_000, END_OF_FEBRUARY)
    assert (FirmPayout.objects.aggregate(Sum("amount"))["amount__sum"], books.findings()) == (3_300_000, [])


def test_what_went_back_is_counted_on_the_invoice_that_billed_it(contract: Contract) -> None:
    first, second = paid(contract, FEBRUARY), paid(contract, MAY)
    assert ended(contract, END_OF_JUNE).refund == 1_000_000
    assert (room_of(contract, first), room_of(contract, second)) == (3_000_000, 2_000_000)


def test_more_than_was_charged_ahead_is_found(contract: Contract) -> None:
    invoice = paid(contract, FEBRUARY)
    ended(contract, END_OF_FEBRUARY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crediting, "room_of", lambda *_any: invoice.subtotal)
        by_two(contract, invoice, 1_000_001, END_OF_FEBRUARY)
    (finding,) = books.findings()
    assert finding.sentence == "What a settlement and credit notes take of what was billed ahead was charged"

"""Breaches, terminations with their settlement, and compensation within the cap (rift/7.3, 15.2, 15.3, 17)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.enums import ContractStatus, EndReason, Side
from contracts.models import Breach, Contract, ContractAward, Termination
from contracts.services import awards, breaches, ending, invoicing, paying, seats
from contracts.services.awards import Damage
from contracts.services.breaches import Delivery
from contracts.services.ending import End
from tests.contracts import making
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db
REQUEST = End(Side.CUSTOMER, EndReason.REQUEST, Decimal(700_000))
JUNE = datetime(2027, 6, 30, 10, tzinfo=KST)


@pytest.fixture
def ahead() -> Contract:
    """Twelve months at 600,000 and a start-up fee, billed and paid ahead."""
    fees = [making.fee(amount="600000", prepaid=12), making.fee("startup", "1000000")]
    contract = making.concluded(making.drafted(starts_on=date(2027, 2, 1), fees=fees))
    amy, at = making.staff("amy"), datetime(2027, 2, 3, 10, tzinfo=KST)
    made = invoicing.issue_month(contract.public_id, date(2027, 2, 1), by=amy, at=at)
    paying.pay(contract.public_id, made.invoice.public_id, key="k1", by=amy, at=at)
    return contract


def test_money_goes_back_only_with_a_second_person(ahead: Contract) -> None:
    amy = making.staff("amy")
    for approver, code in ((None, "second_person_needed"), (amy, "same_person")):
        with pytest.raises(Refusal) as caught:
            ending.terminate(ahead.public_id, REQUEST, by=amy, at=JUNE, approver=approver)
        assert caught.value.code == code
    ahead.refresh_from_db()
    assert (ahead.status, Termination.objects.exists()) == (ContractStatus.CONCLUDED, False)


@pytest.mark.clause("rift/15.3")
def test_what_is_not_performed_goes_back_less_the_investment(ahead: Contract) -> None:
    amy, ben = making.staff("amy"), making.staff("ben")
    seats.add(ahead.public_id, "ms_a", "administrator", by=amy, at=JUNE)
    proposed = ending.propose(ahead.public_id, REQUEST, by=amy, at=JUNE)
    assert (proposed.refund, proposed.kept, proposed.due) == (3_500_000, 4_700_000, 0)
    with pytest.raises(Refusal) as caught:
        ending.confirm(proposed.public_id, by=amy, at=JUNE)
    assert caught.value.code == "same_person"
    done = ending.confirm(proposed.public_id, by=ben, at=JUNE)
    assert (done.refund, done.refund_tax) == (3_500_000, 350_000)
    assert done.statement["why"]["en"] == proposed.statement["why"]["en"]
    ahead.refresh_from_db()
    assert (ahead.status, seats.count(ahead, at=datetime(2027, 7, 1, tzinfo=KST))) == (ContractStatus.TERMINATED, 0)
    payout = DueItem.objects.get(kind="contract_payout", closed_at__isnull=True)
    assert "3,850,000" in payout.title_en
    with pytest.raises(Refusal) as again:
        ending.terminate(ahead.public_id, REQUEST, by=amy, at=JUNE, approver=ben)
    assert again.value.code == "already_done"


def test_a_proposal_may_be_left(ahead: Contract) -> None:
    proposed = ending.propose(ahead.public_id, REQUEST, by=making.staff("amy"), at=JUNE)
    ending.drop(proposed.public_id, reason="they stay", by=making.staff("ben"), at=JUNE)
    with pytest.raises(Refusal) as caught:
        ending.confirm(proposed.public_id, by=making.staff("ben"), at=JUNE)
    assert caught.value.code == "already_done"


@pytest.mark.clause("rift/15.2")
def test_the_company_s_breach_lets_no_investment_be_kept(ahead: Contract) -> None:
    amy, ben = making.staff("amy"), making.staff("ben")
    at = datetime(2027, 5, 20, 10, tzinfo=KST)
    breaches.demand(
        ahead.public_id, Side.CUSTOMER, "outages", delivery=Delivery(at.date(), "mail"), by=amy, at=at
    )  # fmt: skip
    end = End(Side.CUSTOMER, EndReason.BREACH, Decimal(700_000))
    done = ending.terminate(ahead.public_id, end, by=amy, at=JUNE, approver=ben)
    assert done.refund == 4_200_000


@pytest.mark.clause("rift/15.2")
def test_time_to_cure_runs_from_receipt_and_ends_on_a_working_day(ahead: Contract) -> None:
    amy, at = making.staff("amy"), datetime(2027, 6, 4, 10, tzinfo=KST)
    row = breaches.demand(ahead.public_id, Side.COMPANY, "abuse", delivery=None, by=amy, at=at)
    assert row.cure_until is None
    row = breaches.received(row.public_id, Delivery(date(2027, 6, 3), "mail"), by=amy, at=at)
    assert row.cure_until == date(2027, 7, 5), "the 30th day, 3 July, is a Saturday"
    assert DueItem.objects.get(kind="cure_end", key=row.public_id).closed_at is None
    with pytest.raises(Refusal) as caught:
        ending.terminate(ahead.public_id, End(Side.COMPANY, EndReason.BREACH), by=amy, at=JUNE)
    assert caught.value.code == "cure_running"
    breaches.cure(row.public_id, by=amy, at=JUNE)
    with pytest.raises(Refusal) as again:
        breaches.cure(row.public_id, by=amy, at=JUNE)
    assert (again.value.code, Breach.objects.get().status) == ("already_done", "cured")


@pytest.mark.clause("rift/17.3")
def test_awards_use_up_the_cap(ahead: Contract) -> None:
    amy, ben = making.staff("amy"), making.staff("ben")
    damage = Damage(Decimal(5_000_000), date(2027, 6, 1))
    first = awards.award(ahead.public_id, damage, by=amy, at=JUNE, approver=ben)
    assert (first.cap, first.already_paid) == (8_200_000, 0)
    with pytest.raises(Refusal) as caught:
        awards.propose(ahead.public_id, damage, by=amy, at=JUNE)
    assert (caught.value.code, ContractAward.objects.count()) == ("cap_exceeded", 1)
    with pytest.raises(Refusal) as same:
        awards.award(ahead.public_id, Damage(Decimal(1), date(2027, 6, 1)), by=amy, at=JUNE, approver=amy)
    assert same.value.code == "same_person"

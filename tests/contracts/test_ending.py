"""Breaches, terminations with their settlement, and compensation within the cap (rift/7.3, 15.2, 15.3, 17)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from billing.models import FirmPayout
from contracts.enums import ByTwoStatus, ContractStatus, EndReason, Side
from contracts.models import Breach, Contract, ContractAward, CustomerNotice, Termination
from contracts.queries.month_fees import next_invoice_on
from contracts.services import awards, breaches, ending, invoicing, paying, seats
from contracts.services.awards import Damage
from contracts.services.breaches import Delivery
from contracts.services.ending import End
from tests.contracts import making, portal
from upstage_console.kernel import due
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db
REQUEST = End(Side.CUSTOMER, EndReason.REQUEST, Decimal(700_000))
JUNE = datetime(2027, 6, 30, 10, tzinfo=KST)
MAY = datetime(2027, 5, 3, 10, tzinfo=KST)


@pytest.fixture
def ahead() -> Contract:
    """Twelve months at 600,000 and a start-up fee, billed and paid ahead."""
    fees = [making.fee(amount="600000", prepaid=12), making.fee("startup", "1000000")]
    contract = making.concluded(making.drafted(starts_on=date(2027, 2, 1), fees=fees))
    amy, at = making.staff("amy"), datetime(2027, 2, 3, 10, tzinfo=KST)
    made = invoicing.issue_month(contract.public_id, date(2027, 2, 1), by=amy, at=at)
    paying.pay(contract.public_id, made.invoice.public_id, key="k1", by=amy, at=at)
    return contract


@pytest.mark.parametrize(("prepaid", "following"), [(12, None), (3, date(2027, 5, 1))])
def test_what_was_billed_ahead_is_not_billed_next(prepaid: int, following: date | None) -> None:
    contract = making.concluded(making.drafted(starts_on=date(2027, 2, 1), fees=[making.fee(prepaid=prepaid)]))
    at = datetime(2027, 2, 3, 10, tzinfo=KST)
    invoicing.issue_month(contract.public_id, date(2027, 2, 1), by=making.staff("amy"), at=at)
    assert next_invoice_on(contract) == following


def test_money_goes_back_only_with_a_second_person(ahead: Contract) -> None:
    amy = making.staff("amy")
    for approver, code in ((None, "second_person_needed"), (amy, "same_person")):
        with pytest.raises(Refusal) as caught:
            ending.terminate(ahead.public_id, REQUEST, by=amy, at=JUNE, approver=approver)
        assert caught.value.code == code
    ahead.refresh_from_db()
    assert (ahead.status, Termination.objects.exists()) == (ContractStatus.CONCLUDED, False)


@pytest.mark.parametrize("upfront", ["0.5", "-1", "NaN"])
def test_an_investment_is_an_amount_of_money(ahead: Contract, upfront: str) -> None:
    end = End(Side.CUSTOMER, EndReason.REQUEST, Decimal(upfront))
    with pytest.raises(Refusal) as caught:
        ending.propose(ahead.public_id, end, by=making.staff("amy"), at=JUNE)
    assert (caught.value.code, Termination.objects.exists()) == ("invalid_amount", False)


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


# The customer's own notice


@pytest.fixture
def customer_s(ahead: Contract) -> User:
    user = portal.seated(ahead, "admin@customer.example").user
    assert user is not None
    return user


@pytest.fixture
def noticed(ahead: Contract, customer_s: User) -> Termination:
    """For a breach of the company's that was not cured in May."""
    breaches.demand_in_portal(ahead.public_id, "발신 장애", by=customer_s, at=MAY)
    return ending.propose(ahead.public_id, End(Side.CUSTOMER, EndReason.BREACH), by=customer_s, at=JUNE)


def refused(act: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **given)
    return caught.value.code


@pytest.mark.clause("rift/15.3")
def test_money_of_a_customer_s_notice_goes_out_by_two_of_the_company(ahead: Contract, noticed: Termination) -> None:
    amy, ben = making.staff("amy"), making.staff("ben")
    taken = ending.confirm(noticed.public_id, by=amy, at=JUNE)
    assert (taken.status, taken.proposed_by, FirmPayout.objects.count()) == (ByTwoStatus.PROPOSED, amy, 0)
    assert refused(ending.confirm, noticed.public_id, by=amy, at=JUNE) == "same_person"
    done = ending.confirm(noticed.public_id, by=ben, at=JUNE)
    assert (done.status, done.approver, FirmPayout.objects.count()) == (ByTwoStatus.DONE, ben, 1)


def test_while_one_is_proposed_none_is_carried_out_beside_it(ahead: Contract, noticed: Termination) -> None:
    amy, ben = making.staff("amy"), making.staff("ben")
    given = {"by": amy, "at": JUNE, "approver": ben}
    assert refused(ending.terminate, ahead.public_id, REQUEST, **given) == "termination_proposed"
    ending.drop(noticed.public_id, reason="철회 요청", by=amy, at=JUNE)
    assert ending.terminate(ahead.public_id, REQUEST, **given).status == ByTwoStatus.DONE


@pytest.mark.clause("rift/15.2")
def test_after_the_notice_nothing_is_cured_any_more(noticed: Termination) -> None:
    breach = noticed.contract.breaches.get()
    assert refused(breaches.cure, breach.public_id, by=making.staff("amy"), at=JUNE) == "notice_given"


def test_a_notice_takes_the_place_of_what_the_company_proposed(ahead: Contract, customer_s: User) -> None:
    breaches.demand_in_portal(ahead.public_id, "발신 장애", by=customer_s, at=MAY)
    own = breaches.demand(
        ahead.public_id, Side.COMPANY, "재판매", delivery=Delivery(MAY.date(), "등기"), by=making.staff("amy"), at=MAY
    )
    assert own.side == Side.COMPANY
    first = ending.propose(ahead.public_id, End(Side.COMPANY, EndReason.BREACH), by=making.staff("amy"), at=JUNE)
    ending.propose(ahead.public_id, End(Side.CUSTOMER, EndReason.BREACH), by=customer_s, at=JUNE)
    first.refresh_from_db()
    assert (first.status, DueItem.objects.filter(kind=ending.TASK, closed_at__isnull=True).count()) == (
        ByTwoStatus.DROPPED, 1,
    )  # fmt: skip


def test_the_firm_is_told_of_a_notice_that_is_left_and_a_waived_task_stops_nothing(noticed: Termination) -> None:
    amy = making.staff("amy")
    due.close_all(ending.TASK, {noticed.public_id: "waived"}, by=amy, at=JUNE)
    ending.drop(noticed.public_id, reason="고객사가 철회함", by=amy, at=JUNE)
    told = CustomerNotice.objects.latest("pk")
    assert ("고객사가 철회함" in told.body_ko, "not carried out" in told.subject_en) == (True, True)

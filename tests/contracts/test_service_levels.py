"""Outages, months measured and approved, credits decided by a second person and put on invoices."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from accounts.models import User
from billing.enums import FirmLineKind
from billing.models import FirmInvoice
from billing.services import firm_invoices
from contracts.enums import OutageCause, ServiceCreditStatus
from contracts.errors import NotConcluded
from contracts.errors.service_levels import (
    CreditSpent,
    EvidenceNeeded,
    InvalidLadder,
    MonthNotOver,
    NoServiceLevel,
    NotClaimed,
)
from contracts.models import (
    Contract,
    CustomerNotice,
    Outage,
    ServiceCredit,
    ServiceCreditUse,
    ServiceLevel,
    ServiceLevelReport,
)
from contracts.queries import service_levels as queries
from contracts.rules.service_credits import Step
from contracts.rules.spans import Span
from contracts.services import outages, reports, service_credits, service_levels
from contracts.services.service_credits import Taking
from contracts.services.service_levels import Agreed
from contracts.tasks import lapse_service_credits, measure_service_levels
from tests.contracts import promising
from tests.contracts.minutes import kst
from upstage_console.kernel import clock
from upstage_console.kernel.errors import AlreadyDone, InvalidDates, SamePerson
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.wording import Phrase

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2027, 9, 1)
OCTOBER_FIRST = kst("2027-10-01 09:00")
NIGHT = Span(kst("2027-09-11 01:00"), kst("2027-09-11 05:00"))


@pytest.fixture
def contract(amy: User) -> Contract:
    return promising.monitored(amy, flat=2_400_000)


@pytest.fixture
def month(contract: Contract, amy: User) -> Contract:
    """The month of the story: 42,000 minutes in scope, 252 of them down."""
    promising.stood_still(contract, "2027-09-11 01:00", "2027-09-11 05:00", OutageCause.PLANNED, at="2027-09-03 10:00")
    promising.stood_still(
        contract, "2027-09-14 02:00", "2027-09-14 18:00", OutageCause.FORCE_MAJEURE, evidence="태풍 특보"
    )
    promising.stood_still(contract, "2027-09-18 08:10", "2027-09-18 08:14")
    promising.stood_still(contract, "2027-09-21 13:00", "2027-09-21 17:12")
    return contract


def approved(contract: Contract, by: Any) -> ServiceLevelReport:
    report = reports.measure(contract.public_id, SEPTEMBER, by=by, at=OCTOBER_FIRST)
    return reports.approve(report.public_id, reason="확인", by=by, at=OCTOBER_FIRST)


# Outages


@pytest.mark.clause("rift/8.2")
def test_what_an_outage_counts_for(month: Contract) -> None:
    found = [queries.counted_minutes(outage) for outage in Outage.objects.order_by("starts_at")]
    assert found == [0, 0, 0, 252]


@pytest.mark.clause("rift/8.2")
def test_maintenance_without_its_notice_counts(contract: Contract) -> None:
    late = promising.stood_still(
        contract, "2027-10-05 22:00", "2027-10-05 23:00", OutageCause.PLANNED, at="2027-10-05 12:00"
    )
    assert queries.counted_minutes(late) == 60


@pytest.mark.clause("rift/16.2")
@pytest.mark.parametrize("cause", [OutageCause.FORCE_MAJEURE, OutageCause.THIRD_PARTY, OutageCause.CUSTOMER])
def test_what_leaves_the_scope_is_proven(contract: Contract, cause: OutageCause) -> None:
    with pytest.raises(EvidenceNeeded):
        promising.stood_still(contract, "2027-09-14 02:00", "2027-09-14 18:00", cause)
    assert not Outage.objects.exists()


def test_an_outage_that_has_not_ended_is_not_recorded(contract: Contract) -> None:
    with pytest.raises(InvalidDates):
        promising.stood_still(contract, "2027-09-14 02:00", "2027-09-14 18:00", at="2027-09-14 17:00")


def test_a_draft_has_no_outages(amy: User) -> None:
    whose = promising.customer()
    draft = Contract.objects.create(customer=whose, title="초안", drafted_by=amy, drafted_at=promising.BEGAN)
    with pytest.raises(NotConcluded):
        promising.stood_still(draft, "2027-09-14 02:00", "2027-09-14 18:00")


def test_a_withdrawn_outage_stays_and_counts_nothing(month: Contract, amy: User) -> None:
    outage = Outage.objects.get(starts_at=kst("2027-09-21 13:00"))
    outages.withdraw(outage.public_id, reason="점검용 회선이었습니다", by=amy, at=OCTOBER_FIRST)
    outage.refresh_from_db()
    assert (queries.counted_minutes(outage), outage.withdraw_reason) == (0, "점검용 회선이었습니다")
    with pytest.raises(AlreadyDone):
        outages.withdraw(outage.public_id, reason="또", by=amy, at=OCTOBER_FIRST)


def test_what_was_recorded_is_not_changed(month: Contract) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Outage.objects.update(ends_at=kst("2027-12-01"))


def announced(contract: Contract, by: Any, at: str = "2027-09-03 10:00") -> Any:
    what = Phrase("데이터베이스 교체", "New database")
    return outages.announce([contract.pk], NIGHT, what, reason="계획", by=by, at=kst(at))


@pytest.mark.clause("rift/8.2")
def test_announced_maintenance_leaves_the_scope_and_is_told(contract: Contract, amy: User) -> None:
    work = announced(contract, amy)
    assert queries.counted_minutes(work.outages.get()) == 0
    told = CustomerNotice.objects.get(about="maintenance")
    assert "2027년 9월 11일 01:00" in told.body_ko


def test_maintenance_called_off_is_left_out_of_no_month(contract: Contract, amy: User) -> None:
    work = announced(contract, amy)
    outages.call_off(work.public_id, reason="연기", by=amy, at=kst("2027-09-10 10:00"))
    assert not queries.outages_within(contract, NIGHT).exists()
    assert CustomerNotice.objects.filter(about="maintenance").count() == 2
    with pytest.raises(AlreadyDone):
        outages.call_off(work.public_id, reason="연기", by=amy, at=kst("2027-09-10 11:00"))


def test_maintenance_is_announced_before_it_begins(contract: Contract, amy: User) -> None:
    with pytest.raises(InvalidDates):
        announced(contract, amy, "2027-09-11 01:00")


# What was agreed


def test_a_later_version_holds_for_later_months(contract: Contract, amy: User) -> None:
    better = Agreed(target=Decimal("99.9"))
    service_levels.agree(contract.public_id, better, effective_on=date(2027, 10, 1), by=amy, at=kst("2027-09-20 09:00"))
    found = [queries.level_of(contract, month).version for month in (SEPTEMBER, date(2027, 10, 1))]
    assert found == [1, 2]


@pytest.mark.parametrize("first", [date(2027, 10, 2), date(2027, 8, 1)])
def test_what_was_measured_is_not_agreed_anew(contract: Contract, amy: User, first: date) -> None:
    with pytest.raises(InvalidDates):
        service_levels.agree(
            contract.public_id, Agreed(target=Decimal(99)), effective_on=first, by=amy, at=kst("2027-09-20 09:00")
        )
    assert ServiceLevel.objects.count() == 1


def test_a_ladder_that_falls_is_refused(amy: User) -> None:
    steps = (Step(Decimal(99), Decimal(20)), Step(Decimal(98), Decimal(5)))
    with pytest.raises(InvalidLadder):
        promising.monitored(amy, Agreed(target=Decimal(99), ladder=steps))
    assert not ServiceLevel.objects.exists()


# Months


@pytest.mark.clause("rift/8.1")
def test_the_month_of_the_story(month: Contract, amy: User) -> None:
    report = approved(month, amy)
    assert (report.availability, report.is_met, report.credit) == (Decimal("99.4000"), False, 120_000)
    assert [report.in_scope_seconds, report.excluded_seconds, report.down_seconds] == [2_520_000, 72_000, 15_120]
    assert len(report.days) == 30
    assert "공제액 120,000원" in report.why["ko"]
    assert CustomerNotice.objects.filter(about="service_level").count() == 1


def test_a_month_that_runs_is_not_measured(month: Contract, amy: User) -> None:
    with pytest.raises(MonthNotOver):
        reports.measure(month.public_id, SEPTEMBER, by=amy, at=kst("2027-09-30 23:59"))
    assert not ServiceLevelReport.objects.exists()


@pytest.mark.parametrize("first", [date(2027, 3, 1), date(2027, 2, 1)])
def test_outside_of_the_term_nothing_is_measured(contract: Contract, amy: User, first: date) -> None:
    with pytest.raises(NoServiceLevel):
        reports.measure(contract.public_id, first, by=amy, at=OCTOBER_FIRST)


def test_a_part_month_is_measured_as_far_as_the_contract_ran(amy: User) -> None:
    part = promising.monitored(amy, starts=date(2027, 9, 16), flat=3_000_000)
    report = reports.measure(part.public_id, SEPTEMBER, by=amy, at=OCTOBER_FIRST)
    assert (report.in_scope_seconds, report.base) == (15 * 24 * 3600, 1_500_000)


def test_until_it_is_approved_a_month_is_measured_anew(month: Contract, amy: User) -> None:
    first = reports.measure(month.public_id, SEPTEMBER, by=amy, at=OCTOBER_FIRST)
    Outage.objects.get(starts_at=kst("2027-09-18 08:10"))
    promising.stood_still(month, "2027-09-18 08:14", "2027-09-18 08:20", at="2027-10-01 10:00")
    second = reports.measure(month.public_id, SEPTEMBER, by=amy, at=kst("2027-10-01 10:00"))
    assert (first.pk, second.down_seconds) == (second.pk, (252 + 10) * 60)


@pytest.mark.clause("rift/8.1")
def test_a_revision_gives_only_what_is_more(month: Contract, amy: User, ben: User) -> None:
    service_credits.approve(approved(month, amy).given.public_id, reason="", by=ben, at=OCTOBER_FIRST)
    promising.stood_still(month, "2027-09-22 00:00", "2027-09-22 12:00", at="2027-10-03 09:00")
    revised = reports.measure(month.public_id, SEPTEMBER, by=amy, at=kst("2027-10-03 09:00"))
    assert (revised.revision, revised.credit) == (2, 480_000)
    reports.approve(revised.public_id, reason="뒤늦게 알았습니다", by=amy, at=kst("2027-10-03 09:00"))
    assert list(ServiceCredit.objects.order_by("id").values_list("amount", flat=True)) == [120_000, 360_000]


def test_an_approved_month_without_news_is_done(month: Contract, amy: User) -> None:
    approved(month, amy)
    with pytest.raises(AlreadyDone):
        reports.measure(month.public_id, SEPTEMBER, by=amy, at=OCTOBER_FIRST)


def test_an_approved_month_is_final(month: Contract, amy: User) -> None:
    report = approved(month, amy)
    with pytest.raises(AlreadyDone):
        reports.approve(report.public_id, reason="", by=amy, at=OCTOBER_FIRST)
    with pytest.raises(DatabaseError), transaction.atomic():
        ServiceLevelReport.objects.update(availability=100)


def test_the_job_measures_last_month_once(month: Contract, amy: User) -> None:
    with clock.fixed(kst("2027-10-01 01:30")):
        measure_service_levels()
        measure_service_levels()
    report = ServiceLevelReport.objects.get()
    assert (report.month, report.measured_by, report.approved_at) == (SEPTEMBER, None, None)
    assert DueItem.objects.get(kind="service_level_report").state == "open"


@pytest.mark.clause("rift/9.2")
def test_targets_of_cases_stand_in_the_report(month: Contract, amy: User) -> None:
    promising.agree_support(month, amy)
    promising.opened(month, "2027-09-20 10:00")
    reports.measure_due(at=OCTOBER_FIRST)
    assert ServiceLevelReport.objects.get().cases == []


# Credits


@pytest.fixture
def credit(month: Contract, amy: User) -> ServiceCredit:
    return approved(month, amy).given


@pytest.mark.clause("rift/8.1")
def test_a_credit_takes_two_people(credit: ServiceCredit, amy: User, ben: User) -> None:
    with pytest.raises(SamePerson):
        service_credits.approve(credit.public_id, reason="", by=amy, at=OCTOBER_FIRST)
    assert not queries.open_credits(credit.contract).exists()
    service_credits.approve(credit.public_id, reason="맞음", by=ben, at=OCTOBER_FIRST)
    assert list(queries.open_credits(credit.contract)) == [credit]
    assert CustomerNotice.objects.filter(about="service_credit").count() == 1
    with pytest.raises(AlreadyDone):
        service_credits.approve(credit.public_id, reason="", by=ben, at=OCTOBER_FIRST)


def test_a_dropped_credit_is_given_again_by_a_revision(credit: ServiceCredit, ben: User, amy: User) -> None:
    service_credits.drop(credit.public_id, reason="다시 잽니다", by=ben, at=OCTOBER_FIRST)
    promising.stood_still(credit.contract, "2027-09-22 00:00", "2027-09-22 00:10", at="2027-10-03 09:00")
    revised = reports.measure(credit.contract.public_id, SEPTEMBER, by=amy, at=OCTOBER_FIRST)
    assert reports.approve(revised.public_id, reason="", by=amy, at=OCTOBER_FIRST).given.amount == 120_000


@pytest.fixture
def claimed_only(amy: User) -> ServiceCredit:
    agreed = Agreed(target=Decimal("99.5"), ladder=promising.MONITORED.ladder, claim_days=30)
    contract = promising.monitored(amy, agreed)
    promising.stood_still(contract, "2027-09-21 13:00", "2027-09-21 18:00")
    return approved(contract, amy).given


def test_a_credit_that_has_to_be_claimed(claimed_only: ServiceCredit, ben: User) -> None:
    assert claimed_only.claim_until == date(2027, 11, 1)
    with pytest.raises(NotClaimed):
        service_credits.approve(claimed_only.public_id, reason="", by=ben, at=OCTOBER_FIRST)
    service_credits.claim(claimed_only.public_id, by=None, at=kst("2027-11-01 23:59"))
    service_credits.approve(claimed_only.public_id, reason="", by=ben, at=kst("2027-11-02 09:00"))
    assert queries.open_credits(claimed_only.contract).count() == 1


def test_an_unclaimed_credit_lapses_once(claimed_only: ServiceCredit) -> None:
    with clock.fixed(kst("2027-11-01 23:59")):
        lapse_service_credits()
    claimed_only.refresh_from_db()
    assert claimed_only.status == ServiceCreditStatus.PROPOSED
    assert service_credits.lapse_due(at=kst("2027-11-02 00:20")) == 1
    assert service_credits.lapse_due(at=kst("2027-11-02 00:20")) == 0
    claimed_only.refresh_from_db()
    assert claimed_only.status == ServiceCreditStatus.LAPSED
    with pytest.raises(AlreadyDone):
        service_credits.claim(claimed_only.public_id, by=None, at=kst("2027-11-02 09:00"))


@pytest.fixture
def open_credit(credit: ServiceCredit, ben: User) -> ServiceCredit:
    return service_credits.approve(credit.public_id, reason="", by=ben, at=OCTOBER_FIRST)


def applied(credit: ServiceCredit, amount: int, invoice: Any) -> ServiceCredit:
    fresh = ServiceCredit.objects.get(pk=credit.pk)
    with transaction.atomic():
        service_credits.apply_all([Taking(fresh, Decimal(amount), invoice)], by=None, at=OCTOBER_FIRST)
    return ServiceCredit.objects.get(pk=credit.pk)


@pytest.mark.clause("rift/8.1")
def test_what_exceeds_an_invoice_is_carried_on(open_credit: ServiceCredit, invoices: list[Any]) -> None:
    assert applied(open_credit, 100_000, invoices[0]).left == 20_000
    assert list(queries.open_credits(open_credit.contract)) == [open_credit]
    last = applied(open_credit, 20_000, invoices[1])
    assert (last.left, last.status) == (0, ServiceCreditStatus.APPLIED)
    assert not queries.open_credits(open_credit.contract).exists()


def test_an_invoice_takes_of_a_credit_once(open_credit: ServiceCredit, invoices: list[Any]) -> None:
    applied(open_credit, 100_000, invoices[0])
    with pytest.raises(AlreadyDone):
        applied(open_credit, 1, invoices[0])
    with pytest.raises(CreditSpent):
        applied(open_credit, 20_001, invoices[1])
    assert ServiceCreditUse.objects.count() == 1


@pytest.fixture
def invoices(open_credit: ServiceCredit) -> list[FirmInvoice]:
    """Two invoices of the firm that has the credit."""
    fee = Decimal(1_000_000)
    part = firm_invoices.FirmPart(FirmLineKind.FLAT, "요금", "Fee", Decimal(1), fee, fee, fee)
    bill = firm_invoices.FirmBill([part], date(2027, 10, 1), Decimal(6), "KRW")
    with transaction.atomic():
        return [firm_invoices.issue(open_credit.customer.firm, bill, by=None, at=OCTOBER_FIRST) for _ in range(2)]

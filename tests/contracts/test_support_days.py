"""Days on which support is open otherwise: another version, and the clocks that still run fall due anew (rift/8.1)."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contracts.enums import Metric
from contracts.errors.cases import InvalidHours, NothingAgreed
from contracts.models import Case, CaseClock, Contract, CustomerNotice, SupportPolicy
from contracts.services import case_watch, cases, support, support_days
from contracts.services.cases import Said
from tests.admin.verbs import preview, use, verb_of
from tests.contracts import promising
from tests.contracts.minutes import kst
from upstage_console.kernel import clock, due
from upstage_console.kernel.errors import AlreadyDone, InvalidDates, Refusal
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db
AT = kst("2027-04-09 16:45")
MONDAY, SATURDAY = date(2027, 4, 12), date(2027, 4, 10)
FIX_DUE = "2027-04-12 15:00"


@pytest.fixture
def contract(amy: User) -> Contract:
    return promising.supported(amy)


@pytest.fixture
def case(contract: Contract) -> str:
    """Opened on Friday at 16:30: to be answered by 17:15, and fixed within 450 minutes of office hours."""
    return promising.opened(contract)


def of(case: str, metric: Metric = Metric.RESOLUTION) -> CaseClock:
    return CaseClock.objects.get(case__public_id=case, metric=metric)


def closed(contract: Contract, *days: date, by: User, at: datetime = AT) -> support_days.Excepted:
    return support_days.except_days(contract.public_id, dict.fromkeys(days, ()), by=by, at=at)


@pytest.mark.clause("rift/8.1")
def test_a_holiday_puts_off_what_is_not_due_yet(contract: Contract, case: str, amy: User) -> None:
    before = of(case)
    made = closed(contract, MONDAY, by=amy)
    after = of(case)
    assert (before.due_at, after.due_at) == (kst(FIX_DUE), kst("2027-04-13 15:00"))
    assert [(one.metric, one.before, one.after) for one in made.shifted] == [
        (Metric.RESOLUTION, before.due_at, after.due_at)
    ]
    assert of(case, Metric.RESPONSE).due_at == kst("2027-04-09 17:15")


@pytest.mark.clause("rift/8.1")
def test_an_extra_working_day_brings_it_forward(contract: Contract, case: str, amy: User) -> None:
    support_days.except_days(contract.public_id, {SATURDAY: ["09:00-13:00"]}, by=amy, at=AT)
    assert of(case).due_at == kst("2027-04-12 11:00")


def test_the_obligation_moves_with_the_clock(contract: Contract, case: str, amy: User) -> None:
    closed(contract, MONDAY, by=amy)
    items = DueItem.objects.filter(kind="case_resolution").order_by("pk")
    assert [(one.due_at, one.closed_at is None) for one in items] == [
        (kst(FIX_DUE), False), (kst("2027-04-13 15:00"), True),
    ]  # fmt: skip


def waived(case: str, by: User) -> DueItem:
    return due.close_item("case_resolution", f"{case}:{of(case).turn}", by=by, at=AT, outcome="agreed", waived=True)


def test_a_waived_obligation_stays_waived_and_the_clock_moves_alone(contract: Contract, case: str, amy: User) -> None:
    item = waived(case, amy)
    closed(contract, MONDAY, by=amy)
    assert of(case).due_at == kst("2027-04-13 15:00")
    item.refresh_from_db()
    assert (item.state, item.outcome, DueItem.objects.filter(kind="case_resolution").count()) == ("waived", "agreed", 1)


def test_a_case_whose_obligation_was_waived_is_resolved(case: str, amy: User) -> None:
    item = waived(case, amy)
    cases.resolve(case, Said("고쳤습니다"), by=amy, at=AT)
    item.refresh_from_db()
    assert (of(case).stopped_at, item.state) == (AT, "waived")


def test_each_change_is_a_version_and_is_told(contract: Contract, case: str, amy: User) -> None:
    made = closed(contract, MONDAY, by=amy)
    versions = SupportPolicy.objects.order_by("version")
    assert [(one.version, one.exceptions) for one in versions] == [(1, {}), (2, {"2027-04-12": []})]
    assert (Case.objects.get().policy, made.policy.targets.count()) == (versions[1], 2)
    told = CustomerNotice.objects.latest("pk")
    assert ("2027년 4월 12일" in told.body_ko, "closed" in told.body_en) == (True, True)
    assert AuditEvent.objects.filter(action="support_case.recounted", subject=case).count() == 1


def test_days_entered_one_after_the_other_add_up(contract: Contract, case: str, amy: User) -> None:
    closed(contract, MONDAY, by=amy)
    closed(contract, date(2027, 4, 13), by=amy)
    assert of(case).due_at == kst("2027-04-14 15:00")
    with pytest.raises(AlreadyDone):
        closed(contract, MONDAY, by=amy)
    assert SupportPolicy.objects.count() == 3


def test_a_case_keeps_the_hours_it_was_opened_under(contract: Contract, case: str, amy: User) -> None:
    other = support.Agreed(("10:00-12:00",), promising.OFFICE.days, promising.OFFICE.targets)
    support.agree(contract.public_id, other, by=amy, at=AT)
    made = closed(contract, MONDAY, by=amy)
    assert (of(case).due_at, made.policy.hours, made.policy.version) == (kst("2027-04-13 15:00"), ["10:00-12:00"], 4)


@pytest.mark.clause("rift/8.1")
def test_what_was_missed_stays_missed(contract: Contract, case: str, amy: User) -> None:
    late = kst("2027-04-12 16:00")
    case_watch.watch(at=late)
    missed = {one.pk: (one.due_at, one.breached_at) for one in CaseClock.objects.all()}
    made = closed(contract, date(2027, 4, 13), by=amy, at=late)
    assert (made.shifted, {one.pk: (one.due_at, one.breached_at) for one in CaseClock.objects.all()}) == ((), missed)


def test_what_was_resolved_stays_as_it_was(contract: Contract, case: str, amy: User) -> None:
    cases.resolve(case, Said("고쳤습니다"), by=amy, at=AT)
    before = of(case)
    made = closed(contract, MONDAY, by=amy)
    assert (made.shifted, of(case).due_at, Case.objects.get().policy.version) == ((), before.due_at, 1)


def test_what_was_warned_of_is_warned_of_again(contract: Contract, case: str, amy: User) -> None:
    cases.respond(case, Said("보고 있습니다"), by=amy, at=AT)
    case_watch.watch(at=kst("2027-04-12 14:00"))
    assert of(case).warned_at == kst("2027-04-12 14:00")
    # three quarters of the time were used before the day that changes: it stays warned of
    closed(contract, date(2027, 4, 13), by=amy, at=kst("2027-04-12 14:30"))
    assert of(case).warned_at == kst("2027-04-12 14:00")


def test_a_case_that_waits_for_the_customer_goes_over_too(contract: Contract, case: str, amy: User) -> None:
    cases.respond(case, Said("기록을 보내 주십시오"), by=amy, at=AT)
    cases.pause(case, reason="기록", by=amy, at=AT)
    assert closed(contract, MONDAY, by=amy).shifted == ()
    cases.resume(case, by=amy, at=kst("2027-04-09 17:00"))
    assert of(case).due_at == kst("2027-04-13 15:15")


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ({date(2027, 4, 9): ()}, InvalidDates),
        ({date(2027, 4, 8): (), MONDAY: ()}, InvalidDates),
        ({}, InvalidDates),
        ({MONDAY: ("18:00-09:00",)}, InvalidHours),
    ],
)
def test_what_cannot_be_is_refused(
    contract: Contract, case: str, amy: User, days: support_days.Days, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        support_days.except_days(contract.public_id, days, by=amy, at=AT)
    assert (SupportPolicy.objects.count(), of(case).due_at) == (1, kst(FIX_DUE))


def test_without_support_there_is_nothing_to_except(amy: User) -> None:
    with pytest.raises(NothingAgreed):
        closed(promising.contract(amy), MONDAY, by=amy)


def test_the_desk_sees_whose_clocks_move_before_it_is_done(
    contract: Contract, case: str, amy: User, client: Client
) -> None:
    client.force_login(amy)
    given = {"from_on": "2027-04-12", "until_on": "", "hours": ""}
    with clock.fixed(AT):
        seen = preview(client, verb_of(contract, "support-days"), **given).content.decode()
        assert ("13 Apr 2027" in seen or "2027년 4월 13일" in seen, SupportPolicy.objects.count()) == (True, 1)
        use(client, verb_of(contract, "support-days"), **given)
        page = client.get(reverse("admin:contracts_contract_change", args=[contract.pk])).content.decode()
    assert (SupportPolicy.objects.count(), "12 Apr 2027" in page or "2027년 4월 12일" in page) == (2, True)

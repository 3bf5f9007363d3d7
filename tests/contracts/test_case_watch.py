"""Warnings and missed targets, noted by the clock: once each, in a number of statements that batches decide."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from contracts.enums import Metric
from contracts.models import CaseClock, Contract, CustomerNotice
from contracts.services import case_watch, cases
from contracts.services.cases import Said
from contracts.tasks import watch_cases
from tests.contracts import promising
from tests.contracts.minutes import kst
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
ANSWER_DUE = "2027-04-09 17:15"


@pytest.fixture
def contract(amy: User) -> Contract:
    return promising.supported(amy)


def of(case: str, metric: Metric) -> CaseClock:
    return CaseClock.objects.get(case__public_id=case, metric=metric)


@pytest.mark.clause("rift/8.1")
def test_a_target_is_missed_once(contract: Contract) -> None:
    case = promising.opened(contract)
    assert case_watch.watch(at=kst("2027-04-09 17:16")) == 2
    missed = of(case, Metric.RESPONSE)
    assert (missed.breached_at, missed.warned_at) == (kst(ANSWER_DUE), kst("2027-04-09 17:16"))
    assert case_watch.watch(at=kst("2027-04-09 17:17")) == 0
    assert CustomerNotice.objects.filter(about="case").count() == 1
    assert AuditEvent.objects.filter(action="support_case.breached", subject=case).count() == 1


def test_at_the_minute_it_is_due_nothing_is_missed(contract: Contract) -> None:
    case = promising.opened(contract)
    case_watch.watch(at=kst(ANSWER_DUE))
    assert of(case, Metric.RESPONSE).breached_at is None


def test_what_was_missed_while_nobody_looked_is_told_once(contract: Contract, amy: User) -> None:
    case = promising.opened(contract)
    cases.resolve(case, Said("고쳤습니다"), by=amy, at=kst("2027-04-13 15:00"))
    assert case_watch.watch(at=kst("2027-04-13 15:01")) == 0
    assert CustomerNotice.objects.filter(key__startswith="late:").count() == 2


def test_while_paused_nothing_is_warned_of_or_missed(contract: Contract, amy: User) -> None:
    case = promising.opened(contract)
    cases.respond(case, Said("확인"), by=amy, at=kst("2027-04-09 16:40"))
    cases.pause(case, reason="기록", by=amy, at=kst("2027-04-09 17:00"))
    assert case_watch.watch(at=kst("2027-05-09 17:00")) == 0


def test_who_is_in_charge_hears_of_many_cases_in_one_mail(contract: Contract, amy: User) -> None:
    for _ in range(3):
        cases.assign(promising.opened(contract), amy, by=amy, at=kst("2027-04-09 16:31"))
    case_watch.watch(at=kst("2027-04-09 17:10"))
    outbox.deliver_due(at=kst("2027-04-09 17:11"), topic="case_warning")
    (warning,) = mail.outbox
    assert warning.to == [amy.email]
    assert warning.body.count("발신이 안 됩니다") == 3


def test_the_customers_people_are_told(contract: Contract) -> None:
    promising.opened(contract)
    case_watch.watch(at=kst("2027-04-09 17:16"))
    outbox.deliver_due(at=kst("2027-04-09 17:17"), topic="customer_notice")
    (letter,) = mail.outbox
    assert letter.to == [contract.customer.contacts.get().email]
    assert "2027년 4월 9일 17:15" in letter.body


def test_without_contacts_the_address_for_invoices_is_told(amy: User) -> None:
    promising.opened(promising.supported(amy, of=promising.customer(contact=False)))
    case_watch.watch(at=kst("2027-04-09 17:16"))
    outbox.deliver_due(at=kst("2027-04-09 17:17"), topic="customer_notice")
    assert mail.outbox[0].to[0].startswith("bills")


def statements(contract: Contract, number: int, day: str) -> int:
    for _ in range(number):
        promising.opened(contract, f"{day} 10:00")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert case_watch.watch(at=kst(f"{day} 10:46")) >= 2 * number
    return len(queries)


def test_the_number_of_statements_does_not_grow_with_the_cases(contract: Contract) -> None:
    assert statements(contract, 1, "2027-04-12") == statements(contract, 3, "2027-04-13")


def test_batches_go_on_until_all_is_noted(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_watch, "AT_A_TIME", 2)
    for _ in range(5):
        promising.opened(contract)
    assert case_watch.watch(at=kst("2027-04-09 17:16")) == 10


def test_the_job_reads_the_clock(contract: Contract) -> None:
    case = promising.opened(contract)
    with clock.fixed(kst("2027-04-09 17:16")):
        watch_cases()
    assert of(case, Metric.RESPONSE).breached_at == kst(ANSWER_DUE)

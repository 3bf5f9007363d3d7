"""Cases: their log, their clocks, their obligations; what is refused leaves nothing behind."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from accounts.models import User
from contracts.enums import CaseStatus, ClockVerdict, Metric, Severity
from contracts.errors.cases import CaseResolved, InvalidHours, NoBreach, NothingAgreed
from contracts.models import Case, CaseClock, CaseEvent, Contract, CustomerNotice
from contracts.queries import cases as queries
from contracts.services import cases, support
from contracts.services.cases import Asked, Said
from contracts.services.support import Target
from tests.contracts import promising
from tests.contracts.minutes import kst
from upstage_console.kernel.errors import AlreadyDone, Invalid, InvalidAmount, NotFound
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db
SAID = Said("확인했습니다")


@pytest.fixture
def contract(amy: User) -> Contract:
    return promising.supported(amy)


@pytest.fixture
def case(contract: Contract) -> str:
    return promising.opened(contract)


def clock(case: str, metric: Metric = Metric.RESOLUTION) -> CaseClock:
    return CaseClock.objects.get(case__public_id=case, metric=metric)


def tasks(case: str) -> list[tuple[str, str]]:
    rows = DueItem.objects.filter(subject=case).order_by("id")
    return list(rows.values_list("kind", "state"))


@pytest.mark.clause("rift/8.1")
def test_both_clocks_begin_with_the_case(case: str) -> None:
    assert clock(case, Metric.RESPONSE).due_at == kst("2027-04-09 17:15")
    assert clock(case).due_at == kst("2027-04-12 15:00")
    assert clock(case, Metric.RESPONSE).warn_at == kst("2027-04-09 17:03:45")
    assert tasks(case) == [("case_response", "open"), ("case_resolution", "open")]


@pytest.mark.clause("rift/8.1")
def test_the_first_answer_stops_its_clock(case: str, amy: User) -> None:
    cases.respond(case, SAID, by=amy, at=kst("2027-04-09 17:00"))
    found = clock(case, Metric.RESPONSE)
    assert (found.stopped_at, found.used_seconds) == (kst("2027-04-09 17:00"), 1800)
    assert tasks(case) == [("case_response", "done"), ("case_resolution", "open")]
    assert Case.objects.get().status == CaseStatus.RESPONDED


def test_a_later_answer_is_a_message(case: str, amy: User) -> None:
    cases.respond(case, SAID, by=amy, at=kst("2027-04-09 17:00"))
    cases.respond(case, Said("더 알아냈습니다"), by=amy, at=kst("2027-04-09 17:30"))
    assert list(CaseEvent.objects.values_list("kind", flat=True)) == ["open", "respond", "message"]
    assert clock(case, Metric.RESPONSE).stopped_at == kst("2027-04-09 17:00")


@pytest.mark.clause("rift/9.1")
@pytest.mark.parametrize("how", ["answer", "write", "pause", "resolve"])
def test_what_the_customer_writes_after_an_answer_waits_for_the_next(case: str, amy: User, how: str) -> None:
    cases.respond(case, SAID, by=amy, at=kst("2027-04-09 17:00"))
    for minute in (10, 20):
        cases.say(case, Said("아직입니다", is_of_customer=True), by=None, at=kst(f"2027-04-09 17:{minute}"))
    cases.write(case, Said("봅시다", is_internal=True), by=amy, at=kst("2027-04-09 17:25"))
    task = DueItem.objects.get(kind="case_message")
    assert (task.state, task.due_at) == ("open", kst("2027-04-13 00:00")), "one task, until the end of Monday"
    at = kst("2027-04-09 17:30")
    {
        "answer": lambda: cases.respond(case, SAID, by=amy, at=at),
        "write": lambda: cases.write(case, SAID, by=amy, at=at),
        "pause": lambda: cases.pause(case, reason="어느 화면입니까?", by=amy, at=at),
        "resolve": lambda: cases.resolve(case, SAID, by=amy, at=at),
    }[how]()  # fmt: skip
    task.refresh_from_db()
    assert task.state == "done"
    cases.say(case, Said("다시 안 됩니다", is_of_customer=True), by=None, at=kst("2027-04-12 10:00"))
    assert DueItem.objects.filter(kind="case_message", closed_at__isnull=True).count() == 1


def test_before_the_first_answer_its_clock_has_the_only_task(case: str) -> None:
    cases.say(case, Said("오전부터입니다", is_of_customer=True), by=None, at=kst("2027-04-09 16:45"))
    assert tasks(case) == [("case_response", "open"), ("case_resolution", "open")]


@pytest.mark.clause("rift/8.1")
def test_a_pause_over_a_weekend_counts_working_time_only(case: str, amy: User) -> None:
    cases.pause(case, reason="기록을 부탁드렸습니다", by=amy, at=kst("2027-04-09 17:30"))
    paused = clock(case)
    assert (paused.due_at, paused.remaining_seconds) == (None, 390 * 60)
    assert tasks(case) == [("case_response", "open"), ("case_resolution", "done")]
    cases.resume(case, by=amy, at=kst("2027-04-12 10:00"))
    assert clock(case).due_at == kst("2027-04-12 16:30")
    assert tasks(case)[-1] == ("case_resolution", "open")


def test_a_pause_leaves_the_answer_clock_running(case: str, amy: User) -> None:
    cases.pause(case, reason="기록", by=amy, at=kst("2027-04-09 16:40"))
    assert clock(case, Metric.RESPONSE).due_at == kst("2027-04-09 17:15")
    cases.resume(case, by=amy, at=kst("2027-04-09 16:50"))
    assert Case.objects.get().status == CaseStatus.OPEN


def test_what_the_customer_was_waited_for_ends_the_pause(case: str, amy: User) -> None:
    cases.pause(case, reason="기록", by=amy, at=kst("2027-04-12 10:00"))
    cases.write(case, Said("여기 있습니다", is_of_customer=True), by=None, at=kst("2027-04-12 11:00"))
    assert clock(case).due_at == kst("2027-04-12 16:00")
    assert Case.objects.get().status == CaseStatus.OPEN


def test_an_internal_note_ends_no_pause_and_is_not_told(case: str, amy: User) -> None:
    cases.pause(case, reason="기록", by=amy, at=kst("2027-04-12 10:00"))
    told = CustomerNotice.objects.count()
    cases.write(case, Said("연락해 봄", is_internal=True), by=amy, at=kst("2027-04-12 11:00"))
    assert (Case.objects.get().status, CustomerNotice.objects.count()) == (CaseStatus.PAUSED, told)


@pytest.mark.clause("rift/8.1")
def test_a_fix_in_time_is_met(case: str, amy: User) -> None:
    cases.resolve(case, SAID, by=amy, at=kst("2027-04-12 15:00"))
    found = clock(case)
    assert (found.used_seconds, found.breached_at) == (450 * 60, None)
    assert queries.verdict_of(found, kst("2027-05-01")) == ClockVerdict.MET
    assert [state for _kind, state in tasks(case)] == ["done", "done"]


@pytest.mark.clause("rift/8.1")
def test_a_fix_too_late_is_missed_and_told(case: str, amy: User) -> None:
    cases.respond(case, SAID, by=amy, at=kst("2027-04-09 17:00"))
    cases.resolve(case, SAID, by=amy, at=kst("2027-04-12 15:01"))
    assert clock(case).breached_at == kst("2027-04-12 15:00")
    assert CustomerNotice.objects.filter(key=f"late:{case}:resolution").count() == 1
    assert not queries.is_met(list(CaseClock.objects.all()), kst("2027-04-13"))


@pytest.mark.clause("rift/8.1")
def test_a_case_opened_again_goes_on_where_it_stood(case: str, amy: User) -> None:
    cases.resolve(case, SAID, by=amy, at=kst("2027-04-12 14:00"))
    cases.reopen(case, Said("또 그럽니다", is_of_customer=True), by=None, at=kst("2027-04-14 09:00"))
    assert clock(case).due_at == kst("2027-04-14 10:00")
    assert (clock(case).stopped_at, Case.objects.get().resolved_at) == (None, None)
    assert tasks(case)[-2:] == [("case_resolution", "open"), ("case_message", "open")]


@pytest.mark.clause("rift/8.1")
def test_a_waiver_stays_visible(case: str, amy: User) -> None:
    cases.resolve(case, SAID, by=amy, at=kst("2027-04-13 15:01"))
    cases.waive(case, Metric.RESOLUTION, reason="고객이 회의를 미뤘습니다", by=amy, at=kst("2027-04-14 09:00"))
    found = clock(case)
    assert (found.breached_at, found.waive_reason) == (kst("2027-04-12 15:00"), "고객이 회의를 미뤘습니다")
    assert queries.verdict_of(found, kst("2027-05-01")) == ClockVerdict.WAIVED
    with pytest.raises(AlreadyDone):
        cases.waive(case, Metric.RESOLUTION, reason="또", by=amy, at=kst("2027-04-14 09:00"))


def test_only_what_was_missed_is_waived(case: str, amy: User) -> None:
    with pytest.raises(NoBreach):
        cases.waive(case, Metric.RESOLUTION, reason="없음", by=amy, at=kst("2027-04-09 17:00"))
    assert not CaseEvent.objects.filter(kind="waive").exists()


def test_a_missed_target_is_never_unmade(case: str, amy: User) -> None:
    cases.resolve(case, SAID, by=amy, at=kst("2027-04-13 15:01"))
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseClock.objects.update(breached_at=None)


def test_the_log_is_never_changed(case: str) -> None:
    with pytest.raises(TypeError):
        CaseEvent.objects.update(text="")
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEvent.objects.get().delete()


@pytest.mark.parametrize(
    "verb",
    [
        lambda case, by: cases.respond(case, SAID, by=by, at=kst("2027-04-13")),
        lambda case, by: cases.pause(case, reason="기록", by=by, at=kst("2027-04-13")),
    ],
)  # fmt: skip
def test_a_resolved_case_is_opened_again_first(case: str, amy: User, verb: Any) -> None:
    cases.resolve(case, SAID, by=amy, at=kst("2027-04-12 14:00"))
    before = CaseEvent.objects.count()
    with pytest.raises(CaseResolved):
        verb(case, amy)
    assert CaseEvent.objects.count() == before


@pytest.mark.parametrize(
    "verb",
    [
        lambda case, by: cases.resume(case, by=by, at=kst("2027-04-12 11:00")),
        lambda case, by: cases.reopen(case, SAID, by=by, at=kst("2027-04-12 11:00")),
        lambda case, by: cases.assign(case, None, by=by, at=kst("2027-04-12 11:00")),
    ],
)  # fmt: skip
def test_what_is_so_already(case: str, amy: User, verb: Any) -> None:
    before = CaseEvent.objects.count()
    with pytest.raises(AlreadyDone):
        verb(case, amy)
    assert CaseEvent.objects.count() == before


def test_a_repeat_resolves_nothing_twice(case: str, amy: User) -> None:
    cases.resolve(case, SAID, by=amy, at=kst("2027-04-12 14:00"))
    with pytest.raises(AlreadyDone):
        cases.resolve(case, SAID, by=amy, at=kst("2027-04-12 14:30"))
    assert clock(case).stopped_at == kst("2027-04-12 14:00")


def test_a_message_says_something(case: str) -> None:
    with pytest.raises(Invalid):
        cases.write(case, Said(" \u3164"), by=None, at=kst("2027-04-12"))


def test_a_severity_without_targets_is_refused(contract: Contract) -> None:
    with pytest.raises(NothingAgreed):
        promising.opened(contract, severity=Severity.QUESTION)
    assert not Case.objects.exists()


def test_an_unknown_contract(db: None) -> None:
    with pytest.raises(NotFound):
        cases.open_case("ctr_" + "0" * 32, Asked(Severity.MINOR, "x"), by=None, at=kst("2027-04-09"))


def test_a_case_keeps_what_was_agreed_when_it_was_opened(contract: Contract, case: str, amy: User) -> None:
    quicker = support.Agreed(hours=("00:00-24:00",), days=promising.OFFICE.days,
                             targets={Severity.CRITICAL: Target(5, 10)})  # fmt: skip
    assert promising.agree_support(contract, amy, quicker).version == 2
    cases.respond(case, SAID, by=amy, at=kst("2027-04-09 17:00"))
    assert clock(case).due_at == kst("2027-04-12 15:00")
    again = promising.opened(contract)
    assert clock(again).due_at == kst("2027-04-09 16:40")


@pytest.mark.parametrize(
    ("hours", "targets", "refusal"),
    [
        (("9-18",), {Severity.MINOR: Target(1, 1)}, InvalidHours),
        ((), {Severity.MINOR: Target(1, 1)}, InvalidHours),
        (("09:00-18:00",), {}, NothingAgreed),
        (("09:00-18:00",), {Severity.MINOR: Target(0, 1)}, InvalidAmount),
    ],
)  # fmt: skip
def test_what_is_no_support(contract: Contract, amy: User, hours: Any, targets: Any, refusal: Any) -> None:
    with pytest.raises(refusal):
        promising.agree_support(contract, amy, support.Agreed(hours, promising.OFFICE.days, targets))
    assert contract.support_policies.count() == 1


def test_every_deed_is_written_down(case: str, amy: User) -> None:
    cases.respond(case, SAID, by=amy, at=kst("2027-04-09 17:00"))
    cases.assign(case, amy, by=amy, at=kst("2027-04-09 17:00"))
    deeds = AuditEvent.objects.filter(subject=case).order_by("id").values_list("action", flat=True)
    assert list(deeds) == ["support_case.opened", "support_case.answered", "support_case.assigned"]


def test_a_waiver_needs_a_missed_target_in_the_database_too(case: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseClock.objects.update(waived_at=kst("2027-04-12"), waive_reason="x")

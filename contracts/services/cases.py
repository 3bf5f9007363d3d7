"""Support cases: opened, answered, paused while the customer is asked, resolved, opened again (rift/8.1, 9.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from contracts.enums import CASE_MOVES, CaseAbout, CaseEventKind, CaseStatus, Metric, Severity
from contracts.errors.cases import CaseResolved, NoBreach, NothingAgreed
from contracts.models import Case, CaseClock, CaseEvent, Contract, Customer, SupportTarget
from contracts.queries import cases as queries
from contracts.queries.standing import require_concluded, require_not_suspended, standing_of
from contracts.rules.suspensions import may_be_asked
from contracts.services import case_clocks, case_messages, service_letters
from contracts.services.drafting import locked
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

CLAUSES: Final = ["rift/8.1", "rift/9.1"]


@dataclass(frozen=True)
class Asked:
    """What a case is about."""

    severity: Severity
    subject: str
    text: str = ""
    about: CaseAbout = CaseAbout.SERVICE


@dataclass(frozen=True)
class Said:
    """A message: from the customer or the company; internal ones the customer does not see."""

    text: str = ""
    is_of_customer: bool = False
    is_internal: bool = False


@enforces("rift/7.3", "rift/8.1", "rift/9.1")
@transaction.atomic
def open_case(contract_id: str, asked: Asked, *, by: Any, at: datetime, is_of_customer: bool = True) -> Case:
    """Open a case: both clocks begin now, over the calendar and the targets that are agreed now.

    Refuses `not_found`, `not_concluded`, `service_suspended` save about the suspension itself and about invoices, and
    `nothing_agreed` where the contract has no targets for this severity.
    """
    contract, today = locked(contract_id), kst_date(at)
    require_concluded(contract)
    if not may_be_asked(asked.about, standing_of(contract, on=today)):
        require_not_suspended(contract, on=today)
    target = _target(contract, asked.severity)
    case: Case = Case.objects.create(
        customer_id=contract.customer_id, contract=contract, policy=target.policy, severity=asked.severity,
        about=asked.about, subject=asked.subject.strip(), opened_by=audit.actor(by), opened_at=at,
    )  # fmt: skip
    _log(case, CaseEventKind.OPEN, Said(asked.text, is_of_customer=is_of_customer), by, at)
    case_clocks.start(case, target, at=at)
    _record("support_case.opened", case, by, at, severity=asked.severity)
    return case


def _target(contract: Contract, severity: Severity) -> SupportTarget:
    policy = queries.policy_of(contract)
    targets = SupportTarget.objects.filter(policy=policy, severity=severity).select_related("policy")
    target: SupportTarget | None = targets.first()
    if target is None:
        raise NothingAgreed
    return target


@enforces("rift/8.1")
@transaction.atomic
def respond(case_id: str, said: Said, *, by: Any, at: datetime) -> Case:
    """Answer the customer; the first answer stops the answer clock, a later one is a message and moves none.

    Refuses `not_found`, `case_resolved`.
    """
    case = _locked(case_id)
    if case.status == CaseStatus.RESOLVED:
        raise CaseResolved
    if queries.is_answered(case):
        return _message(case, said, by, at)
    event = _log(case, CaseEventKind.RESPOND, said, by, at)
    if case.status == CaseStatus.OPEN:
        _move(case, CaseStatus.RESPONDED, by, at)
    return _after(event, "support_case.answered", by, at)


@transaction.atomic
def write(case_id: str, said: Said, *, by: Any, at: datetime) -> Case:
    """Add a message or an internal note. What the customer was waited for ends the pause when it comes (I-5).

    Refuses `not_found`, `invalid` without a text.
    """
    case = _locked(case_id)
    if not is_visible(said.text):
        raise Invalid
    _message(case, said, by, at)
    if said.is_of_customer and case.status == CaseStatus.PAUSED:
        _take_up(case, "", by, at)
    return case


@enforces("rift/8.1")
@transaction.atomic
def pause(case_id: str, *, reason: str, by: Any, at: datetime) -> Case:
    """Wait for the customer: the clock of the fix stands still, that of the answer does not.

    Refuses `not_found`, `already_done`, `case_resolved`.
    """
    case = _locked(case_id)
    if case.status == CaseStatus.RESOLVED:
        raise CaseResolved
    _move(case, CaseStatus.PAUSED, by, at, reason)
    return _after(_log(case, CaseEventKind.PAUSE, Said(reason), by, at), "support_case.paused", by, at, reason)


@enforces("rift/8.1")
@transaction.atomic
def resume(case_id: str, *, by: Any, at: datetime, reason: str = "") -> Case:
    """Go on: the clock of the fix continues where it stood. Refuses `not_found`, `already_done` where it runs."""
    case = _locked(case_id)
    if case.status != CaseStatus.PAUSED:
        raise AlreadyDone(clauses=CLAUSES)
    _take_up(case, reason, by, at)
    return case


@enforces("rift/8.1")
@transaction.atomic
def resolve(case_id: str, said: Said, *, by: Any, at: datetime) -> Case:
    """Fixed: both clocks stop. Refuses `not_found`, `already_done`."""
    case = _locked(case_id)
    _move(case, CaseStatus.RESOLVED, by, at, resolved_at=at)
    return _after(_log(case, CaseEventKind.RESOLVE, said, by, at), "support_case.resolved", by, at)


@enforces("rift/8.1")
@transaction.atomic
def reopen(case_id: str, said: Said, *, by: Any, at: datetime) -> Case:
    """It was not fixed after all: the clock of the fix goes on where it stood; what it missed stays missed.

    Refuses `not_found`, `already_done` where it is not resolved.
    """
    case = _locked(case_id)
    if case.status != CaseStatus.RESOLVED:
        raise AlreadyDone(clauses=CLAUSES)
    _move(case, CaseStatus.RESPONDED, by, at, resolved_at=None)
    return _after(_log(case, CaseEventKind.REOPEN, said, by, at), "support_case.reopened", by, at)


@transaction.atomic
def say(case_id: str, said: Said, *, by: Any, at: datetime) -> Case:
    """What a customer writes: a message or, where it was resolved, that it was not.

    Refuses `not_found`, `invalid` without a text.
    """
    if not is_visible(said.text):
        raise Invalid
    is_resolved = _locked(case_id).status == CaseStatus.RESOLVED
    return (reopen if is_resolved else write)(case_id, said, by=by, at=at)


@transaction.atomic
def assign(case_id: str, person: Any, *, by: Any, at: datetime, reason: str = "") -> Case:
    """Put somebody in charge. Refuses `not_found`, `already_done`."""
    case = _locked(case_id)
    if case.assigned_to == person:
        raise AlreadyDone
    case.assigned_to = person
    case.save(update_fields=["assigned_to"])
    _record("support_case.assigned", case, by, at, reason, person=person)
    return case


@enforces("rift/8.1")
@transaction.atomic
def waive(case_id: str, metric: Metric, *, reason: str, by: Any, at: datetime) -> CaseClock:
    """Excuse a missed target; it stays visible as missed and waived, with the reason.

    Refuses `not_found`, `no_breach`, `already_done`.
    """
    case = _locked(case_id)
    clock = CaseClock.objects.filter(case=case, metric=metric).locked().first()
    if clock is None:
        raise NotFound
    if clock.breached_at is None:
        raise NoBreach
    if clock.waived_at is not None:
        raise AlreadyDone(clauses=CLAUSES)
    clock.waived_at, clock.waived_by, clock.waive_reason = at, audit.actor(by), reason
    clock.save(update_fields=["waived_at", "waived_by", "waive_reason"])
    _log(case, CaseEventKind.WAIVE, Said(reason), by, at, metric)
    _record("support_case.waived", case, by, at, reason, metric=metric)
    return clock


# Steps of these


def _locked(case_id: str) -> Case:
    """The case, after its customer and its contract: the order in which all of contracts lock."""
    found: Case = Case.objects.get_public(case_id)
    Customer.objects.filter(pk=found.customer_id).locked().get()
    case: Case = Case.objects.select_related("policy", "contract", "customer__firm").locked().get_public(case_id)
    return case


def _log(case: Case, kind: CaseEventKind, said: Said, by: Any, at: datetime, metric: Metric | None = None) -> CaseEvent:
    last = case.events.aggregate(last=Max("position"))["last"] or 0
    event: CaseEvent = CaseEvent.objects.create(
        customer_id=case.customer_id, case=case, position=last + 1, kind=kind, at=at, by=audit.actor(by),
        is_of_customer=said.is_of_customer, is_internal=said.is_internal, text=said.text.strip(), metric=metric or "",
    )  # fmt: skip
    return event


def _message(case: Case, said: Said, by: Any, at: datetime) -> Case:
    event = _log(case, CaseEventKind.MESSAGE, said, by, at)
    _record("support_case.message", case, by, at)
    case_messages.follow(event, by=by, at=at)
    service_letters.case_moved(event, at=at)
    return case


def _take_up(case: Case, reason: str, by: Any, at: datetime) -> None:
    _move(case, CaseStatus.RESPONDED if queries.is_answered(case) else CaseStatus.OPEN, by, at, reason)
    _after(_log(case, CaseEventKind.RESUME, Said(reason), by, at), "support_case.resumed", by, at, reason)


def _move(case: Case, to: CaseStatus, by: Any, at: datetime, reason: str = "", **facts: Any) -> None:
    move(case, to, allowed=CASE_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES, **facts)


def _after(event: CaseEvent, deed: str, by: Any, at: datetime, reason: str = "") -> Case:
    """What follows from an event: the clocks are told anew, it is written down, and the customer hears of it."""
    case: Case = event.case
    case_clocks.tell_anew(case, by=by, at=at)
    case_messages.follow(event, by=by, at=at)
    _record(deed, case, by, at, reason)
    service_letters.case_moved(event, at=at)
    return case


def _record(deed: str, case: Case, by: Any, at: datetime, reason: str = "", **facts: Any) -> None:
    audit.record(deed, case, by=by, at=at, about=case.customer, reason=reason, clauses=CLAUSES, facts=facts)

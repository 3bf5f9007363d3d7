"""What a customer does only with the company's prior written approval: asked for, answered, ended (rift/10.2, 19).

The approval covers the firm, the service and the time it names. What happens without it is a ground to demand a cure.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import APPROVAL_MOVES, OF_CONTRACT, ApprovalKind, ApprovalStatus, Side
from contracts.errors import Covered, ServiceNotNamed, WrittenConsentNeeded
from contracts.models import Breach, Contract, PriorApproval
from contracts.queries.month_fees import last_day_of
from contracts.queries.permissions import coverage
from contracts.queries.sides import side_of
from contracts.queries.standing import require_concluded, require_not_suspended
from contracts.rules import permissions as rules
from contracts.services import breaches, changing, deadlines, drafting, permission_letters
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidDates
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import day

TASK: Final = "prior_approval"
ASSIGNED: Final = "contract_assigned"


@dataclass(frozen=True)
class Asked:
    """What is asked for: to whom, which service, what for, and for which days."""

    kind: ApprovalKind
    to: str
    service: str = ""
    purpose: str = ""
    from_on: date | None = None
    until_on: date | None = None


@enforces("rift/10.2", "rift/19")
@transaction.atomic
def request(contract_id: str, asked: Asked, *, by: Any, at: datetime, reason: str = "") -> PriorApproval:
    """The customer asks for approval; nothing is approved by asking.

    Refuses `not_found`, `not_concluded`, `not_active` once the contract is over, `service_suspended` for what passes on
    a service that stands still, `service_not_named`, `invalid_dates` for days that are over or outside of the term, and
    `already_done` where the same is asked for.
    """
    contract = changing.going(contract_id, at)
    if asked.kind not in OF_CONTRACT:
        require_not_suspended(contract, on=kst_date(at))
    service, to = asked.service.strip(), asked.to.strip()
    if asked.kind not in OF_CONTRACT and not service:
        raise ServiceNotNamed
    _require_days(contract, asked.from_on, asked.until_on, at)
    open_rows = contract.prior_approvals.filter(status=ApprovalStatus.REQUESTED)
    if open_rows.filter(kind=asked.kind, to=to, service=service).exists():
        raise AlreadyDone(clauses=[rules.clause_of(asked.kind)])
    row: PriorApproval = PriorApproval.objects.create(
        customer_id=contract.customer_id, contract=contract, kind=asked.kind, to=to, service=service,
        purpose=asked.purpose.strip(), from_on=asked.from_on, until_on=asked.until_on,
        requested_by=audit.actor(by), requested_at=at,
    )  # fmt: skip
    _told("requested", row, by, at, reason)
    _open_task(row, at)
    return row


def _require_days(contract: Contract, first: date | None, until: date | None, at: datetime) -> tuple[date, date]:
    today, last = kst_date(at), last_day_of(contract)
    starts_on, ends_on = rules.period(first, until, today=today, last=last or today)
    if ends_on < starts_on or (until is not None and until > ends_on):
        raise InvalidDates(facts={"starts_on": first or today, "ends_on": until or ends_on}, clauses=["rift/10.2"])
    return starts_on, ends_on


def _open_task(row: PriorApproval, at: datetime) -> None:
    last, contract = deadlines.last_instant("prior_approval_days", on=kst_date(at), at=at), row.contract
    due.open_item(
        TASK, row, about=contract.customer, clause=rules.clause_of(row.kind), due_at=last, warn_at=at, at=at,
        title_ko=f"사전 승인 결정: {contract.title}, {row.to}",
        title_en=f"Decide on approval: {contract.title}, {row.to}",
    )  # fmt: skip


@enforces("rift/10.2", "rift/19")
@transaction.atomic
def approve(
    approval_id: str, *, by: Any, at: datetime, until_on: date | None = None, reason: str = ""
) -> PriorApproval:  # fmt: skip
    """The company approves in writing, from today on at the earliest, for as long as was asked or less.

    `reason` are its conditions.

    Refuses `not_found`, `already_done`, `not_allowed` for what was answered otherwise, `invalid_dates` where the time
    that was asked for is over.
    """
    row = _taken(approval_id)
    starts_on, ends_on = _require_days(row.contract, row.from_on, row.until_on, at)
    if until_on is not None and not starts_on <= until_on <= ends_on:
        raise InvalidDates(facts={"starts_on": starts_on, "ends_on": until_on}, clauses=[rules.clause_of(row.kind)])
    ends_on = until_on or ends_on
    _answer(row, ApprovalStatus.APPROVED, reason, by, at, starts_on=starts_on, ends_on=ends_on)
    permission_letters.approved(row, at=at)
    return row


@enforces("rift/10.2", "rift/19")
@transaction.atomic
def refuse(approval_id: str, *, reason: str, by: Any, at: datetime) -> PriorApproval:
    """The company says no, and why. Refuses `not_found`, `already_done`, `not_allowed`."""
    row = _taken(approval_id)
    _answer(row, ApprovalStatus.REFUSED, reason, by, at)
    permission_letters.refused(row, at=at)
    return row


@transaction.atomic
def withdraw(approval_id: str, *, by: Any, at: datetime, reason: str = "") -> PriorApproval:
    """The customer no longer asks. Refuses `not_found`, `already_done`, `not_allowed` for what was answered."""
    row = _taken(approval_id)
    _answer(row, ApprovalStatus.WITHDRAWN, reason, by, at)
    return row


@enforces("rift/10.2")
@transaction.atomic
def end(approval_id: str, *, reason: str, by: Any, at: datetime) -> PriorApproval:
    """Either side ends an approval early, with today; the customer is told.

    Refuses `not_found`, `already_done`, `not_allowed` for what is not approved or was carried out.
    """
    row = _taken(approval_id)
    if row.carried_out_on is not None:
        raise AlreadyDone(clauses=[rules.clause_of(row.kind)])
    side = side_of(row.contract, by, at=at)
    clauses = [rules.clause_of(row.kind)]
    move(row, ApprovalStatus.ENDED, allowed=APPROVAL_MOVES, by=by, at=at, reason=reason, clauses=clauses, ended_at=at,
         ended_side=side)  # fmt: skip
    _told("ended", row, by, at, reason)
    permission_letters.ended(row, reason, at=at)
    return row


@enforces("rift/10.2", "rift/15.2")
@transaction.atomic
def demand_cure(
    contract_id: str, found: Asked, *, on: date, facts: str, by: Any, at: datetime, reason: str = ""
) -> Breach:  # fmt: skip
    """Demand that what goes to a third party without approval stops: a material breach, with its time to cure.

    Refuses `not_found`, `covered` for what was approved on that day, and what `breaches.demand` refuses.
    """
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    if coverage(contract, found.to, found.service, on=on, kind=found.kind).is_covered:
        raise Covered(facts={"to": found.to, "service": found.service})
    ko = f"사전 서면 승인 없는 제3자 제공(제10조 제2항): {found.to}, {found.service}, {day(on, 'ko')}."
    en = f"Given to a third party without prior written approval (10.2): {found.to}, {found.service}, {day(on, 'en')}."
    what = f"{ko}\n{en}\n{facts}".strip()
    return breaches.demand(contract_id, Side.COMPANY, what, delivery=None, by=by, at=at, reason=reason)


@enforces("rift/19")
@transaction.atomic
def assign(
    contract_id: str, to: str, *, by: Any, at: datetime, kind: ApprovalKind = ApprovalKind.ASSIGNMENT, reason: str = ""
) -> PriorApproval:  # fmt: skip
    """Note that rights or duties went to a third party, or were pledged, as was consented to.

    The contract keeps its parties; staff draft what follows. Refuses `not_found`, `not_concluded`, `not_active`,
    `written_consent_needed`, `already_done`.
    """
    contract, today = changing.going(contract_id, at), kst_date(at)
    given = contract.prior_approvals.filter(status=ApprovalStatus.APPROVED, kind=kind, to=to.strip())
    row: PriorApproval | None = given.filter(starts_on__lte=today, ends_on__gte=today).order_by("pk").locked().first()
    if row is None:
        raise WrittenConsentNeeded(facts={"to": to})
    if row.carried_out_on is not None:
        raise AlreadyDone(clauses=["rift/19"])
    row.carried_out_on = today
    row.save(update_fields=["carried_out_on"])
    _told("carried_out", row, by, at, reason)
    last = deadlines.last_instant("contract_assigned_days", on=today, at=at)
    due.open_item(
        ASSIGNED, row, about=contract.customer, clause="rift/19", due_at=last, warn_at=at, at=at,
        title_ko=f"양도 후속 조치: {contract.title}, {row.to}",
        title_en=f"Follow an assignment: {contract.title}, {row.to}",
    )  # fmt: skip
    return row


def _answer(
    row: PriorApproval, to: ApprovalStatus, reason: str, by: Any, at: datetime, **facts: Any
) -> None:  # fmt: skip
    clauses = [rules.clause_of(row.kind)]
    move(row, to, allowed=APPROVAL_MOVES, by=by, at=at, reason=reason[:500], clauses=clauses, decided_at=at,
         decided_by=audit.actor(by), decision=reason, **facts)  # fmt: skip
    _told(to.value, row, by, at, reason[:500])
    if DueItem.objects.filter(kind=TASK, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(TASK, row.public_id, by=by, at=at, outcome=to.value)


def _told(what: str, row: PriorApproval, by: Any, at: datetime, reason: str) -> None:
    facts = {"kind": row.kind, "name": row.to, "service": row.service}
    audit.record(f"prior_approval.{what}", row, by=by, at=at, about=row.contract.customer, reason=reason,
                 clauses=[rules.clause_of(row.kind)], facts=facts)  # fmt: skip


def _taken(approval_id: str) -> PriorApproval:
    found: PriorApproval = PriorApproval.objects.select_related("contract").get_public(approval_id)
    drafting.locked(found.contract.public_id)
    rows = PriorApproval.objects.select_related("contract__customer__firm")
    row: PriorApproval = rows.locked().get_public(approval_id)
    return row

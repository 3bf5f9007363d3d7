"""Deliverables: written down, handed over, accepted or sent back with reasons; a new hand-over starts anew (rift/5.2).

What is inspected and for how long stands in what both sides agreed to, never in the hand-over. A milestone whose
deliverables are all accepted is accepted with the last of them, and billed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import (
    DELIVERY_MOVES,
    ContractStatus,
    DecidedBy,
    DeliveryStatus,
    FeeKind,
    Side,
)
from contracts.errors import MilestoneAccepted, NotInForce, OtherMilestone, ReasonsNeeded
from contracts.models import Contract, ContractFee, Deliverable, Delivery, DeliveryFile
from contracts.queries.deliverables import inspection_of, is_milestone_reached, latest_of, standing_of
from contracts.queries.sides import side_of
from contracts.queries.standing import require_concluded
from contracts.services import changing, deliverable_letters, deliverable_tasks, drafting, files
from contracts.services.files import Given
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

CLAUSE: Final = "rift/5.2"


@dataclass(frozen=True)
class Work:
    """A deliverable as it is written down: its name, the milestone it belongs to, when it is due."""

    name: str
    milestone: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Handed:
    """What is handed over: which deliverable, how and where, and its files."""

    work: Work
    how: str = ""
    files: Sequence[Given] = ()


@enforces(CLAUSE)
@transaction.atomic
def expect(contract_id: str, work: Work, *, by: Any, at: datetime, reason: str = "") -> Deliverable:
    """Write down what is to be delivered; a milestone waits for all that belongs to it.

    Refuses `not_found` also for a milestone the contract does not have, `not_concluded`, `not_active` after a
    termination, `already_done` for what is written down or a milestone that was accepted.
    """
    contract = _taken(contract_id)
    if contract.deliverables.filter(name=work.name.strip()).exists():
        raise AlreadyDone(clauses=[CLAUSE])
    row = _write(contract, work, at)
    _told("expected", row, by, at, reason, name=row.name, milestone=row.fee)
    deliverable_tasks.open_to_deliver(row, at=at)
    return row


@enforces(CLAUSE)
@transaction.atomic
def deliver(contract_id: str, handed: Handed, *, by: Any, at: datetime, reason: str = "") -> Delivery:
    """Hand a deliverable over: the agreed days to inspect it begin, and the customer is told what silence would mean.

    One that is still under inspection is replaced. Refuses what `expect` refuses, `other_milestone`, and `already_done`
    for what was accepted.
    """
    contract = _taken(contract_id)
    row = contract.deliverables.filter(name=handed.work.name.strip()).first()
    if row is None:
        row = _write(contract, handed.work, at)
    elif handed.work.milestone and (row.fee is None or row.fee.milestone != handed.work.milestone):
        raise OtherMilestone(facts={"name": row.name})
    last = latest_of(row)
    _replace(last, by, at)
    made = _hand_over(contract, row, handed, number=last.number + 1 if last else 1, by=by, at=at)
    facts = {"name": row.name, "number": made.number, "inspect_by": made.inspect_by}
    _told("handed_over", row, by, at, reason, **facts)
    deliverable_tasks.handed_over(made, by=by, at=at)
    deliverable_letters.handed_over(made, at=at)
    return made


def _replace(last: Delivery | None, by: Any, at: datetime) -> None:
    if last is None:
        return
    standing = standing_of(last, on=kst_date(at))
    if standing == DeliveryStatus.ACCEPTED:
        raise AlreadyDone(clauses=[CLAUSE])
    if standing == DeliveryStatus.DELIVERED:
        move(last, DeliveryStatus.REPLACED, allowed=DELIVERY_MOVES, by=by, at=at, clauses=[CLAUSE], decided_at=at)
        deliverable_tasks.decided(last, by=by, at=at, outcome="replaced")


def _hand_over(
    contract: Contract, row: Deliverable, handed: Handed, *, number: int, by: Any, at: datetime
) -> Delivery:  # fmt: skip
    found = inspection_of(contract, row.name, on=kst_date(at))
    paper = contract.documents.get_public(found.key) if found.key else None
    made: Delivery = Delivery.objects.create(
        customer_id=contract.customer_id, deliverable=row, number=number, handed_over_at=at,
        handed_over_by=audit.actor(by), how=handed.how.strip(), inspect_by=found.until,
        silence_accepts=found.silence_accepts, said_by=paper, why=found.reason.as_json(),
    )  # fmt: skip
    for given in handed.files:
        _keep(contract, made, given, by, at)
    return made


@enforces(CLAUSE)
@transaction.atomic
def accept(delivery_id: str, *, by: Any, at: datetime, reason: str = "") -> Delivery:
    """The customer accepts a hand-over, also after its period; with the last one its milestone is accepted.

    Refuses `not_found`, `already_done` for what was decided, also by silence.
    """
    row = _open(delivery_id, at)
    _decide(row, DeliveryStatus.ACCEPTED, reason, by, at)
    reach(row.deliverable, by=by, at=at)
    return row


@enforces(CLAUSE)
@transaction.atomic
def reject(delivery_id: str, *, reason: str, by: Any, at: datetime) -> Delivery:
    """The customer sends a hand-over back, also after its period, and says why.

    Refuses `not_found`, `reasons_needed`, `already_done` for what was decided, also by silence.
    """
    row = _open(delivery_id, at)
    if not is_visible(reason):
        raise ReasonsNeeded
    _decide(row, DeliveryStatus.REJECTED, reason, by, at)
    deliverable_tasks.open_rework(row, at=at)
    return row


@transaction.atomic
def attach(delivery_id: str, given: Given, *, by: Any, at: datetime, reason: str = "") -> DeliveryFile:
    """Add a file to a hand-over under inspection. Refuses `not_found`, `no_evidence`, `already_done` once decided."""
    row = _open(delivery_id, at)
    made = _keep(row.deliverable.contract, row, given, by, at)
    _told("file_added", row.deliverable, by, at, reason, name=given.name, sha256=made.file.sha256)
    return made


def reach(row: Deliverable, *, by: Any, at: datetime) -> None:
    """Accept the milestone of a deliverable where all that belongs to it is accepted, in the caller's transaction.

    Once the contract is terminated it was settled, and nothing more is billed.
    """
    fee = row.fee
    if (
        fee is None
        or row.contract.status == ContractStatus.TERMINATED
        or hasattr(fee, "acceptance")
        or not is_milestone_reached(fee, on=kst_date(at))
    ):
        return
    changing.note_milestone(row.contract, fee, by=by, at=at, reason=row.name)


def _decide(row: Delivery, to: DeliveryStatus, reason: str, by: Any, at: datetime) -> None:
    side = side_of(row.deliverable.contract, by, at=at)
    how = DecidedBy.CUSTOMER if side == Side.CUSTOMER else DecidedBy.RECORDED
    move(row, to, allowed=DELIVERY_MOVES, by=by, at=at, reason=reason[:500], clauses=[CLAUSE], decided_at=at,
         decided_by=audit.actor(by), decided_how=how, decision=reason)  # fmt: skip
    name = row.deliverable.name
    _told(to.value, row.deliverable, by, at, reason[:500], name=name, number=row.number, how=how.value)
    deliverable_tasks.decided(row, by=by, at=at, outcome=to.value)
    deliverable_letters.decided(row, at=at)


def _keep(contract: Contract, row: Delivery, given: Given, by: Any, at: datetime) -> DeliveryFile:
    file = files.keep(contract, given, by=by, at=at)
    made: DeliveryFile = DeliveryFile.objects.create(customer_id=row.customer_id, delivery=row, file=file)
    return made


def _write(contract: Contract, work: Work, at: datetime) -> Deliverable:
    made: Deliverable = Deliverable.objects.create(
        customer_id=contract.customer_id, contract=contract, name=work.name.strip(), fee=_fee(contract, work),
        due_on=work.due_on, added_at=at,
    )  # fmt: skip
    return made


def _fee(contract: Contract, work: Work) -> ContractFee | None:
    """The fee of the milestone that is named, else of one that is called like the deliverable."""
    fee: ContractFee | None
    if work.milestone:
        fee = changing.fee_of(contract, kind=FeeKind.PROJECT, milestone=work.milestone)
    else:
        named = contract.fees.filter(kind=FeeKind.PROJECT, milestone=work.name.strip())
        fee = named.order_by("position").first()
    if fee is not None and hasattr(fee, "acceptance"):
        raise MilestoneAccepted(facts={"milestone": fee.milestone})
    return fee


def _taken(contract_id: str) -> Contract:
    """A contract that came into being and was not terminated; work may still come after its term."""
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    if contract.status == ContractStatus.TERMINATED:
        facts = {"contract": contract.title, "on": contract.ended_at, "standing": contract.get_status_display()}
        raise NotInForce(facts=facts)
    return contract


def _open(delivery_id: str, at: datetime) -> Delivery:
    """A hand-over nobody decided on, locked after its customer and its contract."""
    found: Delivery = Delivery.objects.select_related("deliverable__contract").get_public(delivery_id)
    drafting.locked(found.deliverable.contract.public_id)
    rows = Delivery.objects.select_related("deliverable__contract__customer__firm", "deliverable__fee")
    row: Delivery = rows.locked().get_public(delivery_id)
    if standing_of(row, on=kst_date(at)) != DeliveryStatus.DELIVERED:
        raise AlreadyDone(clauses=[CLAUSE])
    return row


def _told(what: str, row: Deliverable, by: Any, at: datetime, reason: str, **facts: object) -> None:
    audit.record(f"deliverable.{what}", row, by=by, at=at, about=row.contract.customer, reason=reason,
                 clauses=[CLAUSE], facts={name: fact for name, fact in facts.items() if fact})  # fmt: skip

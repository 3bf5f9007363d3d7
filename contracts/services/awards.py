"""Compensation under a contract: proposed by one, approved by another, within the cumulative cap (rift/17)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import Fault
from billing.rules.liability import Claim, Verdict
from contracts.enums import BY_TWO_MOVES, ByTwoStatus
from contracts.errors import AboveCap, MoneyNeedsTwo
from contracts.models import Contract, ContractAward
from contracts.queries.liability import assess
from contracts.queries.standing import require_concluded
from contracts.services import drafting, letters, payouts
from contracts.services.deadlines import last_instant
from upstage_console.kernel import audit, due, money
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates, SamePerson
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move

CLAUSES: Final = ["rift/17.1", "rift/17.3"]
TASK: Final = "contract_award"


@dataclass(frozen=True)
class Damage:
    """An amount for an incident of a day, and how far the company is to blame."""

    amount: Decimal
    incident_on: date
    fault: Fault = Fault.ORDINARY


@enforces("rift/17.1", "rift/17.3")
@transaction.atomic
def award(
    contract_id: str, damage: Damage, *, by: Any, at: datetime, approver: Any = None, reason: str = ""
) -> ContractAward:  # fmt: skip
    """Award compensation with both people at hand.

    Refuses what `propose` refuses, `second_person_needed` without an approver, `same_person`.
    """
    row = propose(contract_id, damage, by=by, at=at, reason=reason)
    if approver is None:
        raise MoneyNeedsTwo(facts={"amount": Money(row.amount, row.contract.currency)}, clauses=CLAUSES)
    return approve(row.public_id, by=approver, at=at, reason=reason)


@enforces("rift/17.1", "rift/17.3")
@transaction.atomic
def propose(contract_id: str, damage: Damage, *, by: Any, at: datetime, reason: str = "") -> ContractAward:
    """Propose compensation; a second person approves it. For ordinary negligence it stays within what the cap leaves.

    Refuses `not_found`, `not_concluded`, `invalid_amount`, `invalid_dates` for an incident to come, `cap_exceeded`.
    """
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    if damage.incident_on > kst_date(at):
        raise InvalidDates(facts={"starts_on": damage.incident_on, "ends_on": kst_date(at)}, clauses=CLAUSES)
    if damage.amount <= 0 or money.charged(damage.amount, contract.currency) != damage.amount:
        raise InvalidAmount(facts={"amount": damage.amount}, clauses=CLAUSES)
    found = _within(contract, damage)
    row: ContractAward = ContractAward.objects.create(
        customer_id=contract.customer_id, contract=contract, incident_on=damage.incident_on, fault=damage.fault,
        amount=damage.amount, cap=found.cap, already_paid=found.already_paid, why=found.reason.as_json(),
        reason=reason[:500], proposed_by=audit.actor(by), proposed_at=at,
    )  # fmt: skip
    last = last_instant("contract_award_days", on=kst_date(at), at=at)
    due.open_item(
        TASK, row, about=contract.customer, clause="rift/17.1", due_at=last, warn_at=at, at=at,
        title_ko=f"손해배상 결정: {contract.title}", title_en=f"Decide on compensation: {contract.title}",
    )  # fmt: skip
    audit.record("award.proposed", row, by=by, at=at, about=contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"amount": row.amount, "cap": row.cap})  # fmt: skip
    return row


def _within(contract: Contract, damage: Damage, without: ContractAward | None = None) -> Verdict:
    claim = Claim(damage.incident_on, damage.amount, Decimal(0), damage.fault)
    found = assess(contract, claim, without=without)
    if found.payable < damage.amount:
        told = {"amount": Money(damage.amount, contract.currency), "left": Money(found.payable, contract.currency)}
        raise AboveCap(facts=told)
    return found


@enforces("rift/17.1", "rift/17.3")
@transaction.atomic
def approve(award_id: str, *, by: Any, at: datetime, reason: str = "") -> ContractAward:
    """As the second person: it is to be paid, and the customer is told.

    Refuses `not_found`, `already_done`, `same_person`, `cap_exceeded` where the cap leaves less by now.
    """
    row = _proposed(award_id)
    if row.proposed_by == by:
        raise SamePerson(clauses=CLAUSES)
    contract = row.contract
    _within(contract, Damage(row.amount, row.incident_on, Fault(row.fault)), without=row)
    move(row, ByTwoStatus.DONE, allowed=BY_TWO_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES, closed_at=at,
         approver=audit.actor(by))  # fmt: skip
    _decided(row, "award.approved", reason, by, at)
    payouts.owe(row, contract, row.amount, clause="rift/17.1", at=at)
    text = notices.compose(
        _("Compensation of %(amount)s under “%(contract)s”"), _("For the incident of %(on)s."),
        amount=Money(row.amount, contract.currency), contract=contract.title, on=row.incident_on,
    )  # fmt: skip
    letter = letters.Letter(contract.customer_id, contract.pk, "liability", text, f"award:{row.public_id}", CLAUSES)
    letters.tell([letter], at=at)
    return row


@transaction.atomic
def drop(award_id: str, *, reason: str, by: Any, at: datetime) -> ContractAward:
    """Leave a proposed compensation. Refuses `not_found`, `already_done`."""
    row = _proposed(award_id)
    move(row, ByTwoStatus.DROPPED, allowed=BY_TWO_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES, closed_at=at)
    _decided(row, "award.dropped", reason, by, at)
    return row


def _decided(row: ContractAward, deed: str, reason: str, by: Any, at: datetime) -> None:
    audit.record(deed, row, by=by, at=at, about=row.contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"amount": row.amount})  # fmt: skip
    due.close_item(TASK, row.public_id, by=by, at=at, outcome=reason or deed)


def _proposed(award_id: str) -> ContractAward:
    found: ContractAward = ContractAward.objects.select_related("contract").get_public(award_id)
    drafting.locked(found.contract.public_id)
    row: ContractAward = ContractAward.objects.select_related("contract__customer__firm").locked().get_public(award_id)
    if row.status != ByTwoStatus.PROPOSED:
        raise AlreadyDone(clauses=CLAUSES)
    return row

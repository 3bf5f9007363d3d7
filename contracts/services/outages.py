"""Outages and maintenance of a contract's service: recorded, announced, withdrawn (rift/8.2, 16.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import OutageCause
from contracts.errors.service_levels import EvidenceNeeded
from contracts.models import Contract, ContractFile, Maintenance, Outage, ThirdParty
from contracts.models.service_levels import PROVEN
from contracts.queries.standing import require_concluded
from contracts.rules.spans import Span
from contracts.services import service_letters
from contracts.services.drafting import locked
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, InvalidDates
from upstage_console.kernel.wording import Phrase, is_visible

CLAUSES: Final = ["rift/8.2"]
MAJEURE: Final = ["rift/8.2", "rift/16.2"]


@dataclass(frozen=True)
class Stood:
    """What stood still, why, and what proves it."""

    span: Span
    cause: OutageCause
    what: str = ""
    evidence: str = ""
    file: ContractFile | None = None
    third_party: ThirdParty | None = None


@enforces("rift/8.2", "rift/16.2")
@transaction.atomic
def record(contract_id: str, stood: Stood, *, by: Any, at: datetime, reason: str = "") -> Outage:
    """Write an outage down; planned work counts as announced now.

    Refuses `not_found`, `not_concluded`, `invalid_dates` for one that ends before it begins or, unless planned, has not
    ended yet, `evidence_needed` for what would leave the scope by its cause, and `invalid` for a third party that is
    not the contract's, or not the cause.
    """
    contract = locked(contract_id)
    require_concluded(contract)
    is_planned = stood.cause == OutageCause.PLANNED
    _check(stood.span, at, may_be_ahead=is_planned)
    _check_third_party(contract, stood)
    if stood.cause in PROVEN and not is_visible(stood.evidence):
        raise EvidenceNeeded
    outage: Outage = Outage.objects.create(
        customer_id=contract.customer_id, contract=contract, starts_at=stood.span.start, ends_at=stood.span.end,
        cause=stood.cause, what=stood.what, evidence=stood.evidence, file=stood.file, recorded_by=audit.actor(by),
        third_party=stood.third_party, announced_at=at if is_planned else None, recorded_at=at,
    )  # fmt: skip
    clauses = MAJEURE if stood.cause == OutageCause.FORCE_MAJEURE else CLAUSES
    facts = {"from": stood.span.start, "to": stood.span.end, "cause": stood.cause}
    audit.record("outage.recorded", outage, by=by, at=at, about=contract.customer, reason=reason, clauses=clauses,
                 facts=facts)  # fmt: skip
    service_letters.outage_recorded(outage, at=at)
    return outage


def _check_third_party(contract: Contract, stood: Stood) -> None:
    """Whose outage it is: one of the contract's own third parties, where that is the cause (rift/12.2)."""
    named = stood.third_party
    if named is not None and (stood.cause != OutageCause.THIRD_PARTY or named.contract_id != contract.pk):
        raise Invalid


def _check(span: Span, at: datetime, *, may_be_ahead: bool) -> None:
    if not span.length or (span.end > at and not may_be_ahead):
        raise InvalidDates(facts={"starts_on": span.start, "ends_on": span.end}, clauses=CLAUSES)


@transaction.atomic
def withdraw(outage_id: str, *, reason: str, by: Any, at: datetime) -> Outage:
    """An outage was recorded in error: it stays visible and counts nothing. Refuses `not_found`, `already_done`."""
    found: Outage = Outage.objects.select_related("contract").get_public(outage_id)
    locked(found.contract.public_id)
    outage: Outage = Outage.objects.locked().get_public(outage_id)
    if outage.withdrawn_at is not None:
        raise AlreadyDone(clauses=CLAUSES)
    outage.withdrawn_at, outage.withdraw_reason = at, reason
    outage.save(update_fields=["withdrawn_at", "withdraw_reason"])
    audit.record("outage.withdrawn", outage, by=by, at=at, about=outage.customer, reason=reason, clauses=CLAUSES)
    return outage


# Maintenance


@enforces("rift/8.2")
@transaction.atomic
def announce(
    contract_ids: Sequence[int], span: Span, what: Phrase, *, reason: str, by: Any, at: datetime
) -> Maintenance:
    """Announce planned work to the customers of these contracts; whether that was early enough each contract says.

    Refuses `invalid_dates` for work that has begun.
    """
    if span.start <= at or not span.length:
        raise InvalidDates(facts={"starts_on": span.start, "ends_on": span.end}, clauses=CLAUSES)
    work: Maintenance = Maintenance.objects.create(
        what_ko=what.ko, what_en=what.en, starts_at=span.start, ends_at=span.end, announced_by=audit.actor(by),
        announced_at=at,
    )  # fmt: skip
    contracts = list(Contract.objects.filter(pk__in=contract_ids).locked())
    Outage.objects.bulk_create(
        Outage(customer_id=one.customer_id, contract=one, starts_at=span.start, ends_at=span.end, what=what.ko,
               cause=OutageCause.PLANNED, announced_at=at, maintenance=work, recorded_by=audit.actor(by),
               recorded_at=at)
        for one in contracts
    )  # fmt: skip
    facts = {"from": span.start, "to": span.end, "contracts": len(contracts)}
    audit.record("maintenance.announced", work, by=by, at=at, reason=reason, clauses=CLAUSES, facts=facts)
    service_letters.maintenance_announced(work, at=at)
    return work


@transaction.atomic
def call_off(maintenance_id: str, *, reason: str, by: Any, at: datetime) -> Maintenance:
    """Call planned work off: nothing of it leaves the scope. Refuses `not_found`, and `already_done` once it began."""
    work: Maintenance = Maintenance.objects.locked().get_public(maintenance_id)
    if work.called_off_at is not None or work.starts_at <= at:
        raise AlreadyDone(clauses=CLAUSES)
    work.called_off_at = at
    work.save(update_fields=["called_off_at"])
    work.outages.filter(withdrawn_at__isnull=True).update(withdrawn_at=at, withdraw_reason=reason)
    audit.record("maintenance.called_off", work, by=by, at=at, reason=reason, clauses=CLAUSES)
    service_letters.maintenance_called_off(work, at=at)
    return work

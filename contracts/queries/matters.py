"""What waits for somebody under their contracts: to sign, to pay, to claim, to answer, to cure, to renew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from billing.enums import InvoiceStatus
from contracts.enums import (
    BreachStatus,
    CaseStatus,
    ContractStanding,
    DeliveryStatus,
    MinutesStatus,
    ReferenceStatus,
    ServiceCreditStatus,
    Side,
    SigningStatus,
)
from contracts.models import (
    Breach,
    Case,
    Contract,
    ContractInvoice,
    Delivery,
    Minutes,
    ReferencePermission,
    ServiceCredit,
    Signer,
)
from contracts.queries.deliverables import standing_of
from contracts.queries.people import Access
from upstage_console.kernel.calendars import kst_date

END_IS_NEAR_DAYS: Final = 60
"""From so many days before its end a contract's term is told among what waits; nothing renews it (rift/15.1)."""


class Waits(StrEnum):
    """What kind of thing waits."""

    SIGNATURE = "signature"
    INVOICE = "invoice"
    CLAIM = "claim"
    CASE = "case"
    DELIVERY = "delivery"
    MINUTES = "minutes"
    REFERENCE = "reference"
    CURE = "cure"
    END = "end"


@dataclass(frozen=True)
class Matter:
    """One thing that waits, with its last day where it has one, and the row that it is about."""

    kind: Waits
    contract: Contract
    on: date | None
    row: Any


Finder = Callable[[Sequence[Access]], Sequence[Matter]]


def matters_of(accesses: Sequence[Access]) -> list[Matter]:
    """Everything that waits, the nearest day first; the statements are as many however many contracts there are."""
    if not accesses:
        return []
    found = [matter for find in FINDERS for matter in find(accesses)]
    return sorted(found, key=lambda one: (one.on or date.max, one.kind))


def _contracts(accesses: Sequence[Access], *, all_readers: bool = False) -> dict[int, Contract]:
    return {one.contract.pk: one.contract for one in accesses if all_readers or one.is_administrator}


def _signatures(accesses: Sequence[Access]) -> list[Matter]:
    """What the reader is asked to sign, where it is their turn."""
    known = _contracts(accesses, all_readers=True)
    mails = {one.seat.user.email for one in accesses if one.seat is not None and one.seat.user is not None}
    rows = Signer.objects.filter(
        signing__contract__in=known, signing__status=SigningStatus.OPEN, side=Side.CUSTOMER, email__in=mails,
        signed_at__isnull=True, signing__sign_by__gte=kst_date(accesses[0].at),
    ).select_related("signing__document").prefetch_related("signing__signers")  # fmt: skip
    return [
        Matter(Waits.SIGNATURE, known[one.signing.contract_id], one.signing.sign_by, one)
        for one in rows
        if not any(other.position < one.position and not other.signed_at for other in one.signing.signers.all())
    ]


def _invoices(accesses: Sequence[Access]) -> list[Matter]:
    known = _contracts(accesses)
    rows = ContractInvoice.objects.filter(
        contract__in=known, invoice__status=InvoiceStatus.ISSUED, invoice__due_on__isnull=False, invoice__total__gt=0
    ).select_related("invoice")  # fmt: skip
    return [Matter(Waits.INVOICE, known[one.contract_id], one.invoice.due_on, one.invoice) for one in rows]


def _claims(accesses: Sequence[Access]) -> list[Matter]:
    known = _contracts(accesses)
    rows = ServiceCredit.objects.filter(
        contract__in=known, status=ServiceCreditStatus.PROPOSED, claimed_at__isnull=True,
        claim_until__gte=kst_date(accesses[0].at),
    )  # fmt: skip
    return [Matter(Waits.CLAIM, known[one.contract_id], one.claim_until, one) for one in rows]


def _cases(accesses: Sequence[Access]) -> list[Matter]:
    known = _contracts(accesses, all_readers=True)
    rows = Case.objects.filter(contract__in=known, status=CaseStatus.PAUSED)
    return [Matter(Waits.CASE, known[one.contract_id], None, one) for one in rows]


def _deliveries(accesses: Sequence[Access]) -> list[Matter]:
    """What is to be inspected; what silence has accepted by now no longer waits."""
    known, today = _contracts(accesses), kst_date(accesses[0].at)
    rows = Delivery.objects.filter(deliverable__contract__in=known, status=DeliveryStatus.DELIVERED)
    return [
        Matter(Waits.DELIVERY, known[one.deliverable.contract_id], one.inspect_by, one)
        for one in rows.select_related("deliverable")
        if standing_of(one, on=today) == DeliveryStatus.DELIVERED
    ]


def _minutes(accesses: Sequence[Access]) -> list[Matter]:
    known = _contracts(accesses)
    rows = Minutes.objects.filter(meeting__contract__in=known, status=MinutesStatus.PROPOSED)
    asked = rows.exclude(answers__side=Side.CUSTOMER).select_related("meeting")
    return [Matter(Waits.MINUTES, known[one.meeting.contract_id], None, one) for one in asked]


def _references(accesses: Sequence[Access]) -> list[Matter]:
    known = _contracts(accesses)
    rows = ReferencePermission.objects.filter(
        contract__in=known, status=ReferenceStatus.ASKED, until_on__gte=kst_date(accesses[0].at)
    )
    return [Matter(Waits.REFERENCE, known[one.contract_id], None, one) for one in rows]


def _cures(accesses: Sequence[Access]) -> list[Matter]:
    """Breaches that the company demanded to be cured."""
    known = _contracts(accesses)
    rows = Breach.objects.filter(contract__in=known, side=Side.COMPANY, status=BreachStatus.RUNNING)
    return [Matter(Waits.CURE, known[one.contract_id], one.cure_until, one) for one in rows]


def _ends(accesses: Sequence[Access]) -> list[Matter]:
    running = (ContractStanding.ACTIVE, ContractStanding.SUSPENDED)
    near = [one.contract for one in accesses if one.is_administrator and one.standing in running and _is_near(one)]
    return [Matter(Waits.END, contract, contract.ends_on, contract) for contract in near]


def _is_near(access: Access) -> bool:
    last = access.contract.ends_on
    return last is not None and (last - kst_date(access.at)).days <= END_IS_NEAR_DAYS


FINDERS: Final[tuple[Finder, ...]] = (
    _signatures,
    _invoices,
    _claims,
    _cases,
    _deliveries,
    _minutes,
    _references,
    _cures,
    _ends,
)

"""Credits for shortfalls that no invoice will take any more: they come off what was billed (rift/8.1, 15.3).

Each is a credit note on the contract's invoices: what is still owed of them falls first, what was paid is transferred
back. Two people decided on the credit already.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from accounts.enums import Language
from billing.enums import FirmCreditGround, InvoiceStatus
from billing.models import FirmInvoice
from billing.services.credit_notes import Deciders
from billing.services.firm_credits import Wanted
from contracts.enums import ServiceCreditStatus
from contracts.models import Contract, ServiceCredit
from contracts.queries.credit_room import room_of
from contracts.queries.month_fees import last_day_of
from contracts.queries.service_levels import open_credits
from contracts.queries.settlement import unbilled
from contracts.services import crediting, drafting, payouts, service_credits
from contracts.services.service_credits import Taking
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction

CLAUSE: Final = "rift/8.1"


@dataclass
class Room:
    """An invoice, and what earlier credit notes, a settlement and these leave of it, without tax."""

    invoice: FirmInvoice
    left: Decimal


@enforces(CLAUSE, "rift/15.3")
def give_back(contract: Contract, *, by: Any, at: datetime) -> list[Taking]:
    """Take what is left of approved credits off the contract's invoices, in the caller's transaction after its lock.

    What is still owed comes first, then the newest invoice. What no invoice has room for is transferred without one.
    """
    require_transaction()
    credits = list(open_credits(contract).select_related("customer", "proposed_by", "approved_by"))
    rooms = list(_rooms(contract)) if credits else []
    takings = [taking for credit in credits for taking in _given(contract, credit, rooms, at)]
    service_credits.apply_all(takings, by=by, at=at)
    return takings


def _rooms(contract: Contract) -> Iterator[Room]:
    rows = FirmInvoice.objects.filter(under_contract__contract=contract).select_related("firm").locked()
    for invoice in sorted(rows, key=lambda one: (one.status == InvoiceStatus.PAID, -one.pk)):
        left = room_of(contract, invoice)
        if left > 0:
            yield Room(invoice, left)


def _given(contract: Contract, credit: ServiceCredit, rooms: Sequence[Room], at: datetime) -> Iterator[Taking]:
    people, left = Deciders(credit.proposed_by, credit.approved_by), credit.left
    for room in rooms:
        part = min(left, room.left)
        if part > 0:
            wanted = Wanted(part, FirmCreditGround.GIVEN, _reason(contract, credit), credit.public_id)
            note = crediting.issue(contract, room.invoice, wanted, people, at=at)
            room.left, left = room.left - part, left - part
            yield Taking(credit, part, room.invoice, note)
    if left > 0:
        payouts.owe(credit, contract, left, clause=CLAUSE, at=at)
        yield Taking(credit, left)


def _reason(contract: Contract, credit: ServiceCredit) -> str:
    """As the customer reads it on the document."""
    if contract.customer.firm.language == Language.ENGLISH:
        return f"Credit for a shortfall of the service level ({credit.month:%Y-%m})"
    return f"서비스 수준 미달 공제 ({credit.month:%Y-%m})"


@enforces(CLAUSE)
def give_back_due(*, at: datetime) -> int:
    """Give back what is left under contracts that are over and have nothing left to be billed; returns how many.

    Each in a transaction of its own; a repeat finds none.
    """
    over = Q(contract__ended_at__isnull=False) | Q(contract__ends_on__lt=kst_date(at))
    rows = ServiceCredit.objects.filter(over, status=ServiceCreditStatus.APPROVED)
    keys = rows.order_by("contract").values_list("contract__public_id", flat=True).distinct()
    return sum(_give_back_of(contract_id, at) for contract_id in list(keys))


@transaction.atomic
def _give_back_of(contract_id: str, at: datetime) -> bool:
    contract = drafting.locked(contract_id)
    return _is_all_billed(contract, kst_date(at)) and bool(give_back(contract, by=None, at=at))


def _is_all_billed(contract: Contract, today: date) -> bool:
    """Whether nothing of the term can be billed any more, also where a month had nothing to be billed."""
    if contract.ended_at is not None:
        return True
    last = last_day_of(contract)
    return last is not None and last < today and not unbilled(contract, last)

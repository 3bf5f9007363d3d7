"""What the company owes under a contract for an incident, with every payment and every award before (rift/17)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from billing.queries.firm_debts import fees_paid
from billing.rules.liability import Claim, Counted, Fee, Verdict, counted
from contracts.enums import ByTwoStatus
from contracts.models import Contract, ContractAward
from contracts.rules import liability as rules
from upstage_console.kernel import money
from upstage_console.kernel.calendars import window_before


@dataclass(frozen=True)
class Cap:
    """The cap for an incident on a day: the window, every payment that counts, and what was awarded before."""

    incident_on: date
    window_from: date
    window_to: date
    fees: tuple[Counted, ...]
    cap: Decimal
    awarded: Decimal

    @property
    def left(self) -> Decimal:
        """What is left of it; it is used up once for all (rift/17.3)."""
        return max(self.cap - self.awarded, Decimal(0))


def cap_of(contract: Contract, incident_on: date) -> Cap:
    """What the cap is for an incident on a day, and how it is counted."""
    first, last = window_before(incident_on, months=rules.RIFT.months)
    fees = counted(_fees(contract, first, last), first, last)
    cap = money.paid_back(sum((one.counts for one in fees), Decimal(0)), contract.currency)
    return Cap(incident_on, first, last, fees, cap, sum(_awarded(contract, None), Decimal(0)))


def assess(contract: Contract, claim: Claim, *, without: ContractAward | None = None) -> Verdict:
    """What of a claim is payable: fees of the twelve months, less everything awarded before or about to be."""
    window = window_before(claim.incident_on, months=rules.RIFT.months)
    return rules.assess(claim, _fees(contract, *window), _awarded(contract, without), currency=contract.currency)


def _fees(contract: Contract, first: date, last: date) -> list[Fee]:
    return fees_paid(list(contract.invoices.values_list("invoice_id", flat=True)), first, last)


def _awarded(contract: Contract, without: ContractAward | None) -> list[Decimal]:
    rows = contract.awards.exclude(Q(status=ByTwoStatus.DROPPED) | Q(pk=without.pk if without else None))
    return list(rows.order_by("pk").values_list("amount", flat=True))

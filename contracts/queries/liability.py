"""What the company owes under a contract for an incident, with every payment and every award before (rift/17)."""

from decimal import Decimal

from django.db.models import Q

from billing.queries.firm_debts import fees_paid
from billing.rules.liability import Claim, Verdict
from contracts.enums import ByTwoStatus
from contracts.models import Contract, ContractAward
from contracts.rules import liability as rules
from upstage_console.kernel.calendars import window_before


def assess(contract: Contract, claim: Claim, *, without: ContractAward | None = None) -> Verdict:
    """What of a claim is payable: fees of the twelve months, less everything awarded before or about to be."""
    window = window_before(claim.incident_on, months=rules.RIFT.months)
    fees = fees_paid(list(contract.invoices.values_list("invoice_id", flat=True)), *window)
    return rules.assess(claim, fees, _awarded(contract, without), currency=contract.currency)


def _awarded(contract: Contract, without: ContractAward | None) -> list[Decimal]:
    rows = contract.awards.exclude(Q(status=ByTwoStatus.DROPPED) | Q(pk=without.pk if without else None))
    return list(rows.order_by("pk").values_list("amount", flat=True))

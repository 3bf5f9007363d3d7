"""What the company owes under a contract: the exclusions, and a cap that is used up once for all (rift/17)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from billing.rules import liability
from billing.rules.liability import Award, Claim, Fee, Terms, Verdict
from contracts.rules.terms import LIABILITY_MONTHS
from upstage_console.kernel.clauses import enforces

RIFT: Final = Terms(
    months=LIABILITY_MONTHS, is_cumulative=True, cap_clause="rift/17.3", exclusion_clause="rift/17.2"
)  # fmt: skip


@enforces("rift/17.1", "rift/17.2", "rift/17.3")
def assess(claim: Claim, fees: Iterable[Fee], awards: Iterable[Decimal], *, currency: str) -> Verdict:
    """What of a claim is payable: everything compensated before under the contract counts against the cap."""
    return liability.assess(claim, fees, [Award(amount) for amount in awards], terms=RIFT, currency=currency)

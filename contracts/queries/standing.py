"""How contracts stand on a day, and what asks that they be in force."""

from datetime import date

from contracts.enums import BOUND_STATES, ContractStanding, SuspensionScope, SuspensionStatus
from contracts.errors import NotConcluded, NotInForce, ServiceSuspended
from contracts.models import Contract, Suspension
from contracts.rules import contracts as rules


def standing_of(contract: Contract, *, on: date) -> ContractStanding:
    """How a contract stands on a day (rift/15.1)."""
    return rules.standing(contract.status, contract.starts_on, contract.ends_on, on=on)


def require_concluded(contract: Contract) -> None:
    """Refuses `not_concluded` for what never came into being (rift/4.1)."""
    if contract.status not in BOUND_STATES:
        raise NotConcluded(facts={"contract": contract.title})


def require_in_force(contract: Contract, *, on: date) -> None:
    """Refuses `not_concluded`, `service_suspended`, and `not_active` outside of the term and after termination."""
    require_concluded(contract)
    require_not_suspended(contract, on=on)
    found = standing_of(contract, on=on)
    if found != ContractStanding.ACTIVE:
        raise NotInForce(facts={"contract": contract.title, "on": on, "standing": found.label})


def require_not_suspended(contract: Contract, *, on: date) -> None:
    """Refuses `service_suspended` while the whole service stands still, with since when and why (rift/4.4, 7.3)."""
    if standing_of(contract, on=on) != ContractStanding.SUSPENDED:
        return
    running = contract.suspensions.filter(status=SuspensionStatus.RUNNING, scope=SuspensionScope.FULL)
    first: Suspension = running.earliest("pk")
    facts = {"contract": contract.title, "since": first.starts_at, "ground": first.get_ground_display()}
    raise ServiceSuspended(facts=facts, clauses=first.clauses)


def require_running(contract: Contract, *, on: date) -> None:
    """Refuses as `require_in_force`, save while the service is suspended: the contract itself goes on then."""
    if standing_of(contract, on=on) != ContractStanding.SUSPENDED:
        require_in_force(contract, on=on)

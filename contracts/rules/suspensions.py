"""When a contract's service may be stopped, and what stays open to its people meanwhile (rift/4.4, 7.3)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.enums import ContractStanding, SuspensionGround
from upstage_console.kernel.calendars import earliest_effective
from upstage_console.kernel.clauses import enforces

CLAUSES: Final = {SuspensionGround.UNPAID: ["rift/7.3"], SuspensionGround.BREACH: ["rift/4.4"]}

BOUND: Final = frozenset(
    {
        ContractStanding.CONCLUDED, ContractStanding.ACTIVE, ContractStanding.SUSPENDED, ContractStanding.EXPIRED,
        ContractStanding.TERMINATED,
    }
)  # fmt: skip


@enforces("rift/7.3")
def earliest(told_on: date, days: int) -> date:
    """The first day on which a service may be limited after a notice: so many clear days lie between (I-3)."""
    return earliest_effective(told_on, days)


@dataclass(frozen=True, slots=True)
class ServiceAccess:
    """What the people of a contract may do now; `barred` names functions that are stopped while the rest runs."""

    may_read: bool
    may_pay: bool
    may_use: bool
    barred: tuple[str, ...] = ()

    def may_use_function(self, name: str) -> bool:
        """Whether this function of the service is open."""
        return self.may_use and name not in self.barred


@enforces("rift/4.4", "rift/7.3")
def access(standing: ContractStanding, barred: tuple[str, ...] = ()) -> ServiceAccess:
    """A suspension stops the service only: what was concluded can still be read and paid, whatever came of it."""
    is_bound = standing in BOUND
    return ServiceAccess(is_bound, is_bound, standing == ContractStanding.ACTIVE, barred)

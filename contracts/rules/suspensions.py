"""When a contract's service may be stopped, and what stays open to its people meanwhile (rift/4.4, 7.3).

What the two clauses let the company stop is the service and its use; technical support and the accounts are part of
it (2.1, 5.1, 6.1). So nothing is begun meanwhile that would use more of it: no key, no seat with its invitation, no
request to change the service (5.2) or to pass it on to others (10.2), no support case. The contract itself goes on,
and nobody is kept from their rights and duties in it: they read, pay and dispute invoices (7.2), take people out,
revoke keys, ask for an administrator (6.1, 6.3), sign what was put before them (4.1), inspect (5.2), confirm minutes
(9.2), answer a demand to cure and make one (15.2), ask to assign the contract (19), and go on with the cases that are
open. About the stop itself and about invoices a case can always be opened: where the two sides differ they first talk
(18.1).

A limit of some functions closes those functions, which are the service's own, and nothing here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.enums import CaseAbout, ContractStanding, SuspensionGround
from upstage_console.kernel.calendars import earliest_effective
from upstage_console.kernel.clauses import enforces

CLAUSES: Final = {SuspensionGround.UNPAID: ["rift/7.3"], SuspensionGround.BREACH: ["rift/4.4"]}

BOUND: Final = frozenset(
    {
        ContractStanding.CONCLUDED, ContractStanding.ACTIVE, ContractStanding.SUSPENDED, ContractStanding.EXPIRED,
        ContractStanding.TERMINATED,
    }
)  # fmt: skip
GOING: Final = (ContractStanding.CONCLUDED, ContractStanding.ACTIVE)
ALWAYS_TALKED_ABOUT: Final = (CaseAbout.SUSPENSION, CaseAbout.INVOICE)
"""What a case can be opened about while the service stands still."""


@enforces("rift/7.3")
def earliest(told_on: date, days: int) -> date:
    """The first day on which a service may be limited after a notice: so many clear days lie between (I-3)."""
    return earliest_effective(told_on, days)


@dataclass(frozen=True, slots=True)
class ServiceAccess:
    """What the people of a contract may do now; `barred` names functions that are stopped while the rest runs.

    `may_begin`: whether a key, a seat, a support case or a request about the service may be begun.
    """

    may_read: bool
    may_pay: bool
    may_use: bool
    may_begin: bool
    barred: tuple[str, ...] = ()

    def may_use_function(self, name: str) -> bool:
        """Whether this function of the service is open."""
        return self.may_use and name not in self.barred


@enforces("rift/4.4", "rift/7.3")
def access(standing: ContractStanding, barred: tuple[str, ...] = ()) -> ServiceAccess:
    """A suspension stops the service only: what was concluded can still be read and paid, whatever came of it."""
    is_bound = standing in BOUND
    return ServiceAccess(is_bound, is_bound, standing == ContractStanding.ACTIVE, standing in GOING, barred)


@enforces("rift/4.4", "rift/7.3")
def may_be_asked(about: CaseAbout, standing: ContractStanding) -> bool:
    """Whether a case may be opened about this."""
    return standing != ContractStanding.SUSPENDED or about in ALWAYS_TALKED_ABOUT

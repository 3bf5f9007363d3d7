"""Demands to cure a breach as both sides see them (rift/15.2)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from contracts.enums import BreachStatus, ByTwoStatus, EndReason, Side
from contracts.models import Breach, Contract, Termination
from contracts.queries.settlement import Settlement, settlement_of
from contracts.rules import endings as rules
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason


@dataclass(frozen=True)
class Demanded:
    """A demand, how it stands today, and how its time was counted."""

    row: Breach
    standing: BreachStatus

    @property
    def why(self) -> Reason | None:
        """How the time to cure was counted."""
        return Reason.from_json(self.row.why) if self.row.why else None

    @property
    def may_end(self) -> bool:
        """Whether the customer may terminate for it."""
        return self.row.side == Side.CUSTOMER and self.standing == BreachStatus.UNCURED


def demands_of(contract: Contract, *, at: datetime) -> list[Demanded]:
    """The demands of both sides under a contract, the newest first."""
    rows = contract.breaches.select_related("evidence").order_by("-pk")
    return [Demanded(one, rules.breach_on(one.status, one.cure_until, on=kst_date(at))) for one in rows]


def may_end(contract: Contract, *, at: datetime) -> bool:
    """Whether the customer may terminate now for a breach that was not cured."""
    return any(one.may_end for one in demands_of(contract, at=at))


def settlement_for_breach(contract: Contract, *, at: datetime) -> Settlement:
    """What would be settled if the customer ended the contract today for the company's breach; nothing is written."""
    return settlement_of(contract, on=kst_date(at), upfront=Decimal(0), side=Side.CUSTOMER, ground=EndReason.BREACH)


def notice_of(contract: Contract) -> Termination | None:
    """The customer's notice of termination that we have not carried out yet."""
    rows = contract.terminations.filter(status=ByTwoStatus.PROPOSED, side=Side.CUSTOMER)
    found: Termination | None = rows.order_by("-pk").first()
    return found

"""How an ended contract was settled, as its customer and the desk see it (rift/15.3)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.enums import FirmPaymentKind
from billing.models import FirmCreditNote, FirmPayment, FirmPayout
from contracts.enums import ByTwoStatus, FeeKind
from contracts.models import Contract, Termination
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.errors import NotFound


@dataclass(frozen=True)
class SettledFee:
    """A fee that was still billed, for which days, and how it was counted; without tax."""

    label: str
    from_on: date
    until_on: date
    charged: Decimal
    why: Reason


@dataclass(frozen=True)
class SettledCredit:
    """What was left of a month's credit for a shortfall: on the final invoice, and given back besides."""

    month: date
    taken: Decimal
    given: Decimal


@dataclass(frozen=True)
class SettlementShown:
    """The statement as it was made, and what became of the money since."""

    row: Termination
    fees: tuple[SettledFee, ...]
    credits: tuple[SettledCredit, ...]
    why: Reason
    set_off: tuple[FirmPayment, ...]
    notes: tuple[FirmCreditNote, ...]
    payouts: tuple[FirmPayout, ...]

    @property
    def back(self) -> Decimal:
        """What goes back of what was billed ahead, with tax."""
        total: Decimal = self.row.refund + self.row.refund_tax
        return total


def is_settled(contract: Contract) -> bool:
    """Whether there is a statement."""
    return contract.terminations.filter(status=ByTwoStatus.DONE).exists()


def statement_of(contract: Contract) -> SettlementShown:
    """The statement of a contract that was terminated. Refuses `not_found` for any other."""
    row = contract.terminations.filter(status=ByTwoStatus.DONE).select_related("invoice", "contract").first()
    if row is None:
        raise NotFound
    causes = [one.public_id for one in contract.service_credits.all()]
    notes = FirmCreditNote.objects.filter(invoice__under_contract__contract=contract, cause__in=causes)
    found = tuple(notes.select_related("invoice").order_by("pk"))
    subjects = [row.public_id, *causes, *(note.public_id for note in found)]
    firm = contract.customer.firm_id
    return SettlementShown(
        row, tuple(map(_fee, row.statement["lines"])), tuple(map(_credit, row.statement.get("credits", ()))),
        Reason.from_json(row.statement["why"]),
        set_off=tuple(FirmPayment.objects.filter(
            firm=firm, kind=FirmPaymentKind.SET_OFF, reference=row.public_id
        ).select_related("invoice").order_by("pk")),
        notes=found, payouts=tuple(FirmPayout.objects.filter(firm=firm, subject__in=subjects).order_by("pk")),
    )  # fmt: skip


def _fee(line: dict[str, Any]) -> SettledFee:
    from_on, until_on = date.fromisoformat(line["from"]), date.fromisoformat(line["until"])
    label, why = FeeKind(line["kind"]).label, Reason.from_json(line["why"])
    return SettledFee(str(label), from_on, until_on, Decimal(line["charged"]), why)


def _credit(line: dict[str, str]) -> SettledCredit:
    return SettledCredit(date.fromisoformat(f"{line['month']}-01"), Decimal(line["taken"]), Decimal(line["given"]))

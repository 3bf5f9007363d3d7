"""When a contract may be terminated, and what is settled then (rift/3.4, 7.3, 15.2, 15.3)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from contracts.enums import BreachStatus, EndReason, Side
from upstage_console.kernel import money, wording
from upstage_console.kernel.calendars import ONE_DAY, Calendar
from upstage_console.kernel.clauses import Reason, enforces

DELINQUENCIES_TO_TERMINATE: Final = 2
"""rift/7.3: from the second on the company may terminate."""

CLAUSES: Final = {
    EndReason.BREACH: "rift/15.2", EndReason.DELINQUENCY: "rift/7.3", EndReason.TERMS: "rift/3.4",
    EndReason.REQUEST: "rift/15.3",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand to cure, as the side that wants to terminate made it."""

    status: str
    cure_until: date | None


@dataclass(frozen=True, slots=True)
class Grounds:
    """What may let a side terminate: its demands, the delinquencies that count, whether changed terms are to come."""

    demands: tuple[Demand, ...] = ()
    delinquencies: int = 0
    terms_to_come: bool = False


@enforces("rift/15.2")
def cure_until(received_on: date, days: int, calendar: Calendar) -> date:
    """The last day to cure; the other side has to act, so a holiday moves it (I-1, I-2)."""
    return calendar.extended_end(received_on, days=days)


@enforces("rift/15.2")
def breach_on(status: str, until: date | None, *, on: date) -> BreachStatus:
    """How a demand stands on a day: from the day after its last the breach was not cured in time."""
    if status == BreachStatus.RUNNING and until is not None and on > until:
        return BreachStatus.UNCURED
    return BreachStatus(status)


@enforces("rift/3.4", "rift/7.3", "rift/15.2", "rift/15.3")
def may_terminate(side: Side, ground: EndReason, grounds: Grounds, *, on: date) -> bool:
    """Whether this side may terminate on this ground on this day. Delinquency is the company's, the rest by its text.

    Nobody is terminated by a rule: it only says that somebody may.
    """
    if ground == EndReason.BREACH:
        return any(breach_on(one.status, one.cure_until, on=on) == BreachStatus.UNCURED for one in grounds.demands)
    if ground == EndReason.DELINQUENCY:
        return side == Side.COMPANY and grounds.delinquencies >= DELINQUENCIES_TO_TERMINATE
    return side == Side.CUSTOMER and (ground == EndReason.REQUEST or grounds.terms_to_come)


@enforces("rift/15.2")
def running_until(ground: EndReason, grounds: Grounds, *, on: date) -> date | None:
    """The last day of a received demand that still runs, where breach is the ground."""
    if ground != EndReason.BREACH:
        return None
    ends = [one.cure_until for one in grounds.demands if one.status == BreachStatus.RUNNING and one.cure_until]
    return max((end for end in ends if end >= on), default=None)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was billed ahead for days `first` to `last`: all of it, and what of it is for days still to come."""

    charged: Decimal
    unperformed: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """Net amounts: what goes back of what was billed ahead, and what of it is kept, start-up fees included."""

    refund: Decimal
    kept: Decimal
    unperformed: Decimal
    deducted: Decimal
    reason: Reason


@enforces("rift/15.3")
def settle(
    ahead: list[Ahead], *, startup: Decimal, upfront: Decimal, side: Side, ground: EndReason, currency: str
) -> Settled:  # fmt: skip
    """What goes back: what was billed ahead and is not yet performed, less proven up-front investment.

    The investment is deducted where the customer asks to leave or gave the reason for it; not where the company did,
    nor where it changed its terms (I-5). Services rendered and start-up fees stay paid.
    """
    unperformed = money.paid_back(sum((one.unperformed for one in ahead), Decimal(0)), currency)
    is_owed = side == Side.COMPANY or ground == EndReason.REQUEST
    deducted = min(upfront, unperformed) if is_owed else Decimal(0)
    refund = unperformed - deducted
    kept = money.paid_back(sum((one.charged for one in ahead), startup), currency) - refund
    return Settled(refund, kept, unperformed, deducted, _why(unperformed, deducted, refund, kept, currency))


def _why(unperformed: Decimal, deducted: Decimal, refund: Decimal, kept: Decimal, currency: str) -> Reason:
    sums = {"unperformed": unperformed, "deducted": deducted, "refund": refund, "kept": kept}
    ko, en = (
        {name: wording.money(amount, currency, language) for name, amount in sums.items()}
        for language in wording.LANGUAGES
    )
    return Reason(
        ("rift/15.3",),
        f"선급 요금 중 미이행분 {ko['unperformed']} − 입증된 선투자 비용 {ko['deducted']} = 반환 {ko['refund']}. "
        f"선급액 중 반환하지 않는 금액(착수비 포함): {ko['kept']}.",
        f"Billed ahead and not performed {en['unperformed']} − proven up-front investment {en['deducted']} = "
        f"{en['refund']} goes back. Kept of what was billed ahead, start-up fee included: {en['kept']}.",
        dict(sums),
    )


def terminable_from(until: date | None) -> date | None:
    """The first day on which an uncured breach lets the other side terminate."""
    return None if until is None else until + ONE_DAY

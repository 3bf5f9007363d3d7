"""The credit for a shortfall: a step of the agreed ladder on the month's flat fees, up to a cap (rift/5.2, 8.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from contracts.errors.service_levels import InvalidLadder
from contracts.rules.availability import Measured, Promise, shown
from upstage_console.kernel import money, wording
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped

NOTHING = Decimal(0)
PERCENT = Decimal(100)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, order=True, slots=True)
class Step:
    """Below this availability, so many percent of the month's flat fees; both in percent."""

    below: Decimal
    percent: Decimal


@dataclass(frozen=True)
class Ladder:
    """The steps with the most that a month gives back, in percent of its flat fees.

    Refuses `invalid_ladder`: a percentage that is none, or a lower availability that would earn less.
    """

    steps: tuple[Step, ...]
    cap_percent: Decimal = PERCENT

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(sorted(self.steps, reverse=True)))
        percents = [step.percent for step in self.steps]
        figures = [self.cap_percent, *percents, *(step.below for step in self.steps)]
        if percents != sorted(percents) or not all(NOTHING <= figure <= PERCENT for figure in figures):
            raise InvalidLadder

    def step_of(self, availability: Fraction) -> Step | None:
        """The deepest step that an availability falls below; exactly at a step is not below it."""
        return next((step for step in reversed(self.steps) if availability < step.below), None)


@dataclass(frozen=True)
class Granted:
    """What a month gives back, and why."""

    amount: Decimal
    step: Step | None
    is_capped: bool
    reason: Reason


@enforces("rift/5.2", "rift/8.1")
def grant(
    measured: Measured, promise: Promise, ladder: Ladder, *, base: Decimal, currency: str, month: date
) -> Granted:
    """The credit for a month, rounded half up, with the whole arithmetic from minutes to money.

    `base` is what the month's flat fees come to, without tax.
    """
    step = ladder.step_of(measured.availability)
    percent = min(step.percent, ladder.cap_percent) if step else NOTHING
    amount = money.paid_back(base * percent / PERCENT, currency)
    is_capped = step is not None and step.percent > ladder.cap_percent
    return Granted(amount, step, is_capped, _explain(measured, promise, ladder, step, base, amount, currency, month))


@enforces("rift/8.1")
def claim_until(told_on: date, days: int, public: Calendar) -> date:
    """The last day to claim a credit, where the agreement asks for that: the customer has to act, so I-2 extends it."""
    return public.extended_end(told_on, days=days)


@enforces("rift/8.1")
def allot(credits: Sequence[Decimal], subtotal: Decimal) -> tuple[Decimal, ...]:
    """What of each open credit goes on an invoice of this subtotal, the earliest first: never below 0 together."""
    parts: list[Decimal] = []
    for left in credits:
        parts.append(min(left, max(subtotal, NOTHING)))
        subtotal -= parts[-1]
    return tuple(parts)


# The sentence


def _explain(
    measured: Measured, promise: Promise, ladder: Ladder, step: Step | None, base: Decimal, amount: Decimal,
    currency: str, month: date,
) -> Reason:  # fmt: skip
    facts = {
        "whole": minutes(measured.whole), "excluded": minutes(measured.excluded),
        "in_scope": minutes(measured.in_scope), "down": minutes(measured.down),
        "availability": shown(measured.availability), "target": promise.target, "base": base, "amount": amount,
    }  # fmt: skip
    ending = _ending(measured, ladder, step)
    ko, en = (_sentence(facts, ladder, step, ending, currency, month, language) for language in wording.LANGUAGES)
    clauses = ("rift/5.2", "rift/8.1", *(("rift/16.2",) if measured.excluded else ()))
    return Reason(clauses, ko, en, facts | {"month": month, "step": step.percent if step else NOTHING})


def _ending(measured: Measured, ladder: Ladder, step: Step | None) -> dict[str, str]:
    if step is None:
        return MET if measured.is_met else NO_STEP
    return CAPPED if step.percent > ladder.cap_percent else CREDIT


def _sentence(
    facts: dict[str, Decimal], ladder: Ladder, step: Step | None, ending: dict[str, str], currency: str, month: date,
    language: str,
) -> str:  # fmt: skip
    said = {name: grouped(fact) for name, fact in facts.items()}
    said |= {name: wording.money(facts[name], currency, language) for name in ("base", "amount")}
    said |= {"month": getattr(wording.month(month), language), "cap": grouped(ladder.cap_percent)}
    if step is not None:
        said |= {"below": grouped(step.below), "percent": grouped(step.percent)}
    return (MEASURED[language] + ending[language]) % said


def minutes(length: timedelta | int) -> Decimal:
    """A length, or a number of seconds, in minutes to two decimals."""
    seconds = length // timedelta(seconds=1) if isinstance(length, timedelta) else length
    return (Decimal(seconds) / 60).quantize(HUNDREDTH)


MEASURED = {
    "ko": "%(month)s %(whole)s분 − 제외 %(excluded)s분 = %(in_scope)s분. 중단 %(down)s분. "
    "가용률 (%(in_scope)s − %(down)s) ÷ %(in_scope)s = %(availability)s%%, 목표 %(target)s%%. ",
    "en": "%(month)s: %(whole)s minutes − %(excluded)s out of scope = %(in_scope)s. Down: %(down)s. "
    "Availability (%(in_scope)s − %(down)s) ÷ %(in_scope)s = %(availability)s%%, target %(target)s%%. ",
}
MET = {"ko": "목표를 지켰습니다.", "en": "The target was met."}
NO_STEP = {
    "ko": "목표에 못 미쳤으나 공제 구간은 아닙니다.",
    "en": "The target was missed; no step of the ladder applies.",
}
CREDIT = {
    "ko": "%(below)s%% 미만: 정액 요금 %(base)s × %(percent)s%% = 공제액 %(amount)s.",
    "en": "Below %(below)s%%: %(percent)s%% of the flat fees of %(base)s = a credit of %(amount)s.",
}
CAPPED = {
    "ko": "%(below)s%% 미만: %(percent)s%%, 한도 %(cap)s%%. 정액 요금 %(base)s × %(cap)s%% = 공제액 %(amount)s.",
    "en": "Below %(below)s%%: %(percent)s%%, capped at %(cap)s%%. %(cap)s%% of the flat fees of %(base)s = "
    "a credit of %(amount)s.",
}

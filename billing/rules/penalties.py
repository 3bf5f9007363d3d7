"""The penalty for improper use: the fees that should have been paid, up to ten times (upstage/18.6)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal, localcontext

from billing.errors import PenaltyAboveLimit
from upstage_console.kernel import money, wording
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.figures import grouped

MOST_FACTOR = Decimal(10)
FACTOR_UNIT = Decimal("0.000001")
CLAUSES = ("upstage/18.6",)


@dataclass(frozen=True)
class Penalty:
    """So many times the base, the most it could be, and the sentence."""

    base: Decimal
    factor: Decimal
    limit: Decimal
    amount: Decimal
    reason: Reason


@enforces("upstage/18.6")
def penalty(base: Decimal, factor: Decimal, *, first_on: date, currency: str) -> Penalty:
    """The penalty for a conduct since `first_on`: base × factor, rounded down.

    Refuses `penalty_above_limit` for a factor above ten, and `invalid_amount` for one that is not above 0 or has more
    than 6 decimals, and for a base below 0.
    """
    if factor.is_nan():
        raise InvalidAmount(facts={"amount": factor})
    if factor > MOST_FACTOR:
        raise PenaltyAboveLimit(facts={"most": MOST_FACTOR, "factor": factor})
    if not factor > 0 or factor.quantize(FACTOR_UNIT, ROUND_DOWN) != factor:
        raise InvalidAmount(facts={"amount": factor})
    if money.exact(base) < 0 or money.credit(base) != base:
        raise InvalidAmount(facts={"amount": base})
    limit, amount = _times(base, MOST_FACTOR, currency), _times(base, factor, currency)
    return Penalty(base, factor, limit, amount, _explain(base, factor, limit, amount, first_on, currency))


def _times(base: Decimal, factor: Decimal, currency: str) -> Decimal:
    with localcontext(prec=80):
        return money.charged(base * factor, currency)


def _explain(base: Decimal, factor: Decimal, limit: Decimal, amount: Decimal, first_on: date, currency: str) -> Reason:
    ko, en = (
        [wording.money(each, currency, language) for each in (base, amount, limit)] for language in wording.LANGUAGES
    )
    times, most = grouped(factor), grouped(MOST_FACTOR)
    return Reason(
        CLAUSES,
        f"{wording.day(first_on, 'ko')}부터 정상적으로 납부되었어야 할 이용요금 {ko[0]} × {times} = 위약금 {ko[1]} "
        f"(최대 {most}배, {ko[2]})",
        f"The fees that should have been paid since {wording.day(first_on, 'en')}, {en[0]} × {times} = penalty {en[1]} "
        f"(at most {most} times, {en[2]})",
        {"base": base, "factor": factor, "limit": limit, "amount": amount, "first_on": first_on},
    )

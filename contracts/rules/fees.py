"""What the fees of a contract come to in a year, as far as that is known beforehand (rift/4.2, 7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from contracts.enums import FeeKind
from upstage_console.kernel.calendars import ONE_DAY, months_later
from upstage_console.kernel.clauses import enforces

MONTHS_OF_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee as it was agreed; `amount` without tax."""

    kind: str
    amount: Decimal
    included: Decimal | None = None


@enforces("rift/4.2")
def yearly_value(fees: Sequence[Fee], *, months: int) -> Decimal:
    """What a contract is worth in its first year, or over its term where that is shorter.

    Monthly fees for each month begun, users as they were ordered, projects and start-up once. What will be used is not
    known and counts nothing.
    """
    counted = min(months, MONTHS_OF_A_YEAR)
    return sum((_worth(fee, counted) for fee in fees), Decimal(0))


def _worth(fee: Fee, months: int) -> Decimal:
    match fee.kind:
        case FeeKind.FLAT:
            return fee.amount * months
        case FeeKind.SEAT:
            return fee.amount * (fee.included or 0) * months
        case FeeKind.USAGE:
            return Decimal(0)
    return fee.amount


def months_begun(starts_on: date, ends_on: date) -> int:
    """How many months of a term begin: 14 June to 13 June of the next year are 12, one day more are 13."""
    number = 0
    while months_later(starts_on, number) < ends_on + ONE_DAY:
        number += 1
    return number

"""Which refund policy is in force on a day, which one a purchase was made under, and all of them (upstage/20.5)."""

from dataclasses import dataclass
from datetime import date

from billing.models import RefundPolicy
from billing.rules import conditions
from billing.rules.conditions import Conditions
from upstage_console.kernel.clauses import enforces


@dataclass(frozen=True)
class Posted:
    """A version with the KST day from which it is in force; None for the one that the console began with."""

    conditions: Conditions
    effective_on: date | None


@enforces("upstage/20.2", "upstage/20.5")
def in_force(on: date) -> Conditions:
    """What is shown on a KST day before anything is bought."""
    row = RefundPolicy.objects.filter(effective_on__lte=on).order_by("-effective_on").first()
    return _conditions(row) if row else conditions.FIRST


def of_version(version: str) -> Conditions:
    """The text that something was agreed to under."""
    if version == conditions.FIRST.version:
        return conditions.FIRST
    return _conditions(RefundPolicy.objects.get(version=version))


def posted() -> list[Posted]:
    """Every version, the latest first; those still to come included."""
    rows = RefundPolicy.objects.order_by("-effective_on")
    return [*(Posted(_conditions(row), row.effective_on) for row in rows), Posted(conditions.FIRST, None)]


def _conditions(row: RefundPolicy) -> Conditions:
    return Conditions(row.version, row.text_ko, row.text_en)

"""What a statement of work has to state (rift/5.2)."""

from collections.abc import Collection
from typing import Final

from contracts.enums import SowPart
from upstage_console.kernel.clauses import enforces

NEEDED: Final = (
    SowPart.FUNCTION, SowPart.SERVICE_LEVEL, SowPart.STAFFING, SowPart.DELIVERABLE, SowPart.SECURITY,
)  # fmt: skip
"""rift/5.2: functions, SLA, staffing, deliverables, security requirements."""


@enforces("rift/5.2")
def missing_parts(parts: Collection[str]) -> list[SowPart]:
    """What a statement of work lacks, in the order of the clause."""
    return [part for part in NEEDED if part not in parts]

"""How much a run measures: the full one as shared/design/performance.md asks, the quick one in a few minutes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`existing`: how many ledger entries and how many events there are before anything is measured, in turn."""

    existing: tuple[int, ...]
    members: int
    charged: int
    """Among how many members charges and uses are shared out."""
    rounds: int
    seconds: float
    """How long one system is asked in one round."""
    imported: int
    """Requests of the imported file; each is two events."""
    month_members: int
    month_events: int
    few_members: int
    """The members beside whom the pages of `members` are measured."""
    members_of_jobs: int
    contracts: int
    cases: int


SIZES = {
    "tiny": Size((2_000,), 200, 100, 1, 0.5, 1_000, 200, 2_000, 50, 200, 100, 200),
    "quick": Size((100_000,), 5_000, 2_000, 3, 1.5, 20_000, 5_000, 200_000, 100, 5_000, 2_000, 5_000),
    # two seconds a system and round: the parts with 10^7 rows stay within half an hour on two quiet cores
    "full": Size(
        (100_000, 10_000_000), 100_000, 10_000, 3, 2.0, 100_000, 100_000, 10_000_000, 100, 100_000, 10_000, 100_000
    ),
}

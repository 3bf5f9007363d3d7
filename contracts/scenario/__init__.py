"""What scenarios can do with contracts, by topic."""

from contracts.scenario import agreeing, contracting, reviewing

__all__ = ["agreeing", "contracting", "reviewing"]

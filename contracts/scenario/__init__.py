"""What scenarios can do with contracts, by topic."""

from contracts.scenario import agreeing, cases, contracting, reviewing, service_levels

__all__ = ["agreeing", "cases", "contracting", "reviewing", "service_levels"]

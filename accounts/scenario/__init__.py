"""What scenarios can do with members, by topic."""

from accounts.scenario import board, conduct, data, leaving, members, retention, safety, terms

__all__ = ["board", "conduct", "data", "leaving", "members", "retention", "safety", "terms"]

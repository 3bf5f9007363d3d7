"""What scenarios can do with members, by topic."""

from accounts.scenario import board, conduct, data, leaving, members, retention, safety

__all__ = ["board", "conduct", "data", "leaving", "members", "retention", "safety"]

"""What scenarios can do with members, by topic."""

from accounts.scenario import conduct, data, leaving, members, retention, safety

__all__ = ["conduct", "data", "leaving", "members", "retention", "safety"]

"""What scenarios can do with members, by topic."""

from accounts.scenario import conduct, data, leaving, members, retention

__all__ = ["conduct", "data", "leaving", "members", "retention"]

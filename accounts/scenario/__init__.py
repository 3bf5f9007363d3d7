"""What scenarios can do with members, by topic."""

from accounts.scenario import conduct, leaving, members, retention

__all__ = ["conduct", "leaving", "members", "retention"]

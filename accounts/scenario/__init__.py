"""What scenarios can do with members, by topic."""

from accounts.scenario import conduct, members, retention

__all__ = ["conduct", "members", "retention"]

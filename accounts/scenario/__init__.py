"""What scenarios can do with members, by topic."""

from accounts.scenario import conduct, leaving, members, retention

__all__ = ["conduct", "leaving", "members", "retention"]
from accounts.scenario import conduct, data, members, retention

__all__ = ["conduct", "data", "members", "retention"]

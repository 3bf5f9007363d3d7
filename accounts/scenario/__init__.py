"""What scenarios can do with members, by topic."""

from accounts.scenario import members, retention

__all__ = ["members", "retention"]

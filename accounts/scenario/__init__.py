"""What scenarios can do with members, by topic."""

from accounts.scenario import members

__all__ = ["members"]

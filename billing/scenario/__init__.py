"""What scenarios can do with billing, by topic."""

from billing.scenario import liability, paying, using

__all__ = ["liability", "paying", "using"]

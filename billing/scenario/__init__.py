"""What scenarios can do with billing, by topic."""

from billing.scenario import liability, paying, recharging, using

__all__ = ["liability", "paying", "recharging", "using"]

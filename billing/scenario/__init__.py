"""What scenarios can do with billing, by topic."""

from billing.scenario import crediting, liability, paying, recharging, refunding, using

__all__ = ["crediting", "liability", "paying", "recharging", "refunding", "using"]

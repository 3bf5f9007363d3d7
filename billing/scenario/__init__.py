"""What scenarios can do with billing, by topic."""

from billing.scenario import paying, using

__all__ = ["paying", "using"]

"""What scenarios can do with contracts, by topic."""

from contracts.scenario import (
    agreeing,
    billing,
    cases,
    contracting,
    crediting,
    deliverables,
    ending,
    permissions,
    reviewing,
    service_levels,
    suspending,
)

__all__ = [
    "agreeing",
    "billing",
    "cases",
    "contracting",
    "crediting",
    "deliverables",
    "ending",
    "permissions",
    "reviewing",
    "service_levels",
    "suspending",
]

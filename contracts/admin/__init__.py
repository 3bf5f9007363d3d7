"""The back office's pages about customers and contracts."""

from contracts.admin import (
    contracts,
    customers,
    monthly_reports,
    outages,
    promises,
    releases,
    service_words,
    support_cases,
    words,
)

__all__ = [
    "contracts",
    "customers",
    "monthly_reports",
    "outages",
    "promises",
    "releases",
    "service_words",
    "support_cases",
    "words",
]

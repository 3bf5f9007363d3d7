"""The back office's pages about customers and contracts."""

from contracts.admin import (
    contracts,
    customers,
    documents,
    monthly_reports,
    outages,
    papers,
    promises,
    releases,
    reviews,
    service_words,
    signings,
    support_cases,
    words,
)

__all__ = [
    "contracts",
    "customers",
    "documents",
    "monthly_reports",
    "outages",
    "papers",
    "promises",
    "releases",
    "reviews",
    "service_words",
    "signings",
    "support_cases",
    "words",
]

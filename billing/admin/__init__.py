"""The back office's pages about billing, and what billing adds to a member's case file."""

from billing.admin import (
    archives,
    case,
    catalogue,
    correcting,
    credit_notes,
    fees,
    gateways,
    invoices,
    limits,
    payments,
    recharging,
    tax_invoices,
    tiers,
    today,
    usage,
    words,
)

__all__ = [
    "archives",
    "case",
    "catalogue",
    "correcting",
    "credit_notes",
    "fees",
    "gateways",
    "invoices",
    "limits",
    "payments",
    "tax_invoices",
    "recharging",
    "tiers",
    "today",
    "usage",
    "words",
]

"""The back office's pages about billing, and what billing adds to a member's case file."""

from billing.admin import case, catalogue, fees, invoices, payments, today, usage, words

__all__ = ["case", "catalogue", "fees", "invoices", "payments", "today", "usage", "words"]

"""The back office's pages about customers and contracts."""

from contracts.admin import contracts, customers, words

__all__ = ["contracts", "customers", "words"]

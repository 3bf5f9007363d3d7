"""The back office's pages about credits, and what credits add to a member's case file."""

from credits.admin import case, corrections, explorer, holds, ledger, promotions, today, words

__all__ = ["case", "corrections", "explorer", "holds", "ledger", "promotions", "today", "words"]

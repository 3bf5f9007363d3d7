"""The back office's pages about members."""

from accounts.admin import keys, leaving, letters, members, people, records, terms, today, viewing, words

__all__ = ["keys", "leaving", "letters", "members", "people", "records", "terms", "today", "viewing", "words"]

"""The back office's pages about members."""

from accounts.admin import keys, letters, members, people, records, terms, today, viewing, words

__all__ = ["keys", "letters", "members", "people", "records", "terms", "today", "viewing", "words"]

"""The back office's pages about members."""

from accounts.admin import (
    cases,
    conduct,
    keys,
    leaving,
    letters,
    measures,
    members,
    objections,
    people,
    records,
    sanctions,
    terms,
    today,
    viewing,
    words,
)

__all__ = [
    "cases",
    "conduct",
    "keys",
    "leaving",
    "letters",
    "measures",
    "members",
    "objections",
    "people",
    "records",
    "sanctions",
    "terms",
    "today",
    "viewing",
    "words",
]

"""Asserting the books: after every test that moves credits."""

from django.db import connection

from credits.invariants import CHECKS


def findings() -> dict[str, list[tuple]]:
    """What breaks the invariants of credits: sentence → rows."""
    found = {}
    with connection.cursor() as cursor:
        for sentence, statement in CHECKS.items():
            cursor.execute(statement)
            if rows := cursor.fetchall():
                found[sentence] = rows
    return found

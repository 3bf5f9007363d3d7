"""Asserting the books: after every test that moves credits."""

from credits.services import books


def findings() -> list[str]:
    """What breaks an invariant of any app, as sentences."""
    return [str(finding) for finding in books.findings()]

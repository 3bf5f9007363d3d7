"""Asserting the books: after every test that moves credits."""

from credits.services import books
from upstage_console.kernel.db import prepared_rows


def findings() -> list[str]:
    """What breaks an invariant of any app, as sentences.

    All of them are asked at once, by a statement that is planned once and not eighty times after each test; they are
    asked one by one, as the console does, where there is anything.
    """
    each = (f"SELECT 1 WHERE EXISTS ({statement.replace('%', '%%')})" for _app, _sentence, statement in books.checks())
    return [str(finding) for finding in books.findings()] if prepared_rows(" UNION ALL ".join(each), {}) else []

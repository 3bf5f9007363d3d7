"""What makes a button that is pressed twice act once."""

import uuid


def fresh_key() -> str:
    """A key of its own for each page that is opened, so that a button pressed twice pays once."""
    return uuid.uuid4().hex


def key_of_page(key: str) -> str:
    """A key as it came back from a page, apart from those of the API and of the jobs: a browser may send anything."""
    return f"page:{key}"

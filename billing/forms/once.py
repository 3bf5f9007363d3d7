"""What makes a button that is pressed twice act once."""

import uuid


def fresh_key() -> str:
    """A key of its own for each page that is opened, so that a button pressed twice pays once."""
    return uuid.uuid4().hex

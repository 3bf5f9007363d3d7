"""The one error of this package."""


class CannotStart(Exception):
    """An embedded server cannot run. The text is one sentence for the person at the terminal."""

"""Members' work by the clock."""

from accounts.services import mail

__all__ = ["mail"]

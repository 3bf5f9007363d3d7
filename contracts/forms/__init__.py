"""What people at firms are asked on pages."""

from contracts.forms.signing import DeclineForm, SignForm

__all__ = ["DeclineForm", "SignForm"]

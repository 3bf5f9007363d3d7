"""Leaving, and coming back."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LeaveForm(forms.Form):
    """The last step of leaving."""

    reason = forms.CharField(
        label=_("Why do you leave?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You need not say. It helps us to do better."),
    )
    understood = forms.BooleanField(
        label=_("I leave, and know what ends with my membership."),
        error_messages={"required": _("Leaving needs your confirmation.")},
    )


class ComeBackForm(forms.Form):
    """Ask to come back: the page itself says what that means."""

"""Keys, and accounts that somebody stole."""

from django import forms
from django.utils.translation import gettext_lazy as _


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        label=_("Name of the key"),
        max_length=60,
        help_text=_("So that you recognise it: the application that uses it."),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: the key lasts until you revoke it."),
    )
    speaks_for_me = forms.BooleanField(
        label=_("It may object in my name"),
        required=False,
        help_text=_("Such as to a suspension. Whatever else there is of your account it can only read."),
    )


class RevokeForm(forms.Form):
    """Yes, end this key: the page itself says what that means."""


class TheftForm(forms.Form):
    """What happened, as far as the member can tell."""

    told = forms.CharField(
        label=_("What happened?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It helps us to find out who you are and what was done. You can also write to us later."),
    )


class TheftLinkForm(forms.Form):
    """Whose account."""

    email = forms.EmailField(
        label=_("E-mail address of the account"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

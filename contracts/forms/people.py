"""What people of a customer are asked about their own seats."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language
from accounts.models import User


class WelcomeForm(forms.Form):
    """A password, chosen by who was invited."""

    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), max_length=200,
        help_text=_("At least 10 characters."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        """A password that can stand."""
        given: str = self.cleaned_data["password"]
        get_adapter().clean_password(given, user=self._user)
        return given


class InviteForm(forms.Form):
    """Somebody of the customer who gets a seat."""

    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("They log in with it; the invitation goes there."))
    language = forms.ChoiceField(label=_("Language of the mails"), choices=Language)


class YesForm(forms.Form):
    """Yes, do it: the page itself says what that means."""


class ContractKeyForm(forms.Form):
    """A key for a system of the customer."""

    name = forms.CharField(
        label=_("Name of the key"), max_length=60, help_text=_("So that you recognise it: the system that uses it.")
    )
    expires_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: the key lasts until you revoke it."),
    )  # fmt: skip
    writes = forms.BooleanField(
        label=_("It may open cases, write in them, and manage users"), required=False,
        help_text=_("Otherwise it only reads."),
    )  # fmt: skip

"""What members tell us about themselves."""

from collections.abc import Sequence
from typing import Any

from allauth.account.forms import AddEmailForm
from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language
from accounts.errors import RegistrationBarred
from accounts.models import ChangeRequest
from accounts.rules.advertising import Answer
from accounts.services import barring
from upstage_console.kernel import clock


class PhoneField(forms.RegexField):
    """A phone number as people write it."""

    def __init__(self, **given: Any) -> None:
        usual: dict[str, Any] = {
            "label": _("Phone"),
            "widget": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "help_text": _("Digits, with spaces or hyphens; abroad with the country code."),
            "error_messages": {"invalid": _("Write the number in digits, such as 010-1234-5678.")},
        }
        super().__init__(r"^\+?[0-9][0-9 -]{6,18}$", **(usual | given))


class ProfileForm(forms.Form):
    """What members change about themselves (upstage/6.5)."""

    phone = PhoneField(required=False)
    language = forms.ChoiceField(
        label=_("Language of our messages"), choices=Language, help_text=_("The Korean text of the terms is binding.")
    )


class InformationForm(forms.Form):
    """What staff asked for because it is missing (upstage/6.1)."""

    phone = PhoneField()
    born_on = forms.DateField(
        label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"})
    )
    business_number = forms.CharField(label=_("Business registration number"), max_length=12)

    def __init__(self, *args: Any, asked: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: field for name, field in self.fields.items() if name in asked}


class ChangeRequestForm(forms.Form):
    """What only staff change, and why it should be changed (upstage/6.5)."""

    field = forms.ChoiceField(label=_("What is to be changed?"), choices=ChangeRequest.Field, widget=forms.RadioSelect)
    value = forms.CharField(
        label=_("What shall it say?"),
        max_length=80,
        help_text=_("A date as 1990-04-12, a kind as “individual” or “firm”, a country by its two letters."),
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Such as a change of your name by law. We may ask you for a proof."),
    )


class NewEmailForm(AddEmailForm):
    """Another e-mail address; not one of somebody who lost the membership (upstage/3.6)."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        try:
            barring.require_free(on=clock.today(), email=email)
        except RegistrationBarred as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None
        return email


class AdvertisingForm(forms.Form):
    """Whether the member wants advertising, and when (upstage/13)."""

    class Choice(TextChoices):
        NONE = "none", _("No advertising")
        DAY = "day", _("Yes; text messages only between 08:00 and 21:00")
        ALWAYS = "always", _("Yes, at any hour")

    choice = forms.ChoiceField(label=_("Do you want advertising from us?"), choices=Choice, widget=forms.RadioSelect)

    @classmethod
    def choice_of(cls, holding: Answer | None) -> dict[str, str]:
        """What the form says of the consent that holds."""
        if holding is None:
            return {"choice": cls.Choice.NONE}
        return {"choice": cls.Choice.ALWAYS if holding.night else cls.Choice.DAY}

    def answer(self) -> dict[str, bool]:
        """What the form says, as the service takes it."""
        chosen = self.cleaned_data["choice"]
        return {"given": chosen != self.Choice.NONE, "night": chosen == self.Choice.ALWAYS}

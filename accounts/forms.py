"""Forms of members' pages."""

from collections.abc import Sequence
from typing import Any

from allauth.account.forms import AddEmailForm, SignupForm
from django import forms
from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language, MemberKind
from accounts.errors import RegistrationBarred
from accounts.models import ChangeRequest
from accounts.queries import documents_in_force
from accounts.queries.amendments import coming_versions, for_members
from accounts.rules.advertising import Answer
from accounts.rules.membership import LEAST_AGE
from accounts.services import barring
from accounts.services.members import Application, check
from accounts.services.objections import LONGEST_TEXT
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import Refusal

COUNTRIES = [
    ("KR", _("Korea")),
    ("US", _("United States")),
    ("JP", _("Japan")),
    ("SG", _("Singapore")),
    ("ZZ", _("Elsewhere")),
]


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


class SignUpForm(SignupForm):
    """Applying for membership: who you are, and agreement to each document in force (upstage/3.1)."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Your real name, or the name of your firm (Article 9).")
    )
    kind = forms.ChoiceField(
        label=_("I join as"), choices=MemberKind, initial=MemberKind.INDIVIDUAL, widget=forms.RadioSelect
    )
    born_on = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
        help_text=format_lazy(_("For individuals. Whoever is {age} or older may join (Article 3)."), age=LEAST_AGE),
    )
    business_number = forms.CharField(
        label=_("Business registration number"), required=False, max_length=12, help_text=_("For firms in Korea.")
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=COUNTRIES,
        initial="KR",
        help_text=_("Where you live, or where your firm has its seat."),
    )
    language = forms.ChoiceField(label=_("Language of our messages"), choices=Language)

    field_order = ["email", "password1", "name", "kind", "born_on", "business_number", "country", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language() or Language.KOREAN
        self.at = clock.now()
        self.documents = documents_in_force(at=self.at)
        self.coming = list(for_members(coming_versions(self.at)))
        for version in self.documents:
            self.fields[f"agree_{version.document.code}"] = forms.BooleanField(
                label=_("I have read “%(title)s” and agree to it.") % {"title": version.document.title},
                error_messages={"required": _("Membership needs your agreement to this document (Article 3).")},
            )

        self.fields["marketing"] = forms.BooleanField(
            label=_("Send me advertising: new models, functions and offers."),
            required=False,
            help_text=_(
                "Your own choice: membership does not depend on it, and you can refuse at any time (Article 13)."
            ),
        )

    def clean(self) -> dict[str, Any]:
        """Ask the rules before anything is stored, so that a refusal stands beside the form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check(self.application(), on=kst_date(self.at))
            except Refusal as refusal:
                self.add_error(REFUSED_FIELDS.get(refusal.code), str(refusal))
        return cleaned

    def application(self) -> Application:
        """What the form says, as the service takes it."""
        given = self.cleaned_data
        return Application(
            email=given["email"],
            name=given["name"],
            kind=given["kind"],
            born_on=given["born_on"] if given["kind"] == MemberKind.INDIVIDUAL else None,
            business_number=given["business_number"] if given["kind"] == MemberKind.FIRM else "",
            country=given["country"],
            currency="KRW" if given["country"] == "KR" else "USD",
            language=given["language"],
            marketing=given["marketing"],
            agreed_to=[v.document.code for v in self.documents if given.get(f"agree_{v.document.code}")],
        )


REFUSED_FIELDS = {"under_14": "born_on", "invalid_dates": "born_on", "invalid_business_number": "business_number"}


class StatementForm(forms.Form):
    """The one statement after a loss of membership (upstage/3.4)."""

    text = forms.CharField(
        label=_("Your statement"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Say what speaks against the decision. You can submit one statement, in Korean or English."),
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


class ObjectionForm(forms.Form):
    """What speaks against a measure (upstage/26.4, 3.4)."""

    text = forms.CharField(
        label=_("Why it is wrong"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What happened, and what shows it. Up to 5,000 characters."),
    )


class RevokeForm(forms.Form):
    """Yes, end this key: the page itself says what that means."""


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


class ProfileForm(forms.Form):
    """What members change about themselves (upstage/6.5)."""

    phone = PhoneField(required=False)
    language = forms.ChoiceField(
        label=_("Language of our messages"), choices=Language, help_text=_("The Korean text of the terms is binding.")
    )


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


class AnswerForm(forms.Form):
    """Yes, accept or reject this version: the page itself says what that means."""


class IncidentForm(forms.Form):
    """An access failure, or information that leaked or may have (upstage/7.3)."""

    ground = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            ("upstage/7.3.1", _("I cannot reach the service")),
            ("upstage/7.3.2", _("Information has leaked, or may have")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Tell us more"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Since when, which service or key, what you see. Never write a key or a password here."),
    )


class InfringementForm(forms.Form):
    """Content that infringes somebody's rights (upstage/22.9); an account is not needed."""

    item = forms.CharField(
        label=_("Where it is"),
        max_length=200,
        help_text=_("The address of the content, the id of an answer, or where you saw it."),
    )
    text = forms.CharField(
        label=_("Which right, and how it is infringed"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say whose right it is, and in what the infringement lies."),
    )
    contact = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("Only for questions about this report. The member it is about does not learn it from us."),
    )
    is_true = forms.BooleanField(label=_("To the best of my knowledge, what I say here is true."))


class DataObjectionForm(forms.Form):
    """Why the member thinks that a block is wrong (upstage/22.9)."""

    text = forms.CharField(
        label=_("Why you think this is wrong"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )

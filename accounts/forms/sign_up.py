"""Joining: what an applicant tells us."""

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language, MemberKind
from accounts.models import User
from accounts.queries import documents_in_force
from accounts.queries.amendments import coming_versions, for_members
from accounts.rules.membership import LEAST_AGE
from accounts.services.members import Application, check
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


class ApplicationForm(forms.Form):
    """What somebody who applies tells of themselves, and agreement to each document in force (upstage/3.1)."""

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

    def address(self) -> str:
        """The address that the applicant logs in with."""
        raise NotImplementedError

    def application(self) -> Application:
        """What the form says, as the service takes it."""
        given = self.cleaned_data
        return Application(
            email=self.address(),
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


class SignUpForm(ApplicationForm, SignupForm):
    """Applying for membership with an address and a password that are new here."""

    field_order = ["email", "password1", "name", "kind", "born_on", "business_number", "country", "language"]

    def address(self) -> str:
        """The address that was given."""
        given: str = self.cleaned_data["email"]
        return given


class JoinForm(ApplicationForm):
    """Applying for membership by who logs in already, with the same address."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self.fields["language"].initial = user.language

    def address(self) -> str:
        """The address of the login."""
        return self._user.email


REFUSED_FIELDS = {"under_14": "born_on", "invalid_dates": "born_on", "invalid_business_number": "business_number"}

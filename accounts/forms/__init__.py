"""Forms of members' pages, by topic."""

from accounts.forms.conduct import (
    AnswerForm,
    DataObjectionForm,
    IncidentForm,
    InfringementForm,
    ObjectionForm,
    StatementForm,
)
from accounts.forms.profile import (
    AdvertisingForm,
    ChangeRequestForm,
    InformationForm,
    NewEmailForm,
    PhoneField,
    ProfileForm,
)
from accounts.forms.safety import KeyForm, RevokeForm, TheftForm, TheftLinkForm
from accounts.forms.sign_up import JoinForm, SignUpForm

__all__ = [
    "AdvertisingForm",
    "AnswerForm",
    "ChangeRequestForm",
    "DataObjectionForm",
    "IncidentForm",
    "InformationForm",
    "InfringementForm",
    "JoinForm",
    "KeyForm",
    "NewEmailForm",
    "ObjectionForm",
    "PhoneField",
    "ProfileForm",
    "RevokeForm",
    "SignUpForm",
    "StatementForm",
    "TheftForm",
    "TheftLinkForm",
]

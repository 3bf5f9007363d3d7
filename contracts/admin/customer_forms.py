"""What staff are asked about customers and their contacts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts.enums import Language
from billing.services.firms import FirmData
from contracts.models import Contact
from contracts.services.customers import Person
from upstage_console.kernel.admin import ReasonForm


def text(label: Any, length: int = 80, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """One line of text."""
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget
    )


def amount(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:
    """An amount of money, not below 0."""
    return forms.DecimalField(
        label=label, min_value=0, max_digits=18, decimal_places=2, required=required, help_text=help_text,
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip


class FirmForm(ReasonForm):
    """What is known of a firm."""

    name = text(_("Name of the firm"), required=True)
    business_number = text(
        _("Business registration number"), 12, required=True, help_text=_("Ten digits, with or without hyphens.")
    )
    name_en = text(_("Name (English)"))
    representative = text(_("Representative"))
    address = text(_("Address"), 300)
    business_type = text(_("Type of business"))
    business_item = text(_("Item of business"))
    invoice_email = forms.EmailField(
        label=_("E-mail address for invoices"), required=False, widget=UnfoldAdminEmailInputWidget
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language, widget=UnfoldAdminSelectWidget)

    @staticmethod
    def asked(given: Any) -> FirmData:
        """What a filled form says of the firm."""
        return FirmData(**{name: given[name] for name in FirmData.__dataclass_fields__})


class RegisterForm(FirmForm):
    credit_limit = amount(_("Credit limit"), help_text=_("Empty: none is set."))
    unpaid_before = amount(_("Unpaid from before"), help_text=_("Debts that this console does not know otherwise."))


class LimitForm(ReasonForm):
    credit_limit = amount(_("Credit limit"), help_text=_("Empty: none is set."))
    unpaid_before = amount(_("Unpaid from before"), help_text=_("Debts that this console does not know otherwise."))


class ContactForm(ReasonForm):
    name = text(_("Name"), required=True)
    email = forms.EmailField(label=_("E-mail address"), widget=UnfoldAdminEmailInputWidget)
    title = text(_("Title"))
    phone = text(_("Phone"), 40)
    may_sign = forms.BooleanField(label=_("May sign contracts"), required=False, widget=UnfoldBooleanWidget)

    @staticmethod
    def asked(given: Any) -> Person:
        """What a filled form says of somebody."""
        return Person(**{name: given[name] for name in Person.__dataclass_fields__})


class OneContactForm(ReasonForm):
    """Somebody at the customer who has not left."""

    contact = forms.ChoiceField(label=_("Contact"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Contact.objects.filter(customer=self.row, left_at__isnull=True)
        choices = [(one.public_id, f"{one.name} · {one.email}") for one in known]
        self.fields["contact"].choices = choices  # type: ignore[attr-defined]

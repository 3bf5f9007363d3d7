"""A firm's data for tax invoices."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BusinessForm(forms.Form):
    """What the documents of a business show beside its name and number."""

    representative = forms.CharField(label=_("Representative"), max_length=80, required=False)
    address = forms.CharField(label=_("Address of the business"), max_length=300, required=False)
    business_type = forms.CharField(label=_("Type of business"), max_length=80, required=False)
    business_item = forms.CharField(label=_("Item of business"), max_length=80, required=False)
    tax_email = forms.EmailField(
        label=_("E-mail address for tax invoices"), required=False,
        help_text=_("Empty: the address you log in with."),
    )  # fmt: skip

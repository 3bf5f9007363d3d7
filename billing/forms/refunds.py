"""Asking for money back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.enums import RefundWay


class RefundForm(forms.Form):
    """Ask for the refund that the page shows; once, however often the button is pressed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    way = forms.ChoiceField(
        label=_("Where the money goes"), choices=RefundWay.choices, initial=RefundWay.ORIGINAL,
        widget=forms.RadioSelect,
        help_text=_("What your next invoices do not take of a set-off goes back to the card you paid with."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why do you want a refund?"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You need not say where the terms grant it. Your usage and payments are attached by themselves."),
    )  # fmt: skip

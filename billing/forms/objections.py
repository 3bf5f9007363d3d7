"""Objecting to an invoice."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FeeObjectionForm(forms.Form):
    """What is wrong with an invoice or a charge."""

    reason = forms.CharField(
        label=_("What is wrong?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The usage and payments below are attached by themselves."),
    )  # fmt: skip

"""Buying credits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.rules.purchases import MOST_AT_ONCE
from upstage_console.kernel.money import decimals_of, unit_of


class AmountForm(forms.Form):
    """How many credits to buy: one of the usual amounts, or any other."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = decimals_of(currency)
        self.fields["amount"] = forms.DecimalField(
            label=_("Credits"),
            max_digits=12,
            decimal_places=places,
            min_value=unit_of(currency),
            max_value=MOST_AT_ONCE,
            help_text=_("In %(currency)s, without tax. One credit costs one unit.") % {"currency": currency},
            widget=forms.TextInput(attrs={"inputmode": "decimal" if places else "numeric", "autocomplete": "off"}),
        )


class ConfirmPurchaseForm(forms.Form):
    """The last step: what was shown is bought once, however often the button is pressed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agreed = forms.BooleanField(
        label=_("I have read the conditions of withdrawal above and buy these credits."),
        error_messages={"required": _("Buying needs your agreement to the conditions of withdrawal.")},
    )

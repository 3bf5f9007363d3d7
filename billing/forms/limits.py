"""A member's own limits."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.money import decimals_of, unit_of


class OwnLimitsForm(forms.Form):
    """The member's own limits; what is left empty is none."""

    NAMES = {
        "soft": (_("Tell me at"), _("We write once a month when your spending reaches this.")),
        "hard": (
            _("Stop at"),
            _("When this is reached, new calls are refused until the next month or a higher limit."),
        ),
        "low_balance": (_("Tell me below"), _("We write once when fewer credits than this can be used.")),
    }

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = decimals_of(currency)
        attributes = {"inputmode": "decimal" if places else "numeric", "autocomplete": "off"}
        for name, (label, help_text) in self.NAMES.items():
            self.fields[name] = forms.DecimalField(
                label=format_lazy("{} ({})", label, currency), help_text=help_text, required=False,
                max_digits=19, decimal_places=6,
                min_value=Decimal(0) if name == "hard" else unit_of(currency),
                widget=forms.TextInput(attrs=attributes),
            )  # fmt: skip

"""Prices, and what they come to."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from billing.rules.rating import MOST_QUANTITY
from upstage_console.kernel.money import CURRENCIES


class PriceListFilter(forms.Form):
    """Which prices: of a currency and of a day; whatever is not known falls back to today's."""

    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES], required=False)
    on = forms.DateField(
        label=_("Prices on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )

    @classmethod
    def asked(cls, query: QueryDict, *, currency: str, today: date) -> Self:
        """The filter as the address asks for it."""
        form = cls({"currency": currency, "on": today.isoformat()} | query.dict())
        form.full_clean()
        form.cleaned_data["currency"] = form.cleaned_data.get("currency") or currency
        form.cleaned_data["on"] = form.cleaned_data.get("on") or today
        return form


class CalculatorForm(PriceListFilter):
    """How much of which meter; the add-ons are those of its price on that day."""

    meter = forms.ChoiceField(label=_("Service"))
    quantity = forms.DecimalField(
        label=_("Quantity"), min_value=Decimal(0), max_value=MOST_QUANTITY, decimal_places=6,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, meters: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meter: Any = self.fields["meter"]
        meter.choices = meters

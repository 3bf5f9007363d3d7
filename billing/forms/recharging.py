"""What people type about auto-recharge and topping up."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from billing.enums import PurchaseMode
from billing.forms.purchases import AmountForm
from billing.rules.purchases import MOST_AT_ONCE
from billing.rules.topping import MOST_A_DAY
from upstage_console.kernel.money import decimals_of, unit_of


class RechargeForm(AmountForm):
    """Auto-recharge: how much, how often, on which day."""

    mode = forms.ChoiceField(
        label=_("How often"),
        choices=[(PurchaseMode.MONTHLY, _("Every month")), (PurchaseMode.ANNUAL, _("Every year"))],
        widget=forms.RadioSelect,
        initial=PurchaseMode.MONTHLY,
    )
    day = forms.IntegerField(
        label=_("On which day of the month"),
        min_value=1,
        max_value=31,
        help_text=_("Where a month lacks that day, on its last; the next month returns to it."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    field_order = ("amount", "mode", "day")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, currency=currency, **kwargs)
        self.order_fields(self.field_order)


class ConfirmRechargeForm(forms.Form):
    """The last step of switching on or changing: nothing recurs without this agreement."""

    agreed = forms.BooleanField(
        label=_("I have read the conditions of withdrawal above and agree that my card is charged on these days."),
        error_messages={"required": _("Auto-recharge needs your agreement.")},
    )


class TopUpForm(AmountForm):
    """Below this, buy that much, at most so often a day."""

    most_a_day = forms.IntegerField(
        label=_("Times a day at most"), min_value=1, max_value=MOST_A_DAY, initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("I have read the conditions of withdrawal and agree that my card is charged whenever it falls below."),
        error_messages={"required": _("Topping up needs your agreement.")},
    )
    field_order = ("below", "amount", "most_a_day", "agreed")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, currency=currency, **kwargs)
        places = decimals_of(currency)
        self.fields["below"] = forms.DecimalField(
            label=format_lazy("{} ({})", _("When fewer credits than this can be used"), currency),
            max_digits=12, decimal_places=places, min_value=unit_of(currency), max_value=MOST_AT_ONCE,
            widget=forms.TextInput(attrs={"inputmode": "decimal" if places else "numeric", "autocomplete": "off"}),
        )  # fmt: skip
        self.fields["amount"].label = _("Buy so many credits")
        self.order_fields(self.field_order)


class CancelRechargeForm(forms.Form):
    """Cancel: one button, and the page itself says what that means."""

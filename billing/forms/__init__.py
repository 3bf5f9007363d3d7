"""Forms of billing's pages."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums import RefundWay
from billing.queries.sums import Scope
from billing.rules.purchases import MOST_AT_ONCE
from billing.rules.rating import MOST_QUANTITY
from upstage_console.kernel.calendars import month_of, months_later
from upstage_console.kernel.money import CURRENCIES, decimals_of, unit_of

SPLITS = [("service", _("Service")), ("meter", _("Meter")), ("key", _("API key"))]
TEST_CARD_CHOICES = [
    ("ok", _("4242 – every payment succeeds")),
    ("secure", _("3184 – the bank wants you to confirm the card")),
    ("declined", _("0002 – every payment is declined")),
    ("times_out", _("3155 – the answer comes late")),
    ("insufficient_funds", _("9995 – not enough money")),
    ("secure_each_time", _("3178 – the bank wants each payment confirmed, so that every one is declined")),
    ("expires_soon", _("0101 – expires with this month")),
    ("expired", _("0069 – has expired, and is refused at once")),
    ("times_out_declined", _("3220 – the answer comes late, and is no")),
    ("answers_twice", _("2222 – the gateway tells of each payment twice more")),
    ("gateway_down", _("0119 – the gateway is down for an hour")),
    ("refund_late", _("7726 – money that goes back is a day under way")),
    ("refund_fails", _("5126 – money cannot go back")),
    ("refund_down", _("0127 – the gateway is down for an hour when money should go back")),
    ("disputed", _("0259 – each payment is disputed a minute later")),
]
SPANS = [
    ("1", _("1 day")), ("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days")), ("month", _("This month")),
    ("last-month", _("The month before")),
]  # fmt: skip
STEPS = [("day", pgettext_lazy("usage", "by day")), ("hour", _("by hour"))]
MOST_HOURLY_DAYS = 7


class UsageFilter(forms.Form):
    """What the usage pages show; whatever they do not know falls back to 30 days by service, until today."""

    days = forms.ChoiceField(label=_("Days"), choices=SPANS, required=False)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
    split = forms.ChoiceField(label=_("Split by"), choices=SPLITS, required=False)
    step = forms.ChoiceField(label=_("Bars"), choices=STEPS, required=False)
    service = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    meter = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    @classmethod
    def asked(cls, query: QueryDict, *, today: date) -> Self:
        """The filter as the address asks for it."""
        form = cls({"days": "30", "split": "service", "step": "day", "until": today.isoformat()} | query.dict())
        form.full_clean()
        form.cleaned_data["until"] = form.cleaned_data.get("until") or today
        return form

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day."""
        last: date = self.cleaned_data["until"]
        days = self.cleaned_data.get("days") or "30"
        if days == "month":
            return month_of(last), last
        if days == "last-month":
            return months_later(month_of(last), -1), month_of(last) - timedelta(days=1)
        return last - timedelta(days=int(days) - 1), last

    @property
    def by(self) -> str:
        """What the figures are split by."""
        return self.cleaned_data.get("split") or "service"

    @property
    def is_hourly(self) -> bool:
        """Whether each bar is an hour: where that is asked for, and the days are few enough."""
        first, last = self.span
        return self.cleaned_data.get("step") == "hour" and (last - first).days < MOST_HOURLY_DAYS

    @property
    def is_too_long_for_hours(self) -> bool:
        """Whether hours were asked for of more days than they can be shown of."""
        return self.cleaned_data.get("step") == "hour" and not self.is_hourly

    def scope(self, member_id: int) -> Scope:
        """The use of this member that the filter asks for."""
        first, last = self.span
        narrowed = {name: self.cleaned_data.get(name) or "" for name in ("service", "meter", "key")}
        return Scope(member_id, first, last, **narrowed)


def fresh_key() -> str:
    """A key of its own for each page that is opened, so that a button pressed twice pays once."""
    return uuid.uuid4().hex


class PayForm(forms.Form):
    """Pay what is owed on an invoice; once, however often the button is pressed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


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


class StartTrialForm(forms.Form):
    """Begin a free trial; whoever agrees goes on paying after it. Nothing is ticked beforehand."""

    agrees = forms.BooleanField(
        label=_("I agree that my use is paid after the free trial, as told above."), required=False
    )


class TrialForm(forms.Form):
    """Agree to paid use after a trial, or take that back: the two buttons of its page."""

    action = forms.ChoiceField(choices=[("agree", _("Agree")), ("take-back", _("Take back"))], widget=forms.HiddenInput)


class JoinPromotionForm(forms.Form):
    """Join a promotion under its terms."""

    agreed = forms.BooleanField(
        label=_("I agree to the terms of this promotion."),
        error_messages={"required": _("A promotion is joined only with your agreement to its terms.")},
    )


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


class ConfirmPurchaseForm(forms.Form):
    """The last step: what was shown is bought once, however often the button is pressed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agreed = forms.BooleanField(
        label=_("I have read the conditions of withdrawal above and buy these credits."),
        error_messages={"required": _("Buying needs your agreement to the conditions of withdrawal.")},
    )


class CardForm(forms.Form):
    """A card of the sandbox; a real gateway has a page of its own for the card, and only agreement is asked here."""

    reference = forms.ChoiceField(label=_("Test card"), choices=TEST_CARD_CHOICES, widget=forms.RadioSelect)
    agreed = forms.BooleanField(
        label=_("I agree to pay for paid services with this card."),
        error_messages={"required": _("A card is registered only with your agreement.")},
    )

    def __init__(self, *args: Any, is_sandbox: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_sandbox:
            del self.fields["reference"]


class BankForm(forms.Form):
    """What the holder answers the sandbox's bank: the two buttons of its page."""

    answer = forms.ChoiceField(choices=[("confirm", _("Confirm")), ("refuse", _("Refuse"))], widget=forms.HiddenInput)


class RemoveCardForm(forms.Form):
    """The last step of removing a card: the page itself says what ends."""


class LeaveForm(forms.Form):
    """The last step of leaving."""

    reason = forms.CharField(
        label=_("Why do you leave?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You need not say. It helps us to do better."),
    )
    understood = forms.BooleanField(
        label=_("I leave, and know what ends with my membership."),
        error_messages={"required": _("Leaving needs your confirmation.")},
    )


class ComeBackForm(forms.Form):
    """Ask to come back: the page itself says what that means."""


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


class FeeObjectionForm(forms.Form):
    """What is wrong with an invoice."""

    reason = forms.CharField(
        label=_("What is wrong?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The usage and payments below are attached by themselves."),
    )  # fmt: skip

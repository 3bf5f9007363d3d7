"""What staff write down about a promotion, and to whom they give it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts.models import Member
from credits.models import Promotion
from credits.services.handouts import everybody
from credits.services.promotions import Offer
from upstage_console.kernel.admin import ReasonForm
from upstage_console.kernel.calendars import bounds, kst_date, last_day
from upstage_console.kernel.money import CURRENCIES

UNKNOWN_SHOWN = 5


def _text(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=20_000, help_text=help_text, widget=UnfoldAdminTextareaWidget(attrs={"rows": rows})
    )


def _amount(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_digits=20, decimal_places=6, help_text=help_text,
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip


class OfferForm(ReasonForm):
    """A promotion as its draft has it."""

    name_ko = forms.CharField(label=gettext_lazy("Name (Korean)"), max_length=100, widget=UnfoldAdminTextInputWidget)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=100, widget=UnfoldAdminTextInputWidget)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(code, code) for code in CURRENCIES], widget=UnfoldAdminSelectWidget
    )
    amount = _amount(gettext_lazy("For each member"))
    budget = _amount(gettext_lazy("Budget"), gettext_lazy("It is never exceeded, however many join at once."))
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=UnfoldAdminDateWidget)
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=UnfoldAdminDateWidget)
    expires_on = forms.DateField(
        label=gettext_lazy("What is given can be used to the end of"), required=False, widget=UnfoldAdminDateWidget,
        help_text=gettext_lazy("A day, or a number of days below; not both."),
    )  # fmt: skip
    valid_days = forms.IntegerField(
        label=gettext_lazy("or for so many days after it is given"), required=False, min_value=1, max_value=3650,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    is_open = forms.BooleanField(
        label=gettext_lazy("Members join by themselves"), required=False, initial=True, widget=UnfoldBooleanWidget,
        help_text=gettext_lazy("Otherwise only staff give it."),
    )  # fmt: skip
    terms_ko = _text(
        gettext_lazy("Terms (Korean)"), 5, gettext_lazy("One clause a line; who joins agrees to exactly this text.")
    )
    terms_en = _text(gettext_lazy("Terms (English)"), 5, gettext_lazy("The same clauses in the same order."))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if len(_lines(given.get("terms_ko", ""))) != len(_lines(given.get("terms_en", ""))):
            self.add_error("terms_en", _("The two languages have to have as many clauses as each other."))
        if bool(given.get("expires_on")) == bool(given.get("valid_days")):
            self.add_error("valid_days", _("Give a last day or a number of days."))
        if given.get("starts_on") and given.get("ends_on") and given["ends_on"] < given["starts_on"]:
            self.add_error("ends_on", _("The last day lies before the first."))
        return given


def offer_of(given: Mapping[str, Any]) -> Offer:
    """The offer that a filled form makes."""
    starts_at, ends_at = bounds(given["starts_on"], given["ends_on"])
    same = ("name_ko", "name_en", "currency", "amount", "budget", "expires_on", "valid_days", "is_open")
    says = list(zip(_lines(given["terms_ko"]), _lines(given["terms_en"]), strict=True))
    return Offer(**{name: given[name] for name in same}, starts_at=starts_at, ends_at=ends_at, says=says)


def form_of(row: Promotion) -> dict[str, Any]:
    """What the form says of a draft."""
    same = ("name_ko", "name_en", "currency", "amount", "budget", "expires_on", "valid_days", "is_open")
    korean, english = ("\n".join(pair[place] for pair in row.says) for place in (0, 1))
    days = {"starts_on": kst_date(row.starts_at), "ends_on": last_day(row.ends_at)}
    return {name: getattr(row, name) for name in same} | days | {"terms_ko": korean, "terms_en": english}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class HandOutForm(ReasonForm):
    """Everybody, or those who are named."""

    whom = forms.ChoiceField(label=gettext_lazy("Whom"), widget=UnfoldAdminRadioSelectWidget, initial="everybody")
    named = forms.CharField(
        label=gettext_lazy("Named"), required=False, max_length=5_000_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text=gettext_lazy("One e-mail address or member number a line; only where not everybody is meant."),
    )  # fmt: skip
    typed = forms.IntegerField(
        label=gettext_lazy("How many receive it"), required=False, widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("Look at the effect, then type the number it shows; larger handouts ask for it."),
    )  # fmt: skip

    row: Promotion

    def __init__(self, *args: Any, row: Promotion, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, at=at, **kwargs)
        facts = {"currency": row.currency, "count": f"{everybody(row).count():,}"}
        whole = _("Every active member with an account in %(currency)s (%(count)s)") % facts
        choices = [("everybody", whole), ("named", _("Those named below"))]
        self.fields["whom"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["members"] = None
        if given.get("whom") == "named":
            given["members"] = self._members(_lines(given.get("named", "")))
        return given

    def _members(self, names: list[str]) -> list[int]:
        found = members_named(names)
        unknown = [name for name in names if name.lower() not in found]
        if unknown:
            shown = ", ".join(unknown[:UNKNOWN_SHOWN])
            more = f" … (+{len(unknown) - UNKNOWN_SHOWN})" if len(unknown) > UNKNOWN_SHOWN else ""
            self.add_error("named", _("Nobody is known as: %(names)s") % {"names": shown + more})
        elif not names:
            self.add_error("named", _("Name at least one."))
        return sorted(set(found.values()))


def members_named(names: list[str]) -> dict[str, int]:
    """The members behind e-mail addresses and member numbers, by what they were called."""
    field: Any = Member._meta.get_field("public_id")
    low = [name.lower() for name in names]
    numbers = [name for name in low if field.parse(name)]
    by_number = Member.objects.filter(public_id__in=numbers).values_list("public_id", "pk")
    by_address = Member.objects.filter(user__email__in=set(low) - set(numbers)).values_list("user__email", "pk")
    return {name.lower(): pk for name, pk in [*by_number, *by_address]}

"""What a customer's administrator writes to have a contract changed, or kept (rift/5.2, 15.2)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.enums import WishTopic
from contracts.forms.support import VisibleField
from contracts.models import Contract
from contracts.services.change_wishes import Wish


class WishForm(forms.Form):
    """What is to be changed, from when."""

    topic = forms.ChoiceField(label=_("What is to change"), choices=WishTopic, widget=forms.RadioSelect)
    fee = forms.ChoiceField(
        label=_("Which fee"), required=False, help_text=_("For a price, or a number of users or units.")
    )
    text = VisibleField(label=_("What do you want, and why?"), max_length=4000)
    wanted_on = forms.DateField(
        label=_("Wanted from"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: as soon as both sides have agreed."),
    )  # fmt: skip

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fees = [(str(one.position), f"{one.position}. {one}") for one in contract.fees.order_by("position")]
        self.fields["fee"].choices = [("", "–"), *fees]  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        """What was written, as the service takes it."""
        given = self.cleaned_data
        fee = int(given["fee"]) if given["fee"] else None
        return Wish(WishTopic(given["topic"]), given["text"], fee, given["wanted_on"])


class DemandForm(forms.Form):
    """A breach of ours that is to be cured."""

    what = VisibleField(
        label=_("What have we breached, since when, and what do you demand?"), max_length=2000,
        help_text=_("Name the article of the terms or of a document where you can."),
    )  # fmt: skip

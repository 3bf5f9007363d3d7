"""Cards, and paying with them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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


class PayForm(forms.Form):
    """Pay what is owed on an invoice; once, however often the button is pressed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


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

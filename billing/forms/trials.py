"""Free trials and promotions."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.rules.trials import Starts


class PaidFromForm(forms.Form):
    """The day from which use is paid; one of those that can be chosen."""

    paid_from = forms.DateField(
        label=_("Paid from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Between the last free day and this one the service is closed to you, and nothing is charged."),
    )  # fmt: skip

    def __init__(self, *args: Any, starts: Starts, chosen: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["paid_from"]
        field.initial = chosen or starts.first
        field.widget.attrs |= {"min": starts.first.isoformat(), "max": starts.last.isoformat()}


class StartTrialForm(PaidFromForm):
    """Begin a free trial; whoever agrees goes on paying after it. Nothing is ticked beforehand."""

    agrees = forms.BooleanField(
        label=_("I agree that my use is paid after the free trial, as told above."), required=False
    )


class TrialForm(PaidFromForm):
    """Agree to paid use after a trial from a day, or take that back: the two buttons of its page."""

    action = forms.ChoiceField(choices=[("agree", _("Agree")), ("take-back", _("Take back"))], widget=forms.HiddenInput)


class JoinPromotionForm(forms.Form):
    """Join a promotion under its terms."""

    agreed = forms.BooleanField(
        label=_("I agree to the terms of this promotion."),
        error_messages={"required": _("A promotion is joined only with your agreement to its terms.")},
    )

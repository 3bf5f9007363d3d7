"""Free trials and promotions."""

from django import forms
from django.utils.translation import gettext_lazy as _


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

"""The style guide's form: every kind of control, with nothing behind it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("As it stands on your identity card or registration."))
    email = forms.EmailField(label=_("E-mail address"))
    amount = forms.DecimalField(label=_("Amount"), required=False, help_text=_("Without tax."))
    currency = forms.ChoiceField(label=_("Currency"), choices=[("KRW", "KRW"), ("USD", "USD")])
    kind = forms.ChoiceField(
        label=_("Kind of membership"), widget=forms.RadioSelect, choices=[("a", _("Individual")), ("b", _("Firm"))]
    )
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label=_("I have read this and agree."))

"""What people of a customer write to support, and about invoices."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.enums import ApprovalKind, CaseAbout, Severity
from upstage_console.kernel.wording import is_visible

LONGEST_TEXT = 10_000


class VisibleField(forms.CharField):
    """Some text that one can see."""

    widget = forms.Textarea(attrs={"rows": 6})

    def validate(self, value: Any) -> None:
        """Spaces and invisible characters alone say nothing."""
        super().validate(value)
        if self.required and not is_visible(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")


class CaseForm(forms.Form):
    """A new case."""

    about = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    severity = forms.ChoiceField(label=_("Severity"), widget=forms.RadioSelect)
    subject = forms.CharField(label=pgettext_lazy("case", "Subject"), max_length=200)
    text = VisibleField(label=_("What happens, since when, and for whom?"), max_length=LONGEST_TEXT)

    def __init__(
        self, *args: Any, severities: Sequence[str], abouts: Sequence[CaseAbout], **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [(one.value, one.label) for one in abouts]  # type: ignore[attr-defined]
        self.fields["about"].initial = abouts[0]
        choices = [(one, Severity(one).label) for one in Severity.values if one in severities]
        self.fields["severity"].choices = choices  # type: ignore[attr-defined]


class MessageForm(forms.Form):
    """A message in a case."""

    text = VisibleField(label=_("Message"), max_length=LONGEST_TEXT)


class DisputeForm(forms.Form):
    """What is wrong with an invoice."""

    reason = VisibleField(label=_("What is wrong?"), max_length=2000)


class ReasonsForm(forms.Form):
    """Why something is sent back or objected to."""

    reason = VisibleField(label=_("Reasons"), max_length=2000)


class ApprovalForm(forms.Form):
    """What needs prior written approval."""

    kind = forms.ChoiceField(label=_("What for"))
    to = forms.CharField(label=_("Third party"), max_length=120)
    service = forms.CharField(
        label=_("Service"), max_length=120, required=False, help_text=_("For resale, lease and delegation: which one.")
    )
    purpose = VisibleField(label=_("Purpose"), max_length=2000)
    from_on = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: as long as the contract."),
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Iterable[ApprovalKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]

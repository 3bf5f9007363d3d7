"""The form of a verb: its fields, the reason, and what the person has seen of the effect."""

import uuid
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from upstage_console.kernel.wording import is_visible

PLACEHOLDER = "…"


class KeptFile(forms.FileField):
    """A file that is kept as it is handed in, of at most so many bytes."""

    MOST_MEGABYTES: Final = 20

    def __init__(self, **kwargs: Any) -> None:
        most = format_lazy(_("At most {most} MB."), most=self.MOST_MEGABYTES)
        super().__init__(**{"help_text": most, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Not empty, and not larger than what is kept."""
        upload = super().clean(data, initial)
        if upload and upload.size > self.MOST_MEGABYTES * 1024 * 1024:
            raise ValidationError(format_lazy(_("The file is larger than {most} MB."), most=self.MOST_MEGABYTES))
        return upload


class ReasonForm(forms.Form):
    """The reason, kept in the audit trail; verbs that need more add their fields.

    `nonce` names this one use of the form, so that a form sent twice does a deed of money once.
    """

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Kept in the history, with your name."),
    )
    nonce = forms.CharField(widget=forms.HiddenInput, max_length=32)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    field_order: list[str] | None = None

    def __init__(self, *args: Any, row: Any = None, at: datetime | None = None, **kwargs: Any) -> None:
        self.row, self.at = row, at
        kwargs["initial"] = {"nonce": uuid.uuid4().hex, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        own = [name for name in self.fields if name not in ReasonForm.base_fields]
        self.order_fields([*own, *ReasonForm.base_fields])

    def clean_reason(self) -> str:
        """A reason is something to read: spaces, and characters that nobody sees, are none."""
        given: str = self.cleaned_data["reason"]
        if self.fields["reason"].required and not is_visible(given):
            raise ValidationError(_("Write a reason that can be read."))
        return given

    def first_look(self) -> dict[str, Any]:
        """What the form would say if it were sent as it is shown first."""
        shown = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        return {name: value for name, value in shown.items() if value is not None} | {"reason": PLACEHOLDER}


class NoReasonForm(ReasonForm):
    """A verb that needs no words, such as taking on a task."""

    reason = forms.CharField(required=False, widget=forms.HiddenInput)


class OutcomeForm(ReasonForm):
    """The reason is the outcome itself."""

    reason = forms.CharField(label=_("Outcome"), max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))

"""What staff are asked about a draft, and about leaving one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from contracts.admin import fee_lines
from contracts.enums import RefusalGround
from contracts.models import Contract
from contracts.services.drafting import Draft, FeeLine
from upstage_console.kernel.admin import ReasonForm


def whole(label: Any, most: int, help_text: Any = "") -> forms.IntegerField:
    """A whole number from 1 on."""
    return forms.IntegerField(
        label=label, min_value=1, max_value=most, required=False, help_text=help_text,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip


class DraftForm(ReasonForm):
    """A contract as it is proposed."""

    title = forms.CharField(label=_("Title"), max_length=120, widget=UnfoldAdminTextInputWidget)
    starts_on = forms.DateField(
        label=_("Starts on"), required=False, widget=UnfoldAdminDateWidget,
        help_text=_("Empty: on the day it is concluded."),
    )  # fmt: skip
    months = whole(_("Months"), 600, _("Empty, without an end: one year (15.1)."))
    ends_on = forms.DateField(
        label=_("Ends on"), required=False, widget=UnfoldAdminDateWidget, help_text=_("Instead of months.")
    )
    payment_days = whole(_("Days to pay"), 365, _("From receipt of the invoice (7.2)."))
    late_rate = forms.DecimalField(
        label=_("Late interest"), required=False, min_value=0, max_digits=5, decimal_places=3,
        widget=UnfoldAdminDecimalFieldWidget, help_text=_("Percent a year. Empty: the statutory rate."),
    )  # fmt: skip
    fees = forms.CharField(
        label=_("Fees"), max_length=20_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_(
            "One a line: flat, seat, project, usage or startup; the amount without tax; where it fits included=, "
            "prepaid=, milestone= or, for usage, steps= with the units after which another price holds; and after # "
            "what it is. For example: seat 26000 included=3 # desk, or: usage 50 steps=1000:45,5000:40"
        ),
    )  # fmt: skip

    def clean_fees(self) -> list[FeeLine]:
        return fee_lines.read(self.cleaned_data["fees"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("months") and given.get("ends_on"):
            raise ValidationError(_("Give months or an end, not both."))
        return given

    @staticmethod
    def asked(given: Any) -> Draft:
        """What a filled form asks for."""
        names = ("title", "fees", "starts_on", "ends_on", "months", "payment_days", "late_rate")
        return Draft(**{name: given[name] for name in names})

    @staticmethod
    def said_of(row: Contract) -> dict[str, Any]:
        """A draft as the form has it."""
        return {
            "title": row.title, "starts_on": row.starts_on, "months": row.months, "payment_days": row.payment_days,
            "ends_on": None if row.months else row.ends_on, "late_rate": row.late_rate,
            "fees": fee_lines.written(row.fees.all()),
        }  # fmt: skip


class RefuseForm(ReasonForm):
    ground = forms.ChoiceField(label=_("Ground (4.3)"), choices=RefusalGround, widget=UnfoldAdminSelectWidget)

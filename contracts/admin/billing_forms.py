"""What staff are asked about fees, breaches, the end of a contract and compensation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from billing.enums import Fault
from contracts.enums import EndReason, FeeKind, Side
from upstage_console.kernel.admin import ReasonForm


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=UnfoldAdminDateWidget)


def amount_field(label: Any, *, required: bool = True, places: int = 2, help_text: Any = "") -> forms.DecimalField:
    """An amount, not below 0."""
    return forms.DecimalField(
        label=label, required=required, min_value=0, max_digits=20, decimal_places=places, help_text=help_text,
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip


def choice_field(label: Any, choices: Any) -> forms.ChoiceField:
    """One of some."""
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget)


class MonthForm(ReasonForm):
    month = day_field(_("Month"), help_text=_("Any day of it."))


class AmountForm(ReasonForm):
    amount = amount_field(_("Amount"), help_text=_("Without tax."))
    what_ko = forms.CharField(label=_("What for (Korean)"), max_length=200, widget=UnfoldAdminTextInputWidget)
    what_en = forms.CharField(label=_("What for (English)"), max_length=200, widget=UnfoldAdminTextInputWidget)


class FeeForm(ReasonForm):
    """A form that asks for one of the contract's fees."""

    fee = choice_field(_("Fee"), ())
    kinds = tuple(FeeKind.values)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fees = self.row.fees.filter(kind__in=self.kinds).order_by("position")
        self.fields["fee"].choices = [(str(fee.position), f"{fee.position}. {fee}") for fee in fees]  # type: ignore[attr-defined]


class ChangeForm(FeeForm):
    amount = amount_field(_("New amount"), places=6, help_text=_("Without tax."))
    from_on = day_field(_("From"))


class PromotionForm(ReasonForm):
    percent = amount_field(_("Percent off"), places=3)
    until = day_field(_("Until the end of"))


class MilestoneForm(ReasonForm):
    milestone = choice_field(_("Milestone"), ())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fees = self.row.fees.filter(kind=FeeKind.PROJECT, acceptance__isnull=True).order_by("position")
        self.fields["milestone"].choices = [(fee.milestone, fee.milestone or str(fee)) for fee in fees]  # type: ignore[attr-defined]


class DeliveryForm(ReasonForm):
    received_on = day_field(_("Received on"))
    how = forms.CharField(
        label=_("Proof of delivery"), max_length=200, widget=UnfoldAdminTextInputWidget,
        help_text=_("For example the number of the registered mail."),
    )  # fmt: skip


class DemandForm(ReasonForm):
    side = choice_field(_("Demanded by"), Side.choices)
    what = forms.CharField(label=_("What is to be cured"), max_length=2000, widget=UnfoldAdminTextareaWidget)
    received_on = day_field(_("Received on"), required=False, help_text=_("Empty: it has not arrived yet."))
    how = forms.CharField(
        label=_("Proof of delivery"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )  # fmt: skip


class EndForm(ReasonForm):
    side = choice_field(_("Terminated by"), Side.choices)
    ground = choice_field(_("Ground"), EndReason.choices)
    upfront = amount_field(
        _("Proven up-front investment"), required=False,
        help_text=_("Without tax; what of it was prepaid and is not performed goes back less this (15.3)."),
    )  # fmt: skip


class AwardForm(ReasonForm):
    amount = amount_field(_("Amount"))
    incident_on = day_field(_("Day of the incident"))
    fault = choice_field(_("Fault"), Fault.choices)

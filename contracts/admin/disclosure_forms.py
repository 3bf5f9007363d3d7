"""What staff are asked about demands of authorities."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from contracts.admin.billing_forms import choice_field, day_field
from contracts.admin.service_fields import area, line
from contracts.enums import DemandBasis, DisclosedData
from contracts.rules.disclosures import Item
from contracts.services.disclosures import Bar, Demand
from upstage_console.kernel.admin import ReasonForm

SIGNS = {"+": True, "-": False}


class BarForm(ReasonForm):
    """The law that forbids telling the customer, and until when."""

    bar_basis = line(gettext_lazy("Law that forbids telling the customer"), 300)
    barred_until = day_field(gettext_lazy("Not to be told until the end of"))

    @staticmethod
    def bar(given: Mapping[str, Any]) -> Bar | None:
        """The bar that a filled form names, if it names one."""
        return Bar(given["bar_basis"], given["barred_until"]) if given["barred_until"] else None


class DemandForm(BarForm):
    """A demand as it was received, with what would be given of it."""

    authority = line(gettext_lazy("Authority"), 120)
    reference = line(gettext_lazy("Number of the demand"), 120)
    basis_kind = choice_field(gettext_lazy("Basis"), DemandBasis.choices)
    basis = line(gettext_lazy("Statute and article, or court and number"), 300)
    received_on = day_field(gettext_lazy("Received on"))
    answer_by = day_field(gettext_lazy("To be answered until"), required=False)
    contract = forms.ChoiceField(label=gettext_lazy("Contract"), required=False, widget=UnfoldAdminSelectWidget)
    items = area(gettext_lazy("Data"), 10_000, rows=5)
    bar_basis = line(
        gettext_lazy("Law that forbids telling the customer"), 300, required=False,
        help_text=gettext_lazy("Empty: the customer is told with the approval, before anything is given out."),
    )  # fmt: skip
    barred_until = day_field(gettext_lazy("Not to be told until the end of"), required=False)

    field_order = [
        "authority", "reference", "basis_kind", "basis", "received_on", "answer_by", "contract", "items", "bar_basis",
        "barred_until",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = self.row.contracts.order_by("-pk").values_list("public_id", "title")
        self.fields["contract"].choices = [("", "–"), *contracts]  # type: ignore[attr-defined]
        self.fields["items"].help_text = _(
            "One a line, + given or - withheld: + contacts | which of it | why. Known: %(known)s."
        ) % {"known": ", ".join(DisclosedData.values)}

    def clean_items(self) -> list[Item]:
        return [_item(one) for one in self.cleaned_data["items"].splitlines() if one.strip()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(given.get("bar_basis")) != bool(given.get("barred_until")):
            raise ValidationError(_("Name the law and the day, or neither."))
        return given

    @classmethod
    def asked(cls, given: Mapping[str, Any]) -> Demand:
        """What a filled form says."""
        names = ("authority", "reference", "basis", "received_on", "answer_by", "items")
        return Demand(
            basis_kind=DemandBasis(given["basis_kind"]), contract_id=given["contract"], bar=cls.bar(given),
            **{name: given[name] for name in names},
        )  # fmt: skip


def _item(written: str) -> Item:
    sign, rest = written.strip()[:1], written.strip()[1:]
    parts = [part.strip() for part in rest.split("|")]
    if sign not in SIGNS or parts[0] not in DisclosedData.values or len(parts) > 3:
        raise ValidationError(_("This is no line of data: “%(line)s”."), params={"line": written})
    data, is_given = DisclosedData(parts[0]), SIGNS[sign]
    if not is_given:
        return Item(data, False, " | ".join(parts[1:]))
    return Item(data, True, *reversed((parts[1:] + ["", ""])[:2]))


class HandedForm(ReasonForm):
    handed = area(gettext_lazy("To whom, how, and what proves it"), 1000, rows=3)

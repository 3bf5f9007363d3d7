"""What staff are asked about documents."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from contracts.enums import PaperKind, SowPart
from contracts.models import Contract, ContractDocument
from contracts.services.documents import Paper, SowGiven, SowLine
from contracts.services.files import Given
from upstage_console.kernel.admin import KeptFile, ReasonForm

TOPIC: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def says_field() -> forms.CharField:
    """What a document says, one topic a line."""
    return forms.CharField(
        label=gettext_lazy("What it says"), max_length=5000, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One topic a line, such as payment_days = 30. The software reads payment_days and cure_days."
        ),
    )  # fmt: skip


def says_of(text: str) -> dict[str, int | str]:
    """The topics of a text with their values; whole numbers are numbers."""
    said: dict[str, int | str] = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        topic, sign, value = (part.strip() for part in line.partition("="))
        if not (TOPIC.fullmatch(topic) and sign and value) or topic in said:
            raise forms.ValidationError(_("This is no topic with a value: “%(line)s”.") % {"line": line})
        said[topic] = int(value) if re.fullmatch(r"[0-9]{1,9}", value) else value
    return said


class SaysForm(ReasonForm):
    """A document that the console writes."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, widget=UnfoldAdminTextInputWidget)
    says = says_field()
    valid_until = forms.DateField(
        label=gettext_lazy("Offer valid until"), required=False, widget=UnfoldAdminDateWidget
    )  # fmt: skip
    prevails_over = forms.MultipleChoiceField(
        label=gettext_lazy("Says to prevail over"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contract = self.row if isinstance(self.row, Contract) else self.row.contract
        papers = ContractDocument.objects.filter(contract=contract)
        known = [(one.public_id, f"{one.get_kind_display()} · {one.title}") for one in papers]
        self.fields["prevails_over"].choices = known  # type: ignore[attr-defined]

    def clean_says(self) -> dict[str, int | str]:
        return says_of(self.cleaned_data["says"])


class PaperForm(SaysForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), widget=UnfoldAdminSelectWidget,
        choices=[choice for choice in PaperKind.choices if choice[0] != PaperKind.SOW],
    )  # fmt: skip

    field_order = ["kind"]

    @staticmethod
    def asked(given: Mapping[str, Any]) -> Paper:
        """What a filled form asks for."""
        return Paper(
            PaperKind(given["kind"]), given["title"], given["says"], tuple(given["prevails_over"]), given["valid_until"]
        )


SOW_EXAMPLE: Final = "staffing | 개발자 | 2.5"
NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class SowForm(SaysForm):
    """A statement of work, whose rows are lines."""

    period_from = forms.DateField(label=gettext_lazy("Period from"), widget=UnfoldAdminDateWidget)
    period_to = forms.DateField(label=gettext_lazy("Period to"), widget=UnfoldAdminDateWidget)
    inspection_days = forms.IntegerField(
        label=gettext_lazy("Days to inspect deliverables"), required=False, min_value=1, max_value=365,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    silence_accepts = forms.BooleanField(
        label=gettext_lazy("Silence accepts deliverables"), required=False, widget=UnfoldBooleanWidget
    )
    lines = forms.CharField(
        label=gettext_lazy("Rows"), max_length=20_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: function, service_level, staffing, deliverable, milestone, security or rate | what | "
            "person-months, amount or day | detail. For example: staffing | developer | 2.5"
        ),
    )  # fmt: skip

    def clean_lines(self) -> list[SowLine]:
        written = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        return [_sow_line(line) for line in written]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("silence_accepts") and not given.get("inspection_days"):
            self.add_error("inspection_days", _("Silence accepts only after a number of days."))
        return given

    @staticmethod
    def asked(given: Mapping[str, Any]) -> Paper:
        """What a filled form asks for."""
        sow = SowGiven(
            given["period_from"], given["period_to"], given["lines"], given["inspection_days"], given["silence_accepts"]
        )
        return Paper(
            PaperKind.SOW, given["title"], given["says"], tuple(given["prevails_over"]), given["valid_until"], sow=sow
        )


def _sow_line(line: str) -> SowLine:
    part, what, value, detail = ([cell.strip() for cell in line.split("|")] + ["", "", "", ""])[:4]
    number = Decimal(value) if NUMBER.fullmatch(value) else None
    is_staffing, is_day = part == SowPart.STAFFING, bool(DAY.fullmatch(value))
    wrong = part not in SowPart.values or not what or len(what) > 200 or len(detail) > 500
    if wrong or (is_staffing and not number) or (value and number is None and not is_day):
        facts = {"line": line, "example": SOW_EXAMPLE}
        raise forms.ValidationError(_("This is no row: “%(line)s”. Write: %(example)s") % facts)
    return SowLine(
        part, what, detail, person_months=number if is_staffing else None, amount=None if is_staffing else number,
        due_on=_day(value) if is_day else None,
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise forms.ValidationError(_("“%(day)s” is no day.") % {"day": text}) from None


class AskForm(ReasonForm):
    """Who signs, in which order, until when."""

    sign_by = forms.DateField(label=gettext_lazy("To be signed until"), widget=UnfoldAdminDateWidget)
    contact = forms.ChoiceField(label=gettext_lazy("For the customer"), widget=UnfoldAdminSelectWidget)
    company_first = forms.BooleanField(
        label=gettext_lazy("You sign first, for the company"), required=False, initial=True, widget=UnfoldBooleanWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: ContractDocument = self.row
        known = row.customer.contacts.filter(may_sign=True, left_at__isnull=True)
        choices = [(one.public_id, f"{one.name} · {one.email}") for one in known]
        self.fields["contact"].choices = choices  # type: ignore[attr-defined]


# Uploads


class UploadForm(forms.Form):
    """A file with the reason why it is handed in."""

    file = KeptFile(label=gettext_lazy("File"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Kept in the history, with your name."),
    )  # fmt: skip

    def given(self) -> Given:
        """The file as it was handed in."""
        upload = self.cleaned_data["file"]
        return Given(upload.name, upload.content_type or "application/octet-stream", upload.read())


class HandInForm(UploadForm):
    """A document that exists as a file."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=PaperKind, widget=UnfoldAdminSelectWidget)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, widget=UnfoldAdminTextInputWidget)
    says = says_field()

    field_order = ["kind", "title", "file", "says", "reason"]

    def clean_says(self) -> dict[str, int | str]:
        return says_of(self.cleaned_data["says"])


class SignedForm(UploadForm):
    """The scan of what both sides signed on paper."""

    on = forms.DateField(label=gettext_lazy("Signed on"), widget=UnfoldAdminDateWidget)
    signers = forms.CharField(label=gettext_lazy("Who signed"), max_length=300, widget=UnfoldAdminTextInputWidget)

    field_order = ["file", "on", "signers", "reason"]


class MessageForm(UploadForm):
    """The raw message of an approval by e-mail."""

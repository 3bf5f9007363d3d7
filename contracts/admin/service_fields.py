"""Fields and words that the verbs of service levels and support share."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.board_forms import moment
from contracts.errors.cases import InvalidHours
from contracts.rules.calendars import Window
from contracts.rules.service_credits import Step
from contracts.rules.spans import Span
from upstage_console.kernel import wording
from upstage_console.kernel.admin import ReasonForm

LIST_AREA = {"rows": 3, "spellcheck": "false"}


def percent(label: Any, **more: Any) -> forms.DecimalField:
    """A percentage."""
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, max_digits=7, decimal_places=4, widget=UnfoldAdminDecimalFieldWidget,
        **more,
    )  # fmt: skip


def whole(label: Any, *, least: int = 0, most: int = 10_000, **more: Any) -> forms.IntegerField:
    """A whole number."""
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=UnfoldAdminIntegerFieldWidget, **more
    )


def line(label: Any, most: int = 200, **more: Any) -> forms.CharField:
    """A line of text."""
    return forms.CharField(label=label, max_length=most, widget=UnfoldAdminTextInputWidget, **more)


def area(label: Any, most: int = 10_000, rows: int = 4, **more: Any) -> forms.CharField:
    """A longer text."""
    return forms.CharField(label=label, max_length=most, widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}), **more)


class SpanForm(ReasonForm):
    """A stretch of time, in Korean time."""

    starts_at = moment(_("From"))
    ends_at = moment(_("To"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "starts_at" in given and "ends_at" in given and given["ends_at"] <= given["starts_at"]:
            raise ValidationError(_("It ends after it begins."))
        return given

    @staticmethod
    def span(given: Any) -> Span:
        """The stretch that a filled form tells."""
        return Span(given["starts_at"], given["ends_at"])


def steps(text: str) -> list[Step]:
    """Steps of a ladder, one a line: below so many percent, so many percent back."""
    return [_step(written) for written in text.splitlines() if written.strip()]


def _step(written: str) -> Step:
    try:
        below, back = (Decimal(figure) for figure in written.split())
    except (InvalidOperation, ValueError) as error:
        raise ValidationError(_("“%(line)s” is no step: 99.5 5"), params={"line": written}) from error
    return Step(below, back)


def hours(text: str) -> list[str]:
    """Hours of a day, such as `09:00-12:00, 13:00-18:00`."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return [str(Window.parse(part)) for part in found]
    except InvalidHours as refusal:
        raise ValidationError(str(refusal)) from refusal


def at_words(at: datetime | None) -> str:
    """An instant in the language of the page."""
    return wording.moment(at, wording.tongue(get_language())) if at else "–"


def minutes_words(seconds: int) -> str:
    """A length in hours and minutes, as a clock has it."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def joined(parts: Sequence[str]) -> str:
    """What there is of several words, with dots between."""
    return " · ".join(part for part in parts if part)


def contract_page(row: Any) -> str:
    """Where the contract of a row stands."""
    return reverse("admin:contracts_contract_change", args=[row.contract_id])

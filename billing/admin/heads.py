"""Amounts with what they are for, as staff type them: one a line."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from upstage_console.kernel.figures import PLAIN_DIGITS

MOST_LINES: Final = 50
MOST_WORDS: Final = 180


@dataclass(frozen=True)
class Item:
    """An amount and what it is for."""

    amount: Decimal
    what: str


class ItemsField(forms.CharField):
    """Lines such as `1,200,000 server replaced`."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"max_length": 8000, "required": False, "widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
        super().__init__(**(given | {"help_text": _("One a line: the amount, then what it is for.")} | kwargs))

    def clean(self, value: Any) -> Any:
        """The items; an empty field has none."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(most)s lines."), params={"most": MOST_LINES})
        return [_item(line) for line in lines]


def _item(line: str) -> Item:
    figure, _space, what = line.partition(" ")
    figure, what = figure.replace(",", ""), what.strip()
    if not PLAIN_DIGITS.fullmatch(figure) or not what:
        raise ValidationError(_("“%(line)s” is no amount followed by what it is for."), params={"line": line})
    return Item(Decimal(figure), what[:MOST_WORDS])

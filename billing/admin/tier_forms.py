"""What staff write down of a table of bonus tiers: one tier a line."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextareaWidget

from billing.enums import PurchaseMode
from billing.rules.bonus import TierLine
from upstage_console.kernel.admin import ReasonForm
from upstage_console.kernel.figures import plain
from upstage_console.kernel.money import CURRENCIES

LINE = re.compile(
    r"(?P<mode>[a-z]+)\s+(?P<currency>[A-Z]{3})\s+(?P<minimum>[0-9]{1,12}(?:\.[0-9]{1,2})?)"
    r"\s+(?P<percent>[0-9]{1,3}(?:\.[0-9]{1,2})?)\s*%?(?:\s+(?P<days>[0-9]{1,5}))?"
)
EXAMPLE = "monthly KRW 50000 10"


class TierTableForm(ReasonForm):
    """A whole table as its draft has it."""

    effective_on = forms.DateField(label=gettext_lazy("Effective on"), widget=UnfoldAdminDateWidget)
    lines = forms.CharField(
        label=gettext_lazy("Tiers"), max_length=20_000, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: once, monthly or annual; currency; from which amount without tax; bonus in percent; for once, "
            "how many days it lasts (365 if left out). For example: monthly KRW 50000 10"
        ),
    )  # fmt: skip

    def clean_lines(self) -> list[TierLine]:
        written = [line.strip() for line in self.cleaned_data["lines"].splitlines()]
        found = [(number, line, _read(line)) for number, line in enumerate(written, 1) if line]
        wrong = [(number, line) for number, line, tier in found if tier is None]
        if wrong:
            facts = {"number": wrong[0][0], "line": wrong[0][1], "example": EXAMPLE}
            raise forms.ValidationError(_("Line %(number)s is no tier: “%(line)s”. Write: %(example)s") % facts)
        return [tier for _number, _line, tier in found if tier is not None]


def _read(line: str) -> TierLine | None:
    found = LINE.fullmatch(line)
    if found is None or found["mode"] not in PurchaseMode.values or found["currency"] not in CURRENCIES:
        return None
    if found["days"] and found["mode"] != PurchaseMode.ONCE:
        return None
    days = int(found["days"]) if found["days"] else None
    return TierLine(found["mode"], found["currency"], Decimal(found["minimum"]), Decimal(found["percent"]), days)


def written(lines: Iterable[TierLine]) -> str:
    """The lines of a table as the form has them."""
    return "\n".join(_written(line) for line in lines)


def _written(line: TierLine) -> str:
    parts = [line.mode, line.currency, plain(line.minimum), plain(line.percent)]
    return " ".join([*parts, *([str(line.valid_days)] if line.valid_days else [])])


def asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a filled form asks of the service."""
    return {"lines": given["lines"], "effective_on": given["effective_on"], "reason": given["reason"]}

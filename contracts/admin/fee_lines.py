"""What staff write down of a contract's fees: one fee a line."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from contracts.enums import FeeKind
from contracts.models import ContractFee
from contracts.services.drafting import FeeLine
from upstage_console.kernel.figures import plain

LINE = re.compile(
    r"(?P<kind>[a-z]+)\s+(?P<amount>[0-9]{1,12}(?:\.[0-9]{1,6})?)(?P<more>(?:\s+[a-z]+=[^\s#]+)*)(?:\s*#\s*(?P<what>.{1,120}))?"
)
FIGURE = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"
NUMBERS = {
    "included": re.compile(FIGURE), "prepaid": re.compile(r"[1-9][0-9]{0,2}"),
    "steps": re.compile(f"{FIGURE}:{FIGURE}(?:,{FIGURE}:{FIGURE})*"),
}  # fmt: skip
OF_KINDS = {
    "included": {FeeKind.SEAT, FeeKind.USAGE}, "prepaid": {FeeKind.FLAT}, "milestone": {FeeKind.PROJECT},
    "steps": {FeeKind.USAGE},
}  # fmt: skip
EXAMPLE = "seat 26000 included=3 # desk"


def read(text: str) -> list[FeeLine]:
    """The fees of a text; what is no fee is told with its line."""
    written = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found = [(number, line, _read(line)) for number, line in written]
    wrong = next(((number, line) for number, line, fee in found if fee is None), None)
    if wrong is not None:
        facts = {"number": wrong[0], "line": wrong[1], "example": EXAMPLE}
        raise forms.ValidationError(_("Line %(number)s is no fee: “%(line)s”. Write: %(example)s") % facts)
    return [fee for _number, _line, fee in found if fee is not None]


def _read(line: str) -> FeeLine | None:
    found = LINE.fullmatch(line)
    if found is None or found["kind"] not in FeeKind.values:
        return None
    given = [pair.split("=", 1) for pair in found["more"].split()]
    more = dict(given)
    if len(more) != len(given) or not all(_fits(name, value, found["kind"]) for name, value in more.items()):
        return None
    return FeeLine(found["kind"], Decimal(found["amount"]), what=(found["what"] or "").strip(), **_values(more))


def _fits(name: str, value: str, kind: str) -> bool:
    if kind not in OF_KINDS.get(name, ()):
        return False
    return len(value) <= 80 if name == "milestone" else bool(NUMBERS[name].fullmatch(value))


def _values(more: dict[str, str]) -> dict[str, Any]:
    read_as: dict[str, Any] = {"included": Decimal, "prepaid": int, "milestone": str, "steps": _steps}
    return {name: read_as[name](value) for name, value in more.items()}


def _steps(value: str) -> list[dict[str, str]]:
    """`1000:45,5000:40`: after so many units of a month, so much for each."""
    pairs = (pair.split(":") for pair in value.split(","))
    return [{"after": after, "amount": amount} for after, amount in pairs]


def written(fees: Iterable[ContractFee]) -> str:
    """The fees of a contract as the form has them."""
    return "\n".join(_written(fee) for fee in fees)


def _written(fee: ContractFee) -> str:
    parts = [fee.kind, plain(fee.amount)]
    if fee.included is not None:
        parts.append(f"included={plain(fee.included)}")
    if fee.steps:
        parts.append("steps=" + ",".join(f"{one['after']}:{one['amount']}" for one in fee.steps))
    if fee.prepaid is not None:
        parts.append(f"prepaid={fee.prepaid}")
    if fee.milestone:
        parts.append(f"milestone={fee.milestone}")
    return " ".join([*parts, *(["#", fee.what] if fee.what else [])])

"""How a member's own data is written: CSV that spreadsheets open safely, JSON that programs read (upstage/6.5, 21)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from upstage_console.kernel.clock import KST
from upstage_console.kernel.figures import plain

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  wide ones count as well
"""What a spreadsheet takes for the beginning of a formula; those for East Asia take the wide characters, too."""


def value(fact: Any) -> Any:
    """A fact as JSON has it: amounts as exact text, instants in Korean time, lists as lists."""
    match fact:
        case Decimal():
            return plain(fact)
        case datetime():
            return fact.astimezone(KST).isoformat(timespec="seconds")
        case date():
            return fact.isoformat()
        case None | bool() | int() | str() | list() | dict():
            return fact
    return str(fact)


def cell(fact: Any) -> str:
    """A fact as a cell of CSV. Text that would run as a formula gets an apostrophe; numbers stay numbers."""
    match fact:
        case None:
            return ""
        case Decimal() | int():
            return str(value(fact))
        case list() | tuple():
            return cell(", ".join(str(value(one)) for one in fact))
    text = str(value(fact))
    return f"'{text}" if text.startswith(FORMULA) else text


def cells(row: Iterable[Any]) -> list[str]:
    """A row of CSV."""
    return [cell(fact) for fact in row]

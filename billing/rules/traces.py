"""Reading a trace of LLM requests: one row a request, with the tokens in and out (Azure Public Dataset)."""

from collections.abc import Iterable, Iterator
from csv import reader
from dataclasses import dataclass
from datetime import datetime

from billing.errors import NotUsageFile
from billing.rules.rating import MOST_QUANTITY

COLUMNS = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"]
EARLIEST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its row, when it came (UTC), and its tokens."""

    row: int
    at: datetime
    context: int
    generated: int


def read(lines: Iterable[str], *, until: datetime) -> Iterator[Request]:
    """The requests of a trace in their order; refuses with `not_usage`, naming the line, at the first that is none."""
    rows = reader(lines)
    if next(rows, None) != COLUMNS:
        raise NotUsageFile(facts={"why": f"the first line must read {','.join(COLUMNS)}"})
    number = 0
    for number, row in enumerate(rows, start=1):
        yield _request(number, row, until)
    if number == 0:
        raise NotUsageFile(facts={"why": "it holds no requests"})


def _request(number: int, row: list[str], until: datetime) -> Request:
    line = number + 1
    if len(row) != len(COLUMNS):
        raise NotUsageFile(facts={"why": f"line {line} has {len(row)} columns instead of {len(COLUMNS)}"})
    return Request(number, _instant(row[0], line, until), _tokens(row[1], line), _tokens(row[2], line))


def _instant(text: str, line: int, until: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(f"{text}+00:00")
    except ValueError:
        raise NotUsageFile(facts={"why": f"line {line}: “{text[:40]}” is not a time"}) from None
    if at.year < EARLIEST_YEAR or at > until:
        raise NotUsageFile(facts={"why": f"line {line}: {text[:40]} cannot be when it was used"})
    return at


def _tokens(text: str, line: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= MOST_QUANTITY):
        raise NotUsageFile(facts={"why": f"line {line}: “{text[:40]}” is not a number of tokens"})
    return int(text)

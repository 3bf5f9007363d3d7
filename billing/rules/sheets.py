"""Tables as files for accountants: CSV that runs no formula, and XLSX written row by row (no clause asks for it).

Both are written while the rows are read, so a file of any length costs no memory: the formats of tablib, which
django-import-export writes by, keep all rows as a data set first, a gigabyte for a million. So the columns are those of
its resources (queries/accounting.py), and the workbook is openpyxl's, as theirs is, in its mode that only writes.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from accounts.rules.exports import cells, value
from upstage_console.kernel.clock import KST

BOM: Final = "\ufeff"
"""Spreadsheets in Korea read UTF-8 only with its mark."""
LINES_AT_A_TIME: Final = 500
MOST_TITLE: Final = 31
"""Characters of a sheet's name."""


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_blocks(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file, many at a time."""
    writer = csv.writer(_Echo())
    waiting = [BOM, writer.writerow(head)]
    for row in rows:
        waiting.append(writer.writerow(cells(row)))
        if len(waiting) >= LINES_AT_A_TIME:
            yield "".join(waiting)
            waiting = []
    yield "".join(waiting)


def xlsx(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """A workbook of one sheet, in a file that is gone once it is closed. Text is text there, never a formula."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    book = Workbook(write_only=True)
    sheet = book.create_sheet(INVALID_TITLE_REGEX.sub(" ", name)[:MOST_TITLE])
    for row in chain([head], rows):
        sheet.append([_cell(sheet, fact) for fact in row])
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, fact: Any) -> Any:
    """Numbers and days are such in a spreadsheet, too; text that begins like a formula stays text."""
    match fact:
        case datetime():
            return fact.astimezone(KST).replace(tzinfo=None)
        case None | Decimal() | int() | date():
            return fact
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(value(fact))))
    cell.data_type = "s"
    return cell

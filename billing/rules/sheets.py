"""Tables as files for accountants: CSV that runs no formula, and XLSX written row by row (no clause asks for it).

Both are written while the rows are read, so a file of any length costs no memory.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from accounts.rules.exports import cells, value

BOM: Final = "\ufeff"
"""Spreadsheets in Korea read UTF-8 only with its mark."""
LINES_AT_A_TIME: Final = 500
CONTROL: Final = {code: None for code in range(32) if code not in (9, 10, 13)}
"""What XML cannot hold."""

TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "</Relationships>"
)
WORKBOOK: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><workbook '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)


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
    with ZipFile(file, "w", ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", TYPES)
        book.writestr("_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"))
        book.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"))
        book.writestr("xl/workbook.xml", WORKBOOK.format(name=escape(name, {'"': "&quot;"})))
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(SHEET.encode())
            sheet.write(_row(head))
            for row in rows:
                sheet.write(_row(row))
            sheet.write(b"</sheetData></worksheet>")
    file.seek(0)
    return file


def _row(row: Iterable[Any]) -> bytes:
    return f"<row>{''.join(map(_cell, row))}</row>".encode()


def _cell(fact: Any) -> str:
    if fact is None or fact == "":
        return "<c/>"
    if isinstance(fact, Decimal | int) and not isinstance(fact, bool):
        return f"<c><v>{value(fact)}</v></c>"
    text = fact.isoformat() if isinstance(fact, date) and not isinstance(fact, datetime) else str(value(fact))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text.translate(CONTROL))}</t></is></c>'

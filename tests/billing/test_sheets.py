"""Files for accountants: nothing in them runs, and what is in them can be read again."""

import csv
from decimal import Decimal
from io import StringIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from billing.rules import sheets

NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROWS = [("=1+1", Decimal("-12.50"), None), ("<&>\x07가", 7, "")]


def test_a_formula_is_text_in_csv():
    text = "".join(sheets.csv_blocks(["a", "b", "c"], ROWS)).removeprefix(sheets.BOM)
    assert list(csv.reader(StringIO(text))) == [["a", "b", "c"], ["'=1+1", "-12.5", ""], ["<&>\x07가", "7", ""]]


def test_a_formula_is_text_in_xlsx():
    with sheets.xlsx('Tables "1"', ["a", "b", "c"], ROWS) as file, ZipFile(file) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ET.fromstring(book.read(name))  # noqa: S314  it was written here
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    cells = [[cell.findtext(f".//{NAMES}t") or cell.findtext(f"{NAMES}v") for cell in row] for row in sheet[0]]
    assert cells == [["a", "b", "c"], ["=1+1", "-12.5", None], ["<&>가", "7", None]]
    assert not list(sheet.iter(f"{NAMES}f"))


def test_many_rows_come_block_by_block():
    blocks = list(sheets.csv_blocks(["a"], ((place,) for place in range(1200))))
    assert len(blocks) == 3

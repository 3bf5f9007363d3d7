"""Files for accountants: nothing in them runs, and what is in them can be read again."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

from openpyxl import load_workbook

from billing.rules import sheets

ROWS = [("=1+1", Decimal("-12.50"), None), ("<&>\x07가", 7, "")]


def test_a_formula_is_text_in_csv():
    text = "".join(sheets.csv_blocks(["a", "b", "c"], ROWS)).removeprefix(sheets.BOM)
    assert list(csv.reader(StringIO(text))) == [["a", "b", "c"], ["'=1+1", "-12.5", ""], ["<&>\x07가", "7", ""]]


def test_a_formula_is_text_in_xlsx():
    with sheets.xlsx('Tables "1" [a/b] of a name that is much too long', ["a", "b", "c"], ROWS) as file:
        (sheet,) = load_workbook(file).worksheets
    assert [[cell.value for cell in row] for row in sheet] == [
        ["a", "b", "c"], ["=1+1", -12.5, None], ["<&>가", 7, None],
    ]  # fmt: skip
    assert {cell.data_type for row in sheet for cell in row} == {"inlineStr", "s", "n"}
    assert sheet.title == 'Tables "1"  a b  of a name that'


def test_days_and_instants_are_such_in_xlsx():
    with sheets.xlsx("Days", ["on", "at"], [(date(2026, 2, 1), datetime(2026, 2, 1, 15, tzinfo=UTC))]) as file:
        (sheet,) = load_workbook(file).worksheets
    assert [cell.value for cell in sheet[2]] == [datetime(2026, 2, 1), datetime(2026, 2, 2)]  # noqa: DTZ001  a sheet's own


def test_many_rows_come_block_by_block():
    blocks = list(sheets.csv_blocks(["a"], ((place,) for place in range(1200))))
    assert len(blocks) == 3

"""Writing a member's own data into one ZIP, a block of rows at a time, so that memory does not grow with the data."""

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from accounts.models import Member
from accounts.rules import exports as rules
from accounts.services.own_data import Part
from upstage_console.kernel import wording

BOM: Final = "utf-8-sig"
"""Spreadsheets in Korea read UTF-8 only with its mark."""

README: Final = """\
{name} ({number})
{at_ko} 기준 / as of {at_en}

[한국어]
업스테이지 콘솔이 보관하는 회원님의 데이터입니다. 각 표는 CSV와 JSON 두 파일로 되어 있으며 내용은 같습니다.
- 시각은 한국 시간, 금액은 계정 통화의 정확한 십진수입니다.
- CSV에서 수식으로 실행될 수 있는 글자로 시작하는 글에는 작은따옴표(')를 앞에 붙였습니다. JSON에는 원문 그대로 있습니다.
- 저장된 파일 자체는 '내 데이터' 화면에서 보관 기간 동안 하나씩 내려받을 수 있습니다.

[English]
This is the data the Upstage Console keeps of you. Each table comes as CSV and as JSON, with the same content.
- Times are Korean time, amounts exact decimals in the currency of your account.
- In CSV, text that a spreadsheet would run as a formula begins with an apostrophe ('). In JSON it is as it was.
- Stored files themselves can be downloaded one by one on the page “Your data” while they are kept.

{tables}
"""


def write_archive(
    target: IO[bytes], member: Member, parts: Sequence[Part], *, at: datetime, done: Callable[[int], object]
) -> None:
    """Write the archive; `done` is told how many parts are finished."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme(member, parts, at).encode(BOM))
        for number, part in enumerate(parts, start=1):
            _write_part(archive, part, member)
            done(number)


def _readme(member: Member, parts: Sequence[Part], at: datetime) -> str:
    tables = "\n".join(f"{part.name}.csv, {part.name}.json: {part.title_ko} / {part.title_en}" for part in parts)
    moments = {f"at_{language}": wording.moment(at, language) for language in wording.LANGUAGES}
    return README.format(name=member.name, number=member.public_id, tables=tables, **moments)


def _write_part(archive: ZipFile, part: Part, member: Member) -> None:
    """Both files from one reading of the rows: a ZIP takes one file at a time, so the JSON waits on disk."""
    with TemporaryFile() as waiting:
        with archive.open(f"{part.name}.csv", "w", force_zip64=True) as raw:
            _write_rows(raw, waiting, part, part.rows(member))
        waiting.seek(0)
        with archive.open(f"{part.name}.json", "w", force_zip64=True) as target:
            shutil.copyfileobj(waiting, target)


def _write_rows(raw: IO[bytes], waiting: IO[bytes], part: Part, rows: Iterable[Sequence[Any]]) -> None:
    with TextIOWrapper(raw, encoding=BOM, newline="") as text:
        table = csv.writer(text)
        table.writerow(part.columns)
        joint = b"["
        for row in rows:
            table.writerow(rules.cells(row))
            named = {name: rules.value(fact) for name, fact in zip(part.columns, row, strict=True)}
            waiting.write(joint + b"\n" + json.dumps(named, ensure_ascii=False).encode())
            joint = b","
    waiting.write((b"[" if joint == b"[" else b"") + b"\n]\n")

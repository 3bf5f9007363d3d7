"""The books audit themselves: every app's invariants, run by the beat, by a command, in tests and after scenarios."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import module_has_submodule

from credits.invariants import CHECKS
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces

AT_MOST = 20
"""How many rows of one finding are shown."""


@dataclass(frozen=True)
class Finding:
    """An invariant that does not hold, and the first rows that break it."""

    app: str
    sentence: str
    rows: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.app}: “{self.sentence}” does not hold: {'; '.join(map(str, self.rows))}"


def checks() -> Iterator[tuple[str, str, str]]:
    """App, sentence and statement of every invariant of the installed apps, lower apps first."""
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, "invariants"):
            for sentence, statement in import_module(f"{app.name}.invariants").CHECKS.items():
                yield app.label, sentence, statement


def findings() -> list[Finding]:
    """Everything in the books that does not add up."""
    found = []
    for app, sentence, statement in checks():
        rows = _rows(f"{statement} LIMIT {AT_MOST}")
        if rows:
            found.append(Finding(app, sentence, rows))
    return found


def is_consistent(member_id: int) -> bool:
    """Whether every invariant of credits holds for this member."""
    of_member = "SELECT * FROM ({}) AS found WHERE member_id = %s"
    return not any(_rows(of_member.format(check), [member_id]) for check in CHECKS.values())


@enforces("upstage/2.8")
@transaction.atomic
def audit_books(*, at: datetime) -> list[Finding]:
    """Audit everything; what is found becomes history and one task for staff a day, due within a day."""
    found = findings()
    if found:
        day = kst_date(at)
        item = due.open_item(
            "books",
            f"books:{day}",
            title_ko=f"장부 불일치 {len(found)}건 ({day})",
            title_en=f"{len(found)} findings in the books ({day})",
            clause="upstage/2.8",
            due_at=at + timedelta(days=1),
            warn_at=at,
            at=at,
        )
        audit.record("books.broken", item, by=None, at=at, facts={one.sentence: one.rows for one in found})
    return found


def _rows(statement: str, params: list[int] | None = None) -> tuple[dict[str, Any], ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        names = [column.name for column in cursor.description]
        return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())

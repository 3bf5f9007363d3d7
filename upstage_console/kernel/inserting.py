"""Many new rows by one statement: their values go out as one document, which the table itself reads.

Beside `bulk_create` it saves most of the time in Python, which is what writing thousands of rows costs: that makes an
expression of each value, and a text for each of the driver's. Order, keys and constraints are the same.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, models
from django.utils.functional import Promise

from upstage_console.kernel.db import require_transaction

M = TypeVar("M", bound=models.Model)
Stored = Callable[[Any], Any]

INSERT = "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"
UNLESS_THERE = " ON CONFLICT DO NOTHING"


class _Shape(NamedTuple):
    """How rows of a table are written: the statement, their values, and those that are stored as something else."""

    statement: str
    key: str
    names: tuple[tuple[str, str], ...]
    stored: tuple[tuple[str, Stored], ...]


def insert_all(rows: Iterable[M]) -> list[M]:
    """Insert new rows in their order, each value set by who made them, and tell each row its key."""
    require_transaction()
    made = list(rows)
    if made:
        shape = _shape_of(type(made[0]))
        with connection.cursor() as cursor:
            cursor.execute(f"{shape.statement} RETURNING {shape.key}", [_document(made, shape)])
            _tell_keys(made, cursor.fetchall())
    return made


def insert_missing(rows: Sequence[models.Model]) -> int:
    """Insert those that are not there already by any unique constraint; how many were new. Rows learn no keys."""
    require_transaction()
    if not rows:
        return 0
    shape = _shape_of(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(shape.statement + UNLESS_THERE, [_document(rows, shape)])
        return int(cursor.rowcount)


@lru_cache
def _shape_of(model: type[models.Model]) -> _Shape:
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    return _Shape(
        INSERT.format(table=quoted(model._meta.db_table), columns=columns), quoted(str(model._meta.pk.column)),
        tuple((str(field.column), field.attname) for field in fields),
        tuple((str(field.column), field.get_prep_value) for field in fields if hasattr(field, "from_db_value")),
    )  # fmt: skip


def _document(rows: Sequence[models.Model], shape: _Shape) -> str:
    values = [{column: getattr(row, name) for column, name in shape.names} for row in rows]
    for column, stored in shape.stored:
        for one in values:
            one[column] = stored(one[column])
    return json.dumps(values, default=_written)


def _written(value: object) -> str:
    """What a document has no notation for, as the database reads it."""
    match value:
        case date():
            return value.isoformat()
        case Decimal() | UUID() | Promise():
            return str(value)
    raise TypeError(f"a {type(value).__name__} is no value of a row")


def _tell_keys(rows: Sequence[models.Model], keys: Sequence[tuple[Any, ...]]) -> None:
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias

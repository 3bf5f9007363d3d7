"""How rows are named outside, locked, and kept from being changed."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, Self, cast
from uuid import UUID

import pgtrigger
import uuid_utils
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.statements import Statements, plain_way

DIGITS = re.compile(r"[0-9a-f]{32}")
"""A UUID as public ids have it; Python's own reading also takes digits of other scripts, and some punctuation."""


def new_id() -> UUID:
    """A time-ordered id (UUIDv7)."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def require_transaction() -> None:
    """Fail loudly where a service's inner step is called outside of its transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("this step belongs inside a transaction")


def prepared(sql: str, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first row of a statement of a hot path: after a few runs the connection keeps its plan.

    Within a transaction the connection keeps a cursor for each such statement, which knows how its values are written
    and read; outside of one it needs none.
    """
    database = _connected()
    plain = plain_way(database)
    if plain is not None:
        return next(iter(_plain_rows(database, plain, sql, parameters)), None)
    kept: dict[str, Any] = vars(database.connection).setdefault("kept_cursors", {})
    cursor = kept.get(sql)
    if cursor is None:
        cursor = kept[sql] = _server_side(database)
    database._prepare_cursor(cursor).execute(sql, parameters)
    row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def prepared_rows(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of such a statement; what is large in it does not become part of its text."""
    database = _connected()
    plain = plain_way(database)
    if plain is not None:
        return _plain_rows(database, plain, sql, parameters)
    with database._prepare_cursor(_server_side(database)) as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _plain_rows(database: Any, plain: Statements, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with database.wrap_database_errors:
        return plain.rows(sql, parameters)


def _connected() -> Any:
    """This thread's own connection, which is looked up once: `connection` looks it up for each of its names."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    return database


def _server_side(database: Any) -> Any:
    return ServerBindingCursor(database.connection)  # type: ignore[call-arg]  # the stubs know no psycopg 3


class PublicIdField(models.UUIDField):  # type: ignore[type-arg]
    """The id that leaves the system: a UUIDv7 in the database, `mem_0198…` in Python and outside.

    The prefix keeps the kinds apart; a text with another prefix finds nothing.
    """

    def __init__(self, *, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        named: dict[str, Any] = {"verbose_name": _("public id"), "default": self.make}
        super().__init__(**{"unique": True, "editable": False, **named, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        kwargs.pop("verbose_name", None)
        return name, path, args, kwargs | {"prefix": self.prefix}

    def make(self) -> str:
        return f"{self.prefix}_{new_id().hex}"

    def parse(self, text: str) -> UUID | None:
        """The UUID in a public id, or None where the text is none of this kind."""
        prefix, _, rest = text.partition("_")
        if prefix != self.prefix or not DIGITS.fullmatch(rest):
            return None
        return UUID(hex=rest)

    def to_python(self, value: Any) -> str | None:
        if value is None or (isinstance(value, str) and self.parse(value)):
            return value
        return f"{self.prefix}_{cast(UUID, super().to_python(value)).hex}"

    def from_db_value(self, value: UUID | None, *_: object) -> str | None:
        return None if value is None else f"{self.prefix}_{value.hex}"

    def get_prep_value(self, value: Any) -> UUID | None:
        if isinstance(value, str):
            found = self.parse(value)
            if found is None:
                raise NotFound
            return found
        return cast("UUID | None", value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return self.get_prep_value(value)


class LockingQuerySet(models.QuerySet[Any]):
    """Finds by the outside name, and locks in one order everywhere so that two services never wait for each other."""

    def locked(self) -> Self:
        """The same rows, locked until the transaction ends, in the order of their keys.

        Rows that only refer to them are still written: a charge locks its account before the database looks whether
        its member is there, and would wait in a circle with whoever locked the member first.
        """
        require_transaction()
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)

    def update_past(self, trigger: str, **blanks: Any) -> int:
        """Update what a trigger keeps from being changed; for the statement of this call only it lets that pass."""
        require_transaction()
        with pgtrigger.ignore(f"{self.model._meta.label}:{trigger}"):
            changed = models.QuerySet.update(self, **blanks)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pgtrigger.ignore', '', true)")
        return changed

    def get_public(self, public_id: str) -> Any:
        """The row with this public id; refuses with `not_found`, also for a malformed id."""
        row = self.filter(public_id=public_id).first()
        if row is None:
            raise NotFound
        return row


class AppendOnlyQuerySet(LockingQuerySet):
    """History is added to, never changed: what the triggers refuse is refused here with a clearer word."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is append-only")

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is append-only")

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is append-only")

    def forget(self, **blanks: Any) -> int:
        """Blank personal data in history, whose rows stay: the duty to destroy goes before history (upstage/21.1)."""
        return self.update_past("append_only", **blanks)


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers that refuse UPDATE and DELETE, for `Meta.triggers`."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    ]

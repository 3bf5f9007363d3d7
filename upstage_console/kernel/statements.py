"""Statements of hot paths, handed straight to the database: what is the same for every call is done once.

A cursor reads a statement, chooses how to send it, waits for the socket step by step and keeps books on what it has
prepared; of a call that takes a quarter of a millisecond that is a third. Here a statement is prepared on a
connection at its first call, and each later call sends its values alone. Values go out and come back by the driver's
own adapters.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

Values = Mapping[str, Any]

GONE = frozenset({b"26000", b"0A000"})
"""What the database says of a statement it has forgotten, and of one whose tables have been changed since."""

_numbers = count(1)
_place = re.compile(r"%(?:\((\w+)\)s|%)")


class Read(NamedTuple):
    """A statement as the database reads it, and the names of its values in the order of their numbers."""

    text: bytes
    names: tuple[str, ...]
    formats: tuple[PyFormat, ...]


@lru_cache(maxsize=200)
def read(sql: str) -> Read:
    """A statement with named places, `%(name)s`; a percent sign stands twice."""
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        name = found[1]
        return "%" if name is None else f"${numbers.setdefault(name, len(numbers) + 1)}"

    text = _place.sub(numbered, sql).encode()
    return Read(text, tuple(numbers), (PyFormat.AUTO,) * len(numbers))


class Statements:
    """What one connection has prepared."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self.driver = driver
        self._database = driver.pgconn
        self._adapters = Transformer(driver)
        self._encoding = driver.info.encoding
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}

    def rows(self, sql: str, values: Values) -> list[tuple[Any, ...]]:
        """All rows of a statement. Raises as a cursor would."""
        result = self._run(sql, values)
        self._adapters.set_pgresult(result)
        rows: list[tuple[Any, ...]] = self._adapters.load_rows(0, result.ntuples, tuple)
        return rows

    def _run(self, sql: str, values: Values) -> pq.abc.PGresult:
        """Prepares a statement where that is needed, also where the database has let go of it meanwhile.

        What is refused outside of a transaction has done nothing, and may be sent again.
        """
        result = self._send(sql, values)
        if result.status != pq.ExecStatus.TUPLES_OK and result.error_field(pq.DiagnosticField.SQLSTATE) in GONE:
            self._names.clear()
            result = self._send(sql, values)
        self._check(result)
        return result

    def _send(self, sql: str, values: Values) -> pq.abc.PGresult:
        adapters, statement = self._adapters, read(sql)
        given = adapters.dump_sequence([values[name] for name in statement.names], statement.formats)
        types = adapters.types or ()
        name = self._names.get((sql, types)) or self._prepared(sql, types)
        return self._database.exec_prepared(name, given, adapters.formats)  # type: ignore[arg-type]  # None is NULL

    def _prepared(self, sql: str, types: tuple[int, ...]) -> bytes:
        name = b"console_%d" % next(_numbers)
        self._check(self._database.prepare(name, read(sql).text, types))
        self._names[sql, types] = name
        return name

    def _check(self, result: pq.abc.PGresult) -> None:
        if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            return
        if self._database.status == pq.ConnStatus.BAD:
            raise psycopg.OperationalError(result.get_error_message(self._encoding))
        raise error_from_result(result, self._encoding)


_kept: WeakKeyDictionary[BaseDatabaseWrapper, Statements] = WeakKeyDictionary()


def plain_way(wrapper: BaseDatabaseWrapper) -> Statements | None:
    """What the framework's connection has prepared; None where a cursor has to be used.

    That is within a transaction, which a statement that is forgotten meanwhile would end, and where somebody looks on.
    """
    if wrapper.in_atomic_block or wrapper.execute_wrappers or wrapper.queries_logged:
        return None
    driver = wrapper.connection
    found = _kept.get(wrapper)
    if found is None or found.driver is not driver:
        found = _kept[wrapper] = Statements(driver)
    return found if driver.autocommit else None

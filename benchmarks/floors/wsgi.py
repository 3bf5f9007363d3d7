"""Bare WSGI: no framework, and where the address asks for it one statement over a connection that is kept.

/nothing    a small answer, without a database
/access     key, member and balance in one statement
/charge     one charge by the SQL call of the floor
/events     the body as it is, to one statement that reads the JSON
"""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from accounts.rules.keys import hash_secret
from benchmarks.floors import statements

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Environ = dict[str, Any]

_kept: list[psycopg.Connection[Any]] = []


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer 200 with JSON."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    answer = ANSWERS[environ["PATH_INFO"]](body)
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
    start_response("200 OK", headers)
    return [answer]


def _connection() -> psycopg.Connection[Any]:
    """This worker's own; it has one thread."""
    if not _kept:
        _kept.append(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0))
    return _kept[0]


def _asked(statement: str, values: dict[str, Any]) -> bytes:
    row = _connection().execute(statement, values).fetchone()
    return json.dumps(row, default=str).encode()


def _nothing(_body: bytes) -> bytes:
    return b'{"allowed":true}'


def _access(body: bytes) -> bytes:
    return _asked(statements.ACCESS, {"sha256": hash_secret(json.loads(body)["key"])})


def _charge(body: bytes) -> bytes:
    return _asked(statements.CHARGE, json.loads(body))


def _events(body: bytes) -> bytes:
    return _asked(statements.EVENTS, {"body": body.decode()})


ANSWERS = {"/nothing": _nothing, "/access": _access, "/charge": _charge, "/events": _events}

"""Asking the API as a program does, and what an answer has to look like."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.test import Client

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Asking:
    """A client with a key."""

    client: Client
    key: str | None

    def get(self, path: str, **parameters: Any) -> Any:
        return self.ask("GET", path, query_params=parameters or None)

    def post(self, path: str, body: Any = None, *, repeat: str | None = None, **more: Any) -> Any:
        headers = {"Idempotency-Key": repeat} if repeat is not None else {}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        content_type = more.pop("content_type", "application/json")
        return self.ask("POST", path, data=raw, content_type=content_type, headers=headers, **more)

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Any:
        given = {"Accept-Language": "en", **(headers or {})}
        if self.key is not None:
            given.setdefault("Authorization", f"Bearer {self.key}")
        return self.client.generic(method, f"/api/v1{path}", headers=given, **more)

    def with_key(self, key: str | None) -> "Asking":
        return replace(self, key=key)


def is_problem(answer: Any, status: int, code: str) -> bool:
    """Whether an answer is a problem of RFC 9457 with this status and code."""
    body = answer.json()
    assert (answer.status_code, body["code"], body["status"]) == (status, code, status), body
    assert answer["Content-Type"] == PROBLEM
    assert body["type"].endswith(f"/api/docs/problems/#{code}")
    assert body["detail"]
    assert isinstance(body["clauses"], list)
    return True


def wrong_fields(answer: Any) -> dict[str, str]:
    """Which fields an answer calls wrong, and in which word."""
    is_problem(answer, 400, "invalid")
    return {error["field"]: error["code"] for error in answer.json()["errors"]}

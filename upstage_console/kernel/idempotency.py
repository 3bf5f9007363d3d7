"""The same key, the same answer. The record is written in the transaction of the work, so a crash leaves neither."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, Refusal
from upstage_console.kernel.models import IdempotencyRecord

KEPT_FOR = timedelta(days=7)


LONGEST_KEY = 255


def is_key(text: str, *, most: int = LONGEST_KEY) -> bool:
    """Whether something can be asked for under this key: 1 to `most` printable ASCII characters."""
    return 1 <= len(text) <= most and text.isascii() and text.isprintable()


def require_key(text: str, *, most: int = LONGEST_KEY) -> None:
    """Refuse `invalid_key` where this is none."""
    if not is_key(text, most=most):
        raise InvalidKey(facts={"most": most})


class InvalidKey(Invalid):
    """A key that no header could carry, or that no column could keep."""

    code = "invalid_key"
    message = _("An idempotency key has 1 to %(most)s printable ASCII characters.")


class IdempotencyMismatch(Refusal):
    """The key was used before with another request."""

    code = "idempotency_mismatch"
    message = _("This idempotency key was used before with another request.")


class IdempotencyRunning(Conflict):
    """The first request with this key is still running."""

    code = "idempotency_running"
    message = _("The first request with this idempotency key is still running.")


FIRST_ANSWER = "SELECT state, status, body::text FROM kernel_first_answer(%s, %s, %s, %s)"
FIRST = "first"
REFUSED: dict[str, type[Refusal]] = {"other": IdempotencyMismatch, "running": IdempotencyRunning}


@dataclass(frozen=True, slots=True)
class Request:
    """By what a repeat of a request is known: who asks, the key given with it, and a fingerprint of what it says."""

    scope: str
    key: str
    fingerprint: str

    @property
    def name(self) -> str:
        """A name for what is done for it, which no other key's work has."""
        return fingerprint(self.scope, self.key)


@dataclass(frozen=True)
class Answer:
    """What was answered: HTTP status and JSON body, and whether it is the answer to an earlier request."""

    status: int
    body: Any
    replayed: bool = False


def fingerprint(*parts: bytes | str) -> str:
    """A hash that is the same for the same request."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()


def run(scope: str, key: str, request: str, *, at: datetime, work: Callable[[], Answer]) -> Answer:
    """Do `work` once for (scope, key); a repeat with the same `request` fingerprint gets the first answer.

    Refuses with `idempotency_mismatch` (same key, another request) and `idempotency_running` (two at once). A refusal
    by `work` leaves nothing behind, so the request may be mended and sent again.
    """
    with transaction.atomic():
        first = _first(scope, key, request, at)
        if first is not None:
            return first
        answer = work()
        IdempotencyRecord.objects.create(
            scope=scope, key=key, fingerprint=request, status=answer.status, body=answer.body, at=at
        )
        return answer


def _first(scope: str, key: str, request: str, at: datetime) -> Answer | None:
    """The first answer, or None where there is none yet: then the key is the caller's until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_ANSWER, [scope, key, request, at - KEPT_FOR])
        state, status, body = cursor.fetchone()
    refuse(state)
    return Answer(status, json.loads(body), replayed=True) if state == FIRST else None


def refuse(state: str) -> None:
    """Refuse what `kernel_first_answer` found: another request with the same key, or the same one still running."""
    if state in REFUSED:
        raise REFUSED[state]


def forget_old(*, at: datetime) -> int:
    """Drop records older than the promised seven days; returns how many."""
    deleted, _details = IdempotencyRecord.objects.filter(at__lte=at - KEPT_FOR).delete()
    return deleted

"""The same Idempotency-Key, the same answer."""

import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from upstage_console.kernel import idempotency
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.reading import raw_body
from upstage_console.kernel.api.refusals import KeyNeeded, Malformed
from upstage_console.kernel.api.rendering import ExactRenderer

HEADER = "Idempotency-Key"
IN_META = "HTTP_IDEMPOTENCY_KEY"
REPLAYED = "Idempotency-Replayed"

Work = Callable[[], tuple[int, Any]]


def once(request: Request, work: Work, *, required: bool = False) -> Response:
    """Answer a POST: a repeat with the same key and body within seven days gets the first answer.

    Without a key the work is simply done, unless `required` (what moves money). Refuses `idempotency_key_needed`,
    `idempotency_mismatch` and `idempotency_running`. A refusal of the work itself is not kept.
    """
    key = given_key(request)
    if key is None:
        if required:
            raise KeyNeeded
        status, body = work()
        return Response(body, status=status)
    scope: str = request.auth.public_id  # type: ignore[union-attr]
    answer = idempotency.run(scope, key, _fingerprint(request), at=asked_at(request), work=lambda: _answer(work))
    headers = {REPLAYED: "true"} if answer.replayed else {}
    return Response(answer.body, status=answer.status, headers=headers)


def request_of(request: Request) -> idempotency.Request:
    """By what a repeat of this request is known, for services that keep the answer themselves.

    Refuses `idempotency_key_needed`.
    """
    key = given_key(request)
    if key is None:
        raise KeyNeeded
    scope: str = request.auth.public_id  # type: ignore[union-attr]
    return idempotency.Request(scope, key, _fingerprint(request))


def given_key(request: Request) -> str | None:
    """The key, also as a quoted string (draft-ietf-httpapi-idempotency-key-header)."""
    given = request.META.get(IN_META)
    if given is None:
        return None
    key: str = given.strip().strip('"')
    if not idempotency.is_key(key):
        raise Malformed(facts={"why": _("an Idempotency-Key has 1 to 255 printable ASCII characters.")})
    return key


def _fingerprint(request: Request) -> str:
    http = request._request
    return idempotency.fingerprint(http.method or "", http.get_full_path(), http.content_type or "", raw_body(http))


def _answer(work: Work) -> idempotency.Answer:
    status, body = work()
    return idempotency.Answer(status, json.loads(ExactRenderer().render(body)))

"""What the API itself refuses, before the domain is asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Gone, Invalid, NotAllowed, NotFound, Refusal

CHALLENGE = 'Bearer realm="api"'


class Malformed(Invalid):
    """The body is no JSON that the operation reads, or a header cannot be read."""

    code = "malformed"
    message = _("The request cannot be read: %(why)s")


class InvalidFields(Invalid):
    """Fields or parameters are missing, unknown or out of bounds; `errors` says which and why."""

    code = "invalid"
    message = _("The request is malformed; “errors” says where.")

    def __init__(self, errors: Mapping[str, Any] | list[Any]) -> None:
        super().__init__()
        self.errors = errors


class KeyNeeded(Invalid):
    """What moves money takes an Idempotency-Key, so that a repeat never moves it twice."""

    code = "idempotency_key_needed"
    message = _("This operation needs an Idempotency-Key header.")


class NotAuthenticated(Refusal):
    """There is no key, or it is unknown, expired or revoked; which of them is not told."""

    code = "not_authenticated"
    message = _("This needs a live key: Authorization: Bearer uc_live_…")


class ScopeMissing(NotAllowed):
    """The key is live but was not given this scope."""

    code = "scope_missing"
    message = _("This key lacks the scope “%(scope)s”.")


class MethodNotAllowed(Refusal):
    """There is no such method at this address."""

    code = "method_not_allowed"
    message = _("%(method)s is not possible here.")


class TooLarge(Refusal):
    """The body is larger than the API takes."""

    code = "too_large"
    message = _("A request has at most %(most)s bytes.")


class UnsupportedMediaType(Refusal):
    """The body is of a media type that the operation does not read."""

    code = "unsupported_media_type"
    message = _("The body has to be %(readable)s.")


class TooManyRequests(Refusal):
    """The key has used up its requests of this scope for now."""

    code = "too_many_requests"
    message = _("At most %(quota)s requests in %(seconds)s seconds; the next one in %(wait)s seconds.")


class Busy(Refusal):
    """The database cannot take more at the moment; nothing was done."""

    code = "busy"
    message = _("We are busy; nothing was done. Please repeat the request in a moment.")


class InternalError(Refusal):
    """Something unforeseen happened; nothing was done, and it has been written down."""

    code = "internal_error"
    message = _("Something went wrong on our side; nothing was done.")


STATUS_OF: Mapping[type[Refusal], int] = {
    NotAuthenticated: 401,
    MethodNotAllowed: 405,
    TooLarge: 413,
    UnsupportedMediaType: 415,
    TooManyRequests: 429,
    InternalError: 500,
    Busy: 503,
    NotFound: 404,
    Gone: 410,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 400,
    Refusal: 422,
}


def status_of(kind: type[Refusal]) -> int:
    """The HTTP status of a refusal: that of its nearest kind; 422 where the domain simply says no."""
    return next(STATUS_OF[nearest] for nearest in kind.__mro__ if nearest in STATUS_OF)


def every_refusal(kind: type[Refusal] = Refusal) -> Iterable[type[Refusal]]:
    """All kinds of refusals that the console knows, parents first."""
    yield kind
    for narrower in kind.__subclasses__():
        yield from every_refusal(narrower)

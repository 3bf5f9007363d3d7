"""The short way of hot operations: what the framework does for every call, once and by hand.

Caller, scope, limit, body, refusals and headers come from the same places as those of `Operation`, and the operation's
own `post` is the same on both ways. Left out is only what chooses among possibilities that an operation does not have:
negotiation, versions, renderers, forms. Any other method or media type takes the long way, which refuses it.
"""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from upstage_console.kernel.api.limits import Allowance
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.problems import problem
from upstage_console.kernel.api.reading import JSON, raw_body
from upstage_console.kernel.api.rendering import ExactRenderer


class PlainRequest:
    """Of the framework's request what operations use: the call itself, its key, its body."""

    __slots__ = ("META", "_request", "allowance", "auth", "data", "method", "path")

    def __init__(self, http: HttpRequest) -> None:
        self._request = http
        self.META = http.META
        self.method = http.method
        self.path = http.path
        self.auth: Any = None
        self.allowance: Allowance | None = None
        self.data: Any = None


class ShortOperation(Operation):
    """An operation that is one POST, and asked so often that the way there counts.

    Its `post` is given a `PlainRequest`, or the framework's own where the long way is taken.
    """

    post: ClassVar[Callable[..., Response]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        parser = next((one for one in self.parser_classes if one.media_type == request.content_type), None)
        if request.method != "POST" or parser is None:
            return super().dispatch(request, *args, **kwargs)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = self._answer(PlainRequest(request), parser())
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ("Accept-Language",))
        return response

    def _answer(self, plain: PlainRequest, parser: Any) -> Response:
        """What `post` answers, or the problem, as its bytes."""
        request = cast(Request, plain)
        try:
            self._admit(request)
            plain.data = parser.parse(None, parser.media_type, {"request": plain}) if raw_body(plain._request) else {}
            response = self.post(request)
        except Exception as error:  # as in the framework: one place answers whatever is refused
            response = problem(error, {"request": plain, "view": self})
        response.content = ExactRenderer().render(response.data)
        response.headers["Content-Type"] = response.content_type or JSON
        response.headers["Allow"] = "POST"
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in plain.allowance.headers().items() if plain.allowance else ():
            response.headers[name] = value
        return response

    def _admit(self, request: Request) -> None:
        """Who calls, whether they may, and how often: in the order of the framework."""
        self.know(request)
        self.check_throttles(request)

    def know(self, request: Request) -> None:
        """Who calls, and whether they may."""
        for authenticator in self.get_authenticators():
            known = authenticator.authenticate(request)
            if known is not None:
                _nobody, request.auth = known
                break
        self.check_permissions(request)

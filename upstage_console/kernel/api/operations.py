"""The base of every operation: authentication by default, one scope, a limit, an answer in the reader's language."""

from collections.abc import Sequence
from typing import Any, ClassVar, NoReturn

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from upstage_console.kernel.api import limits
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.permissions import HasScope
from upstage_console.kernel.api.refusals import NotAuthenticated, ScopeMissing
from upstage_console.kernel.errors import NotFound


class AlwaysJSON(DefaultContentNegotiation):
    """There is one form of answer, so `Accept` chooses nothing and refuses nothing."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Operation(APIView):
    """One operation of the API, with the scope a key needs for it."""

    permission_classes: Sequence[Any] = (HasScope,)
    content_negotiation_class = AlwaysJSON
    metadata_class = None
    http_method_names = [method for method in APIView.http_method_names if method != "options"]  # noqa: RUF012
    scope: ClassVar[str]
    key_required: ClassVar[bool] = False
    refuses: ClassVar[tuple[int, ...]] = ()
    """Statuses of refusals to describe beyond those that every operation has."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ("Accept-Language",))
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if any("\0" in str(part) for part in kwargs.values()):
            raise NotFound
        super().initial(request, *args, **kwargs)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        if request.auth is None:
            raise NotAuthenticated
        raise ScopeMissing(facts={"scope": getattr(self, "scope", "")})

    def check_throttles(self, request: Request) -> None:
        request.allowance = limits.take(self.scope, self.caller(request), at=asked_at(request))  # type: ignore[attr-defined]

    def caller(self, request: Request) -> str:
        """Who is counted: the key."""
        return str(getattr(request.auth, "public_id", ""))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        allowance = getattr(request, "allowance", None)
        if allowance is not None:
            for name, value in allowance.headers().items():
                response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return super().finalize_response(request, response, *args, **kwargs)


class PublicOperation(Operation):
    """An operation for everybody; calls are counted per address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    scope = "public"

    def caller(self, request: Request) -> str:
        return str(request.META.get("REMOTE_ADDR", ""))


class NotThere(PublicOperation):
    """Every other address below the API: 404 as a problem, whatever the method."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound

"""One address for several operations, each with its own scope: which one is asked, the method says."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from upstage_console.kernel.api.operations import Operation

View = Callable[..., HttpResponseBase]


def by_method(**operations: type[Operation]) -> View:
    """A view for an address with several operations: `by_method(GET=ShowLimits, PUT=SetLimits)`.

    `operations` of the view are what the API's description shows. Any other method is answered as everywhere: who calls
    is asked first, then it is refused with those that there are.
    """
    views: dict[str, View] = {method: operation.as_view() for method, operation in operations.items()}
    if "GET" in views:
        views["HEAD"] = views["GET"]
    other = _other(operations)
    refuse: View = other.as_view()

    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return views.get(request.method or "", refuse)(request, *args, **kwargs)

    asked.__dict__.update(refuse.__dict__, operations=views)
    return asked


def _other(operations: dict[str, type[Operation]]) -> type[Operation]:
    """The operation behind every other method: it knows the caller as the first does, and does nothing."""
    first = next(iter(operations.values()))
    allowed = property(lambda _self: [*operations])
    return type(f"Not{first.__name__}", (first,), {"http_method_names": [], "allowed_methods": allowed})
